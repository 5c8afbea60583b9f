import { randomUUID } from 'node:crypto'
import type { Analytics, QueryParams } from '../analytics/analytics.ts'
import { AnalyticsDamaged } from '../analytics/damage.ts'
import { asInstallation, currentScope } from '../base/tenant.ts'
import type { VerdictFilter } from '../wire/verdict.ts'
import type { StoredVerdict } from './stored-verdict.ts'
import { VERDICT_COLUMNS } from './stored-verdict.ts'
import { filterSql } from './verdict-filter.ts'

export interface ExportSizes {
  /** rows of one statement's answer: small, so that others' statements come in between */
  readonly sliceRows: number
  /** rows sorted in by one statement: about a tenth of a second */
  readonly fillRows: number
  /** up to here one statement sorts and answers all of it */
  readonly maxAtOnce: number
}
const SIZES: ExportSizes = { sliceRows: 5_000, fillRows: 50_000, maxAtOnce: 10_000 }
const PIECES = 4
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const PREFIX = 'export_'

const COLUMNS =
  'access_id, at, agency, system, officer, unit, title, duty, subject_kind, subject, purpose, case_no, source_id, verdict, score, rank, rules'
// The order of the list, all ascending, so that it can be a table's own.
const ORDER = 'down_rank, down_at, access_id'
const DOWN = 'negate(toInt64(rank)) AS down_rank, negate(toUnixTimestamp64Milli(at)) AS down_at'

interface Wanted {
  readonly where: string
  readonly params: QueryParams
}

/**
 * All rows of a filter by rank, in bounded memory whatever their number and without keeping the engine from others: the
 * months are frozen as they stand (no copy), sorted into a table of their own in small steps, and read from it slice by
 * slice, as the reader takes them. What a run changes meanwhile is not in it. Ends, and clears up, when the reader goes.
 */
export async function* orderedVerdicts(
  analytics: Analytics,
  filter: VerdictFilter,
  signal?: AbortSignal,
  sizes = SIZES,
): AsyncGenerator<StoredVerdict> {
  const { where, params } = filterSql(filter)
  const [counted] = await analytics.rows<{ n: string }>(
    `SELECT count() AS n FROM (SELECT 1 FROM verdict_current WHERE ${where} LIMIT {enough:UInt32})`,
    { params: { ...params, enough: sizes.maxAtOnce + 1 } },
  )
  if (Number(counted?.n) <= sizes.maxAtOnce) {
    yield* await analytics.rows<StoredVerdict>(
      `SELECT ${VERDICT_COLUMNS} FROM (SELECT * FROM verdict_current AS v WHERE ${where} ORDER BY v.rank DESC, v.at DESC, v.access_id)`,
      { params },
    )
    return
  }
  const name = `${PREFIX}${randomUUID().replaceAll('-', '')}`
  const own = ownRows({ where, params })
  try {
    await asInstallation(() => sortInto(analytics, name, own, sizes.fillRows, signal))
    yield* slices(analytics, name, sizes.sliceRows, signal)
  } finally {
    await asInstallation(() => dropTables(analytics, name))
  }
}

/** Takes away what a stopped program left of its exports. */
export async function dropExports(analytics: Analytics): Promise<void> {
  try {
    await dropTables(analytics, PREFIX)
  } catch (error) {
    // A damaged store is emptied as a whole.
    if (!(error instanceof AnalyticsDamaged)) throw error
  }
}

/** The engine's own filter knows lasting tables only: here the rows of others are left out by the statement itself. */
function ownRows({ where, params }: Wanted): Wanted {
  const scope = currentScope()
  if (scope === undefined || scope.kind === 'installation' || scope.agencies === 'all') return { where, params }
  return {
    where: `(${where}) AND agency IN {own_agencies:Array(String)}`,
    params: { ...params, own_agencies: scope.agencies },
  }
}

async function sortInto(
  analytics: Analytics,
  name: string,
  { where, params }: Wanted,
  fillRows: number,
  signal?: AbortSignal,
): Promise<void> {
  const frozen = `${name}_frozen`
  await freeze(analytics, frozen)
  await analytics.command(
    `CREATE TABLE ${name} ENGINE = MergeTree ORDER BY (${ORDER}) SETTINGS index_granularity = 1024
     EMPTY AS SELECT ${COLUMNS}, ${DOWN} FROM ${frozen}`,
  )
  const hours = await analytics.rows<{ hour: number; n: string }>(
    `SELECT toUnixTimestamp(toStartOfHour(at)) AS hour, count() AS n FROM ${frozen} WHERE ${where} GROUP BY hour ORDER BY hour`,
    { params },
  )
  for (const { from, to } of spansOf(hours, fillRows)) {
    if (signal?.aborted) return
    await analytics.command(
      `INSERT INTO ${name} SELECT ${COLUMNS}, ${DOWN} FROM ${frozen}
       WHERE at >= toDateTime64({span_from:Int64}, 3, 'UTC') AND at < toDateTime64({span_to:Int64}, 3, 'UTC') AND (${where})`,
      { params: { ...params, span_from: from, span_to: to }, settings: { max_insert_threads: 1 } },
    )
  }
  await analytics.command(`DROP TABLE ${frozen} SYNC`)
}

