import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { Analytics } from '../analytics/analytics.ts'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { noSampleSystems, type SampleSystems, sampleSystems } from '../demo/sample-systems.ts'
import { loadKey } from '../evidence/keys.ts'
import {
  createDecisionPoint,
  createDesk,
  createGate,
  type Desk,
  type ListedConnectors,
  type LivePolicies,
  listedConnectors,
  livePolicies,
  type PointDeps,
  type QueryGate,
  tokenSigner,
} from '../gate/port.ts'
import type { Point } from '../http/services.ts'
import { officialsOf } from '../identity/port.ts'
import { createOffice, shareHousehold } from '../organisation/port.ts'
import type { Config } from './config.ts'

interface OpenGate {
  readonly gate: QueryGate
  readonly desk: Desk
  readonly point: Point
  readonly policies: LivePolicies
  /** what two persons have approved of keys/connectors.yaml is attached when changes are taken up */
  readonly connectors: ListedConnectors
  readonly sampleSystems: SampleSystems
}

/**
 * Opens the gate with every database it is told of. Pseudonyms are made with the key imports use, so that a look through
 * the gate and a look in an imported log are the same subject. `embeddedUrl`: where the sample agencies may live.
 */
export async function openGate(
  config: Config,
  database: Database,
  analytics: Analytics,
  clock: Clock,
  embeddedUrl: string | undefined,
  log: (line: string) => void,
): Promise<OpenGate> {
  const subjectKey = await loadKey(config.keysFolder, 'subject-hmac.key')
  const gate = await createGate({ database, clock, subjectKey })
  const digestKey = await loadKey(config.keysFolder, 'connector-digest.key')
  const connectors = listedConnectors(gate, join(config.keysFolder, 'connectors.yaml'), digestKey, log)
  const policies = await livePolicies(config.policyFolder, gate.catalogue)
  const desk = await openDesk(config, database, analytics, clock, gate, policies)
  const signer = tokenSigner(await loadKey(config.keysFolder, 'authzen-token.key'))
  const officials = (agency: string) => officialsOf(database, agency)
  const parts: PointDeps = { database, clock, gate, desk, signer, officialsOf: officials }
  const point = { parts, decide: createDecisionPoint(parts) }
  const opened = { gate, desk, point, policies, connectors }
  if (embeddedUrl === undefined) return { ...opened, sampleSystems: noSampleSystems }
  const key = await loadKey(config.keysFolder, 'sample-systems.key')
  const password = createHmac('sha256', key).update('login').digest('hex')
  const samples = sampleSystems(gate, embeddedUrl, password)
  await samples.attach()
  return { ...opened, sampleSystems: samples }
}

/** The counter before the gate: policies of this installation, people as identity knows them. */
async function openDesk(
  config: Config,
  database: Database,
  analytics: Analytics,
  clock: Clock,
  gate: QueryGate,
  { decider }: LivePolicies,
): Promise<Desk> {
  return createDesk({
    database,
    clock,
    gate,
    decider,
    office: createOffice({
      ...{ database, clock },
      household: (judge, account) => shareHousehold({ database, analytics, clock }, judge, account),
    }),
    sealKey: await loadKey(config.keysFolder, 'gate-request.key'),
  })
}
