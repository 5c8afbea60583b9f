import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { Analytics } from './analytics/analytics.ts'
import type { Clock } from './base/clock.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { loadKey } from './evidence/keys.ts'
import {
  createDecider,
  createDecisionPoint,
  createDesk,
  createGate,
  type Desk,
  findOpenings,
  loadPolicies,
  type PointDeps,
  type PolicyBook,
  type QueryGate,
  tokenSigner,
} from './gate/port.ts'
import { readConnectors } from './gate/read-connectors.ts'
import type { Point } from './http/services.ts'
import { officialsOf } from './identity/port.ts'
import { createOffice, shareHousehold } from './organisation/port.ts'
import { noSampleSystems, type SampleSystems, sampleSystems } from './sample-systems.ts'
import type { PolicyOpenings } from './wire/gate-policy.ts'

interface OpenGate {
  readonly gate: QueryGate
  readonly desk: Desk
  readonly point: Point
  readonly openings: () => Promise<PolicyOpenings>
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
): Promise<OpenGate> {
  const subjectKey = await loadKey(config.keysFolder, 'subject-hmac.key')
  const gate = await createGate({ database, clock, subjectKey })
  const connectors = await readConnectors(join(config.keysFolder, 'connectors.yaml'))
  if (!connectors.ok) throw new Error(connectors.error)
  for (const [id, connector] of connectors.value) await gate.attach(id, connector)
  const policies = await loadPolicies(config.policyFolder)
  const desk = await openDesk(config, database, analytics, clock, gate, policies)
  const openings = once(() => findOpenings(policies, gate.catalogue))
  const signer = tokenSigner(await loadKey(config.keysFolder, 'authzen-token.key'))
  const officials = (agency: string) => officialsOf(database, agency)
  const parts: PointDeps = { database, clock, gate, desk, signer, officialsOf: officials }
  const point = { parts, decide: createDecisionPoint(parts) }
  if (embeddedUrl === undefined) return { gate, desk, point, openings, sampleSystems: noSampleSystems }
  const key = await loadKey(config.keysFolder, 'sample-systems.key')
  const password = createHmac('sha256', key).update('login').digest('hex')
  const samples = sampleSystems(gate, embeddedUrl, password)
  await samples.attach()
  return { gate, desk, point, openings, sampleSystems: samples }
}

/** The counter before the gate: policies of this installation, people as identity knows them. */
async function openDesk(
  config: Config,
  database: Database,
  analytics: Analytics,
  clock: Clock,
  gate: QueryGate,
  policies: PolicyBook,
): Promise<Desk> {
  const decider = createDecider(policies, gate.catalogue.purpose)
  return createDesk({
    database,
    clock,
    gate,
    decider: () => decider,
    office: createOffice({
      ...{ database, clock },
      household: (judge, account) => shareHousehold({ database, analytics, clock }, judge, account),
    }),
    sealKey: await loadKey(config.keysFolder, 'gate-request.key'),
  })
}

// A failed attempt is forgotten, so that the next question tries anew.
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined
  return () => {
    known ??= work().catch((error) => {
      known = undefined
      throw error
    })
    return known
  }
}
