import { readFile } from 'node:fs/promises'
import type { Analytics } from '../analytics/analytics.ts'
import { asInstallation } from '../base/tenant.ts'
import type { Database } from '../database/database.ts'
import { createHealth } from '../http/health.ts'
import { createMetrics, type FigureSource } from '../http/metrics.ts'
import type { Watch } from '../http/watching.ts'
import type { Ledger } from '../ledger/port.ts'
import type { Config } from './config.ts'
import { VERSION } from './version.ts'

interface Watched {
  readonly database: Database
  readonly analytics: Analytics
  readonly ledger: Pick<Ledger, 'status' | 'refusal' | 'outside'>
}

/** Health and figures over the stores that are open. The key of the figures, if any, is read from its file now. */
export async function openWatch({ metricsKeyFile }: Pick<Config, 'metricsKeyFile'>, watched: Watched): Promise<Watch> {
  const { database, analytics, ledger } = watched
  const reasons = createHealth({
    database: () => asInstallation(async () => (await database.query('SELECT 1')).length === 1),
    analytics: () => asInstallation(async () => (await analytics.rows('SELECT 1')).length === 1),
    ledger: () =>
      asInstallation(
        async () => ledger.refusal() === undefined && WRITING.includes((await ledger.status()).state.kind),
      ),
  })
  const metricsKey = metricsKeyFile === undefined ? undefined : (await readFile(metricsKeyFile, 'utf8')).trim()
  const metrics = createMetrics(
    figuresOf(watched, async () => (await reasons()).length === 0),
    VERSION,
  )
  return { version: VERSION, reasons, metrics, metricsKey: metricsKey === '' ? undefined : metricsKey }
}

/** A writer that waits for the lease has another program's writer beside it: acts are recorded all the same. */
const WRITING: readonly string[] = ['writing', 'waiting-for-lease']

const secondsSince = (at: Date | undefined): number | undefined => at && (Date.now() - at.getTime()) / 1000

function figuresOf({ database, ledger }: Watched, isReady: () => Promise<boolean>): FigureSource[] {
  const one = (sql: string) => async () => {
    const [row] = await asInstallation(() => database.query<{ n: string | null }>(sql))
    return row?.n == null ? undefined : Number(row.n)
  }
  const seconds = (column: string, from: string) =>
    `SELECT extract(epoch FROM now() - max(${column})) AS n FROM ${from}`
  return [
    {
      name: 'ready',
      help: '1 when everything needed is there, as /healthz tells',
      read: async () => Number(await isReady()),
    },
    {
      ...{ name: 'ledger_entries', help: 'Entries in the signed tree' },
      read: async () => (await asInstallation(() => ledger.status())).size,
    },
    {
      ...{ name: 'ledger_queued', help: 'Recorded events that are not in a signed tree yet' },
      read: async () => (await asInstallation(() => ledger.status())).queued,
    },
    {
      ...{ name: 'ledger_unwitnessed_seconds', help: 'Since too few witnesses have signed; 0: enough have' },
      read: async () => secondsSince(ledger.outside().unwitnessedSince) ?? 0,
    },
    {
      ...{ name: 'ledger_stamp_age_seconds', help: 'Since the last time stamp' },
      read: async () => secondsSince(ledger.outside().lastStampAt),
    },
    { name: 'sessions', help: 'Open sign-in sessions', read: one('SELECT count(*) AS n FROM session') },
    {
      ...{ name: 'imports_running', help: 'Imports at work' },
      read: one("SELECT count(*) AS n FROM import WHERE state IN ('running', 'committing')"),
    },
    {
      ...{ name: 'import_age_seconds', help: 'Since the last finished import' },
      read: one(seconds('ended_at', "import WHERE state = 'done'")),
    },
    {
      ...{ name: 'reconcile_age_seconds', help: 'Since the last finished reconciliation' },
      read: one(seconds('ended_at', "reconcile_run WHERE state = 'done'")),
    },
    {
      name: 'reconcile_months_waiting',
      help: 'Months to judge again',
      read: one('SELECT count(*) AS n FROM reconcile_dirty'),
    },
    {
      ...{ name: 'database_bytes', help: 'Size of the PostgreSQL database' },
      read: one('SELECT pg_database_size(current_database()) AS n'),
    },
  ]
}
