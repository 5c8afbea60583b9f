import { mkdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, relative } from 'node:path'
import { createSecureContext } from 'node:tls'
import { AnalyticsDamaged } from '../analytics/damage.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { createLog, type Log } from '../base/log.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { StartRefused } from '../base/start-refused.ts'
import { asInstallation } from '../base/tenant.ts'
import {
  accountAddKind,
  accountEndKind,
  type Changes,
  callingSystemKind,
  connectorKind,
  createChanges,
  importUndoKind,
  policyKind,
  retentionKind,
  roleKind,
  ruleKind,
  signInKind,
  staffKind,
  staffProposals,
} from '../changes/port.ts'
import type { Database } from '../database/database.ts'
import { migrateDatabase } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'
import { patienceOf } from '../database/patience.ts'
import { startEmbeddedPostgres } from '../database/start-embedded.ts'
import { demoData, sampleState } from '../demo/demo-data.ts'
import type { SampleSystems } from '../demo/sample-systems.ts'
import { accessReportPdf } from '../documents/port.ts'
import { createEvidence } from '../evidence/create-evidence.ts'
import { GATE_SIDE_TABLES } from '../gate/port.ts'
import { createGuide } from '../guide/create-guide.ts'
import type { Services } from '../http/services.ts'
import { openUploads } from '../http/upload-store.ts'
import { createDirectory, createOidc } from '../identity/port.ts'
import { createLedger, type Ledger, type OutsideSettings, parsePolicy, readCertificates } from '../ledger/port.ts'
import { createOrganisation, type Proposals } from '../organisation/port.ts'
import { createReconcile } from '../reconcile/create-reconcile.ts'
import { listSystems } from '../registry/port.ts'
import type { Config } from './config.ts'
import { guideFacts } from './guide-facts.ts'
import { checkKeys, noteKeys } from './installation-keys.ts'
import { type DataLock, lockDataFolder } from './lock.ts'
import { openGate } from './open-gate.ts'
import { checkInBackground, openStore, type Store } from './open-store.ts'
import { type Parts, slicesOf } from './slices.ts'
import { wordsOfStartFailure } from './start-failure.ts'
import { openWatch } from './watch.ts'

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
export function compose(
  config: Config,
  prepareStore: PrepareStore = async () => undefined,
): Promise<Result<Composed, { readonly message: string }>> {
  return asInstallation(() => composeAll(config, prepareStore))
}

/** What is done to the analytic store before it is opened: a rebuild empties it. */
export type PrepareStore = (database: Database) => Promise<void>

async function composeAll(
  config: Config,
  prepareStore: PrepareStore,
): Promise<Result<Composed, { readonly message: string }>> {
  const log = createLog(config.log)
  const closers: (() => Promise<void>)[] = []
  // What cannot be closed any more (its store is gone) keeps nothing else open.
  const close = () =>
    asInstallation(async () => {
      for (const each of closers.splice(0).reverse())
        await each().catch((error: unknown) => log(`close: ${error instanceof Error ? error.name : 'failed'}`))
    })
  try {
    const lock = await lockDataFolder(config.dataFolder)
    if (!lock.ok) return fail({ message: inUse(config, lock.error.run) })
    closers.push(lock.value.release)
    await mkdir(config.keysFolder, { recursive: true, mode: 0o700 })
    const postgres = await openPostgres(config, log, closers)
    await checkKeys(postgres.database, config.keysFolder)
    const ledger = await openLedger(config, postgres.database, log, closers)
    await prepareStore(postgres.database)
    const store = await openStore(config)
    closers.push(store.bare.close)
    const opened = await openGate(config, ledger.database, store.guarded, systemClock, postgres.embeddedUrl, log)
    closers.push(opened.gate.close)
    const services = await wire({ config, log, ledger, store, opened, operatorToken: lock.value.token }, closers)
    await noteKeys(postgres.database, config.keysFolder)
    closers.push(services.records.stop)
    return ok({ services, sampleSystems: opened.sampleSystems, lock: lock.value, close })
  } catch (error) {
    await close()
    const message = wordsOfStartFailure(error, config)
    if (message === undefined) throw error
    return fail({ message })
  }
}

interface Postgres {
  readonly database: Database
  /** undefined on a server of the installation's own */
  readonly embeddedUrl: string | undefined
}

async function openPostgres(config: Config, log: Log, closers: (() => Promise<void>)[]): Promise<Postgres> {
  let url = config.postgresUrl
  if (url === undefined) {
    const server = await startEmbeddedPostgres(join(config.dataFolder, 'postgres'), log)
    closers.push(server.stop)
    url = server.url
  }
  const database = await openDatabase({ url, patience: patienceOf(config.postgresTimeoutSeconds) })
  closers.push(database.close)
  await migrateDatabase(database)
  return { database, embeddedUrl: config.postgresUrl === undefined ? url : undefined }
}

