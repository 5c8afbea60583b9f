import { mkdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Analytics } from './analytics/analytics.ts'
import { migrateAnalytics } from './analytics/migrate.ts'
import { openAnalytics } from './analytics/open.ts'
import { systemClock } from './base/clock.ts'
import { fail, ok, type Result } from './base/result.ts'
import { asInstallation } from './base/tenant.ts'
import {
  type Changes,
  connectorKind,
  createChanges,
  policyKind,
  retentionKind,
  roleKind,
  ruleKind,
} from './changes/port.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { migrateDatabase } from './database/migrate.ts'
import { openDatabase } from './database/open.ts'
import { startEmbeddedPostgres } from './database/start-embedded.ts'
import { demoData } from './demo-data.ts'
import { accessReportPdf } from './documents/port.ts'
import { createEvidence } from './evidence/create-evidence.ts'
import { createGuide } from './guide/create-guide.ts'
import { guideFacts } from './guide-facts.ts'
import type { Services } from './http/services.ts'
import { createDirectory, createOidc } from './identity/port.ts'
import { createLedger, type Ledger, type OutsideSettings, parsePolicy, readCertificates } from './ledger/port.ts'
import { type DataLock, lockDataFolder } from './lock.ts'
import { openGate } from './open-gate.ts'
import { createOrganisation } from './organisation/port.ts'
import { createReconcile } from './reconcile/create-reconcile.ts'
import { listSystems } from './registry/port.ts'
import type { SampleSystems } from './sample-systems.ts'

const TAKE_UP_MS = 60_000

export interface Composed {
  readonly services: Services
  readonly sampleSystems: SampleSystems
  readonly lock: DataLock
  /** Stops in the reverse order of starting: nothing is closed while something above it still works. */
  close(): Promise<void>
}

/**
 * Opens the stores and wires every slice, for the installation. Fails with words for people when the data folder is in
 * use or a store cannot start.
 */
export function compose(config: Config): Promise<Result<Composed, { readonly message: string }>> {
  return asInstallation(() => composeAll(config))
}

async function composeAll(config: Config): Promise<Result<Composed, { readonly message: string }>> {
  const lock = await lockDataFolder(config.dataFolder)
  if (!lock.ok) return fail({ message: inUse(config, lock.error.run) })
  const closers: (() => Promise<void>)[] = [lock.value.release]
  const close = () =>
    asInstallation(async () => {
      for (const each of closers.splice(0).reverse()) await each()
    })
  try {
    await mkdir(config.keysFolder, { recursive: true, mode: 0o700 })
    const postgres = await openPostgres(config, closers)
    const ledger = await openLedger(config, postgres.database, closers)
    const analytics = await openClickHouse(config, closers)
    const opened = await openGate(config, ledger.database, analytics, systemClock, postgres.embeddedUrl, logLine)
    closers.push(opened.gate.close)
    const services = await wire(config, ledger, analytics, opened, lock.value.token, closers)
    return ok({ services, sampleSystems: opened.sampleSystems, lock: lock.value, close })
  } catch (error) {
    await close()
    throw error
  }
}

interface Postgres {
  readonly database: Database
  /** undefined on a server of the installation's own */
  readonly embeddedUrl: string | undefined
}

async function openPostgres(config: Config, closers: (() => Promise<void>)[]): Promise<Postgres> {
  let url = config.postgresUrl
  if (url === undefined) {
    const server = await startEmbeddedPostgres(join(config.dataFolder, 'postgres'))
    closers.push(server.stop)
    url = server.url
  }
  const database = await openDatabase({ url })
  closers.push(database.close)
  await migrateDatabase(database)
  return { database, embeddedUrl: config.postgresUrl === undefined ? url : undefined }
}

// What it hands out is the only database that changes are made in: its transactions can record.
async function openLedger(config: Config, database: Database, closers: (() => Promise<void>)[]): Promise<Ledger> {
  const ledger = await createLedger({
    database,
    folder: join(config.dataFolder, 'ledger'),
    keysFolder: join(config.keysFolder, 'ledger'),
    clock: systemClock,
    origin: config.logName,
    writer: `${hostname()}:${config.dataFolder}`,
    outside: await readOutside(config),
    log: logLine,
  })
  closers.push(ledger.stop)
  return ledger
}

async function readOutside({ witnessPolicyFile, stamping }: Config): Promise<OutsideSettings> {
  const policy = witnessPolicyFile === undefined ? undefined : parsePolicy(await readFile(witnessPolicyFile, 'utf8'))
  if (policy?.ok === false) throw new Error(`SHOUMI_WITNESS_POLICY, line ${policy.error.line}: ${policy.error.reason}`)
  if (!stamping) return { policy: policy?.value, stamping }
  const { rootsFile, ...rest } = stamping
  return { policy: policy?.value, stamping: { ...rest, roots: readCertificates(await readFile(rootsFile, 'utf8')) } }
}

