import type { QueryParams } from '../analytics/analytics.ts'
import { assert } from '../base/assert.ts'
import { type EvidenceParts, sqlTime, stageTable } from './import-job.ts'
import type { ImportRow } from './import-store.ts'
import { EVIDENCE_KINDS, type EvidenceKind, type EvidenceKindSpec } from './kinds.ts'
import { findTarget } from './target.ts'

/** Kinds that speak of their own time only, and so of accesses near it. All others hold from their beginning on. */
const PASSING = new Set<EvidenceKind>(['visit', 'stop', 'complaint', 'shift', 'leave', 'presence', 'dispatch'])
/** Kinds that speak of every access of their officials or subjects, whenever it was; their files come seldom. */
const TIMELESS = new Set<EvidenceKind>(['portfolio', 'kinship'])
const FOR_EVER = 999_999

/**
 * Says that what an import holds changes the verdicts of these months; with the time, so that a run that began before does
 * not clear it. Verdicts then do not depend on what came in first.
 */
export async function markDirty(context: EvidenceParts, row: ImportRow): Promise<void> {
  await context.database.upkeep.query(
    `INSERT INTO reconcile_dirty SELECT month, $2 FROM unnest($1::int[]) AS month
     ON CONFLICT (month) DO UPDATE SET since = greatest(reconcile_dirty.since, excluded.since)`,
    [await touchedMonths(context, row), context.clock.now()],
  )
}

/** The rows of one import, staged or in place. */
interface Rows {
  readonly context: EvidenceParts
  /** SQL that stands for a table */
  readonly from: string
  readonly params: QueryParams
}

/** Months (YYYYMM) with accesses whose verdicts the rows of this import can change. */
export async function touchedMonths(context: EvidenceParts, row: ImportRow): Promise<readonly number[]> {
  if (!row.range_from || !row.range_to) return []
  const rows = await rowsOf(context, row, row.range_from, row.range_to)
  if (row.target === 'access') return monthsOf(rows, `SELECT DISTINCT toYYYYMM(at) AS month FROM ${rows.from}`)
  const spec = EVIDENCE_KINDS[row.target as EvidenceKind]
  const present = await monthsOf(
    rows,
    "SELECT DISTINCT toUInt32(partition) AS month FROM system.parts WHERE database = currentDatabase() AND active AND rows > 0 AND table = 'access' ORDER BY month",
  )
  if (TIMELESS.has(spec.kind) || (spec.kind === 'post' && (await tellsWho(rows)))) return present
  const { low, high } = await span(rows, spec)
  const [from, to] = [monthOf(low, -1), PASSING.has(spec.kind) ? monthOf(high, 1) : FOR_EVER]
  const earlier = new Set(await sharingMonths(rows, spec, from))
  return present.filter((month) => (month >= from && month <= to) || earlier.has(month))
}

async function rowsOf(context: EvidenceParts, row: ImportRow, from: Date, to: Date): Promise<Rows> {
  const target = findTarget(row.target)
  assert(target, 'an import has a known target')
  const stage = stageTable(row.import_id)
  const staged = await context.analytics.rows(
    'SELECT 1 AS there FROM system.parts WHERE database = currentDatabase() AND active AND rows > 0 AND table = {stage:String} LIMIT 1',
    { params: { stage } },
  )
  if (staged.length > 0) return { context, from: stage, params: {} }
  // The time only spares reading what cannot be of this import.
  const when = `${target.timeColumn} BETWEEN toDateTime64({low:String}, 3, 'UTC') AND toDateTime64({high:String}, 3, 'UTC')`
  return {
    context,
    from: `(SELECT * FROM ${target.table} WHERE import_id = {import_id:String} AND ${when})`,
    params: { import_id: row.import_id, low: sqlTime(from), high: sqlTime(to) },
  }
}

async function monthsOf({ context, params }: Rows, sql: string): Promise<readonly number[]> {
  return (await context.analytics.rows<{ month: number }>(sql, { params })).map(({ month }) => Number(month))
}

function monthOf(at: Date, shift: number): number {
  const moved = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + shift, 1))
  return moved.getUTCFullYear() * 100 + moved.getUTCMonth() + 1
}

// From the earliest time of the rows to the latest: what began in one month may last for several.
async function span(
  { context, from, params }: Rows,
  { columns }: EvidenceKindSpec,
): Promise<{ low: Date; high: Date }> {
  const times = `[${columns
    .filter(({ type }) => type === 'time')
    .map(({ name }) => name)
    .join(', ')}]`
  const [found] = await context.analytics.rows<{ low: string; high: string }>(
    `SELECT toString(toUnixTimestamp64Milli(min(arrayMin(${times})))) AS low,
       toString(toUnixTimestamp64Milli(max(arrayMax(${times})))) AS high FROM ${from}`,
    { params },
  )
  return { low: new Date(Number(found?.low)), high: new Date(Number(found?.high)) }
}

// A staff number is one person's for ever: whoever tells whose it is tells it for all of his accesses.
async function tellsWho({ context, from, params }: Rows): Promise<boolean> {
  const found = await context.analytics.rows(
    `SELECT 1 AS new FROM ${from} WHERE person != toFixedString('', 16) AND (officer, person) NOT IN
       (SELECT officer, person FROM evidence_post WHERE import_id NOT IN (SELECT import_id FROM ${from})) LIMIT 1`,
    { params },
  )
  return found.length > 0
}

// A case, a party or a document also speaks of accesses before its time that name its number or its subject.
async function sharingMonths(rows: Rows, { columns }: EvidenceKindSpec, before: number): Promise<readonly number[]> {
  const shared = columns.flatMap(({ name, type }) => {
    if (type === 'case')
      return [`(case_key != '' AND case_key IN (SELECT ${name.replace(/_no$/, '_key')} FROM ${rows.from}))`]
    return name === 'subject' ? [`(subject_kind != 'none' AND subject IN (SELECT subject FROM ${rows.from}))`] : []
  })
  if (shared.length === 0) return []
  return monthsOf(
    rows,
    `SELECT DISTINCT toYYYYMM(at) AS month FROM access WHERE toYYYYMM(at) < ${before} AND (${shared.join(' OR ')})`,
  )
}