// What it hands out is the only database that changes are made in: its transactions can record.
async function openLedger(
  config: Config,
  database: Database,
  log: Log,
  closers: (() => Promise<void>)[],
): Promise<Ledger> {
  const ledger = await createLedger({
    database,
    folder: join(config.dataFolder, 'ledger'),
    keysFolder: join(config.keysFolder, 'ledger'),
    clock: systemClock,
    origin: config.logName,
    writer: `${hostname()}:${config.dataFolder}`,
    outside: await readOutside(config),
    log,
  })
  closers.push(ledger.stop)
  return ledger
}

async function readOutside({ witnessPolicyFile, witnessGraceHours, stamping }: Config): Promise<OutsideSettings> {
  const policy = witnessPolicyFile === undefined ? undefined : parsePolicy(await readFile(witnessPolicyFile, 'utf8'))
  if (policy?.ok === false)
    throw new StartRefused(
      `SHOUMI_WITNESS_POLICY：第 ${policy.error.line} 行有誤。 Line ${policy.error.line}: ${policy.error.reason}`,
    )
  const witnessing = { policy: policy?.value, witnessGraceHours }
  if (!stamping) return { ...witnessing, stamping }
  const { rootsFile, ...rest } = stamping
  return { ...witnessing, stamping: { ...rest, roots: readCertificates(await readFile(rootsFile, 'utf8')) } }
}

interface Opened {
  readonly config: Config
  readonly log: Log
  readonly ledger: Ledger
  readonly store: Store
  readonly opened: Awaited<ReturnType<typeof openGate>>
  readonly operatorToken: string
}

async function wire(
  { config, log, ledger, store, opened, operatorToken }: Opened,
  closers: (() => Promise<void>)[],
): Promise<Services> {
  const { database } = ledger
  const { bare, guarded: analytics, condition } = store
  const { gate, desk, point, policies, connectors, sampleSystems } = opened
  const clock = systemClock
  const { dataFolder, keysFolder } = config
  const evidence = await createEvidence({ analytics: bare, condition, database, dataFolder, keysFolder, clock })
  await findDamage({ database, evidence, condition })
  closers.push(checkInBackground({ bare, condition }, log))
  const reconcile = await openReconcile({ analytics, database, clock, log })
  // Each knows the other: staff that takes two is proposed there, and what two agreed on is applied here.
  const proposals = staffProposals(() => changes)
  const staff = await openStaff({ database, clock, gate, evidence, log, proposals }, closers)
  const changes: Changes = createChanges({
    database,
    clock,
    kinds: changeKinds({ database, reconcile, policies, connectors, ledger, evidence, staff }),
  })
  await changes.takeUp()
  keepTakingUp(changes, log, closers)
  const guide = createGuide({ clock, facts: guideFacts({ analytics, database, evidence, reconcile, clock }) })
  const parts: Parts = {
    database,
    ...{ ledger, clock, condition, ...recordsOf(config, ledger) },
    ...{ evidence, reconcile, guide, gate, desk, point, changes, staff },
    openings: policies.openings,
    tls: await readTls(config),
    oidc: await openOidc(config, database),
    directory: config.directory && createDirectory(config.directory),
    origin: config.publicUrl?.origin ?? `${config.tls ? 'https' : 'http'}://localhost:${config.port}`,
    operatorToken,
    demo: demoData({ database, evidence, reconcile, clock, sampleSystems }),
    organisation: config.organisation,
    uploads: await uploadsIn(join(dataFolder, 'uploads'), config, clock, closers),
    uploadFolder: join(dataFolder, 'uploads'),
    maxUploadBytes: config.maxUploadBytes,
    webFolder: config.webFolder,
    publicHosts: config.publicUrl ? [config.publicUrl.host] : [],
    isSecure: config.publicUrl !== undefined || config.tls !== undefined,
    accessReport: (page, printedBy, printedAt) =>
      accessReportPdf(page, { organisation: config.organisation, printedBy, printedAt }),
    trustedProxies: config.trustedProxies,
    watch: await openWatch(config, { database, analytics, ledger }),
    log,
  }
  return { ...parts, slices: slicesOf(parts) }
}