async function openClickHouse(config: Config, closers: (() => Promise<void>)[]): Promise<Analytics> {
  const analytics = await openAnalytics(
    config.clickhouseUrl === undefined
      ? { path: join(config.dataFolder, 'clickhouse') }
      : { url: config.clickhouseUrl },
  )
  closers.push(analytics.close)
  await migrateAnalytics(analytics)
  return analytics
}

async function wire(
  config: Config,
  ledger: Ledger,
  analytics: Analytics,
  { gate, desk, point, policies, connectors, sampleSystems }: Awaited<ReturnType<typeof openGate>>,
  operatorToken: string,
  closers: (() => Promise<void>)[],
): Promise<Services> {
  const { database } = ledger
  const clock = systemClock
  const { dataFolder, keysFolder } = config
  const evidence = await createEvidence({ analytics, database, dataFolder, keysFolder, clock })
  await evidence.recoverImports()
  const reconcile = await openReconcile({ analytics, database, clock, log: logLine })
  const changes = createChanges({
    database,
    clock,
    kinds: {
      role: roleKind(database),
      rule: ruleKind(reconcile),
      policy: policyKind(policies),
      connector: connectorKind(connectors),
      retention: retentionKind(ledger),
    },
  })
  await changes.takeUp()
  keepTakingUp(changes, closers)
  const staff = await openStaff({ database, clock, gate, evidence }, closers)
  const guide = createGuide({ clock, facts: guideFacts({ analytics, database, evidence, reconcile, clock }) })
  return {
    database,
    ledger,
    clock,
    evidence,
    reconcile,
    guide,
    gate,
    desk,
    point,
    openings: policies.openings,
    changes,
    staff,
    tls: await readTls(config),
    oidc: await openOidc(config, database),
    directory: config.directory && createDirectory(config.directory),
    origin: config.publicUrl?.origin ?? `${config.tls ? 'https' : 'http'}://localhost:${config.port}`,
    operatorToken,
    demo: demoData({ database, evidence, reconcile, clock, sampleSystems }),
    organisation: config.organisation,
    uploadFolder: join(dataFolder, 'uploads'),
    maxUploadBytes: config.maxUploadBytes,
    webFolder: config.webFolder,
    publicHosts: config.publicUrl ? [config.publicUrl.host] : [],
    isSecure: config.publicUrl !== undefined || config.tls !== undefined,
    accessReport: (page, printedBy, printedAt) =>
      accessReportPdf(page, { organisation: config.organisation, printedBy, printedAt }),
    log: logLine,
  }
}

const openReconcile = (parts: Omit<Parameters<typeof createReconcile>[0], 'listSystems'>) =>
  createReconcile({ ...parts, listSystems: () => listSystems(parts.database) })

// After imports have recovered: what a program killed after a commit left out becomes evidence now.
async function openStaff(
  { database, clock, gate, evidence }: Pick<Services, 'database' | 'clock' | 'gate' | 'evidence'>,
  closers: (() => Promise<void>)[],
): Promise<Services['staff']> {
  const pseudonym = (id: string) => gate.tokens.hexOf('person', id)
  const staff = createOrganisation({ database, clock, pseudonym, stateRecords: evidence.stateRecords, log: logLine })
  await staff.statePosts()
  closers.push(staff.settle)
  return staff
}

// A change may be approved for a later day: the program looks every minute whether one has come.
function keepTakingUp(changes: Changes, closers: (() => Promise<void>)[]): void {
  const timer = setInterval(() => {
    changes.takeUp().catch(() => logLine('changes: those in force could not be read; the earlier ones hold'))
  }, TAKE_UP_MS)
  timer.unref()
  closers.push(async () => clearInterval(timer))
}

async function readTls({ tls }: Config): Promise<Services['tls']> {
  if (!tls) return undefined
  const [cert, key, ca] = await Promise.all([tls.certFile, tls.keyFile, tls.clientCaFile].map((file) => readFile(file)))
  return cert && key && ca ? { cert, key, ca } : undefined
}

async function openOidc({ oidc }: Config, database: Database): Promise<Services['oidc']> {
  if (!oidc) return undefined
  const { secretFile, ...rest } = oidc
  const clientSecret = (await readFile(secretFile, 'utf8')).trim()
  return createOidc(database, systemClock, { ...rest, clientSecret })
}

const logLine = (line: string): void => void process.stderr.write(`${line}\n`)

function inUse(config: Config, run: { readonly pid: number; readonly address: string | null }): string {
  const where = run.address ? `，網址 ${run.address}` : ''
  return (
    `資料夾 ${config.dataFolder} 正由另一個守密程式使用（程序 ${run.pid}${where}）。請先停止它，或以 SHOUMI_DATA 指定另一個資料夾。\n` +
    `The data folder is in use by process ${run.pid}${run.address ? ` at ${run.address}` : ''}. Stop it, or choose another folder with SHOUMI_DATA.`
  )
}