// Attaching a partition to a table of the same structure links its files: a month is taken whole, in one step.
async function freeze(analytics: Analytics, name: string): Promise<void> {
  await analytics.command(`CREATE TABLE ${name} AS verdict_current`)
  const parts = await analytics.rows<{ partition: string }>(
    "SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND table = 'verdict_current' AND active ORDER BY partition",
  )
  for (const { partition } of parts)
    await analytics.command(`ALTER TABLE ${name} ATTACH PARTITION ${Number(partition)} FROM verdict_current`)
}

/** Hours that follow each other, joined up to so many rows; seconds since 1970. */
function spansOf(hours: readonly { readonly hour: number; readonly n: string }[], fillRows: number) {
  const spans: { from: number; to: number; rows: number }[] = []
  for (const { hour, n } of hours) {
    const last = spans.at(-1)
    const [from, rows] = [Number(hour), Number(n)]
    if (last && last.rows + rows <= fillRows) Object.assign(last, { to: from + 3600, rows: last.rows + rows })
    else spans.push({ from, to: from + 3600, rows })
  }
  return spans
}

/** Rows from one rank and time to another; times in milliseconds, `below` excluded. */
interface Slice {
  readonly first: { readonly rank: number; readonly below: number }
  last: { readonly rank: number; readonly from: number }
  rows: number
}

async function* slices(
  analytics: Analytics,
  name: string,
  sliceRows: number,
  signal?: AbortSignal,
): AsyncGenerator<StoredVerdict> {
  for (const slice of await asInstallation(() => slicesOf(analytics, name, sliceRows))) {
    if (signal?.aborted) return
    yield* await asInstallation(() => readSlice(analytics, name, slice))
  }
}

/** Where to cut, from counts of equal rank by stretches of time that hold some part of a slice each. */
async function slicesOf(analytics: Analytics, name: string, sliceRows: number): Promise<readonly Slice[]> {
  const [span] = await analytics.rows<{ ms: string; n: string }>(
    `SELECT max(down_at) - min(down_at) + 1 AS ms, count() AS n FROM ${name}`,
  )
  const wanted = Math.floor((Number(span?.ms) * sliceRows) / (PIECES * Math.max(Number(span?.n), 1)))
  const stretchMs = Math.min(DAY_MS, Math.max(MINUTE_MS, wanted))
  const pieces = await analytics.rows<{ rank: string; stretch: string; n: string }>(
    `SELECT negate(down_rank) AS rank, intDiv(negate(down_at), {stretch:Int64}) AS stretch, count() AS n FROM ${name}
     GROUP BY rank, stretch ORDER BY rank DESC, stretch DESC`,
    { params: { stretch: stretchMs } },
  )
  const cut: Slice[] = []
  for (const piece of pieces) {
    const [rank, rows, from] = [Number(piece.rank), Number(piece.n), Number(piece.stretch) * stretchMs]
    const open = cut.at(-1)
    if (open && open.rows + rows <= sliceRows) Object.assign(open, { last: { rank, from }, rows: open.rows + rows })
    else cut.push({ first: { rank, below: from + stretchMs }, last: { rank, from }, rows })
  }
  return cut
}

function readSlice(analytics: Analytics, name: string, { first, last }: Slice): Promise<StoredVerdict[]> {
  // Written out in the table's own columns: its index leads to the slice at both ends.
  return analytics.rows<StoredVerdict>(
    `SELECT ${VERDICT_COLUMNS} FROM (SELECT * FROM ${name}
       WHERE down_rank >= {low:Int64} AND down_rank <= {high:Int64}
         AND (down_rank > {low:Int64} OR down_at > {above:Int64}) AND (down_rank < {high:Int64} OR down_at <= {to:Int64})
       ORDER BY ${ORDER})`,
    {
      params: { low: -first.rank, above: -first.below, high: -last.rank, to: -last.from },
      settings: { max_threads: 1 },
    },
  )
}

async function dropTables(analytics: Analytics, prefix: string): Promise<void> {
  const tables = await analytics.rows<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, {prefix:String})',
    { params: { prefix } },
  )
  for (const { name } of tables) await analytics.command(`DROP TABLE IF EXISTS ${name} SYNC`)
}