function changeKinds({
  database,
  reconcile,
  policies,
  connectors,
  ledger,
  evidence,
  staff,
}: Pick<Services, 'database' | 'reconcile' | 'ledger' | 'evidence' | 'staff'> &
  Pick<Opened['opened'], 'policies' | 'connectors'>): Parameters<typeof createChanges>[0]['kinds'] {
  return {
    role: roleKind(database),
    rule: ruleKind(reconcile),
    policy: policyKind(policies),
    connector: connectorKind(connectors),
    retention: retentionKind(ledger),
    'import-undo': importUndoKind(evidence),
    'sign-in': signInKind(database),
    staff: staffKind(database, staff),
    'calling-system': callingSystemKind(database),
    ...{ 'account-add': accountAddKind(database), 'account-end': accountEndKind(database) },
  }
}

/** Records held against the log from now on; and whether who puts back the data folder puts back the keys with it. */
const recordsOf = (config: Config, ledger: Ledger): Pick<Services, 'records' | 'keysBesideData'> => ({
  records: ledger.watchRecords(GATE_SIDE_TABLES),
  keysBesideData: !relative(config.dataFolder, config.keysFolder).startsWith('..'),
})

async function findDamage({
  database,
  evidence,
  condition,
}: Pick<Services, 'database' | 'evidence' | 'condition'>): Promise<void> {
  if (!condition.damage()) {
    await evidence.recoverImports().catch((error: unknown) => {
      if (!(error instanceof AnalyticsDamaged)) throw error
    })
    // A sample that was cut short while it came or went begins anew from nothing: what is left of it is no damage.
    if ((await sampleState(database)) === 'loading') await evidence.removeImports({ startedBy: 'sample' })
    const damage = await evidence.checkStore()
    if (damage) condition.report(damage)
  }
}

async function uploadsIn(
  folder: string,
  { maxUploadBytes: maxBytes }: Config,
  clock: Clock,
  closers: (() => Promise<void>)[],
): Promise<Services['uploads']> {
  const uploads = await openUploads({ folder, maxBytes, clock })
  closers.push(uploads.clear)
  return uploads
}
const openReconcile = (parts: Omit<Parameters<typeof createReconcile>[0], 'listSystems'>) =>
  createReconcile({ ...parts, listSystems: () => listSystems(parts.database) })

// After imports have recovered: what a program killed after a commit left out becomes evidence now.
async function openStaff(
  {
    database,
    clock,
    gate,
    evidence,
    log,
    proposals,
  }: Pick<Services, 'database' | 'clock' | 'gate' | 'evidence' | 'log'> & {
    readonly proposals: Proposals
  },
  closers: (() => Promise<void>)[],
): Promise<Services['staff']> {
  const pseudonym = (id: string) => gate.tokens.hexOf('person', id)
  const staff = createOrganisation({ database, clock, pseudonym, stateRecords: evidence.stateRecords, log, proposals })
  await staff.statePosts()
  closers.push(staff.settle)
  return staff
}

// A change may be approved for a later day: the program looks every minute whether one has come.
function keepTakingUp(changes: Changes, log: Log, closers: (() => Promise<void>)[]): void {
  const timer = setInterval(() => {
    changes.takeUp().catch(() => log('changes: those in force could not be read; the earlier ones hold'))
  }, TAKE_UP_MS)
  timer.unref()
  closers.push(async () => clearInterval(timer))
}

async function readTls({ tls }: Config): Promise<Services['tls']> {
  if (!tls) return undefined
  const files = [tls.certFile, tls.keyFile, tls.clientCaFile].map((file) => readFile(file))
  const [cert = Buffer.alloc(0), key = Buffer.alloc(0), ca = Buffer.alloc(0)] = await Promise.all(files)
  try {
    createSecureContext({ cert, key, ca })
  } catch (error) {
    const { code = '' } = error as { code?: string }
    throw new StartRefused(
      `SHOUMI_TLS_CERT、SHOUMI_TLS_KEY、SHOUMI_TLS_CLIENT_CA：憑證與私鑰讀得到，但不能使用（${code}）；請確認為 PEM 且成對。\n` +
        `The TLS files can be read but not used (${code}); check that they are PEM and belong together.`,
    )
  }
  return { cert, key, ca }
}

async function openOidc({ oidc }: Config, database: Database): Promise<Services['oidc']> {
  if (!oidc) return undefined
  const { secretFile, ...rest } = oidc
  const clientSecret = (await readFile(secretFile, 'utf8')).trim()
  return createOidc(database, systemClock, { ...rest, clientSecret })
}

function inUse(config: Config, run: { readonly pid: number; readonly address: string | null }): string {
  const where = run.address ? `，網址 ${run.address}` : ''
  return (
    `資料夾 ${config.dataFolder} 正由另一個守密程式使用（程序 ${run.pid}${where}）。請先停止它，或以 SHOUMI_DATA 指定另一個資料夾。\n` +
    `The data folder is in use by process ${run.pid}${run.address ? ` at ${run.address}` : ''}. Stop it, or choose another folder with SHOUMI_DATA.`
  )
}
