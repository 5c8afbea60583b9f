import { type EvidenceParts, stageTable } from './import-job.ts'
import type { ImportRow } from './import-store.ts'
import { EVIDENCE_KINDS, type EvidenceKind, type EvidenceKindSpec } from './kinds.ts'

/** Kinds that speak of their own time only, and so of accesses near it. All others hold from their beginning on. */
const PASSING = new Set<EvidenceKind>(['visit', 'stop', 'complaint', 'shift', 'leave', 'presence', 'dispatch'])
/** Kinds that speak of every access of their officials or subjects, whenever it was; their files come seldom. */
const TIMELESS = new Set<EvidenceKind>(['portfolio', 'kinship'])

/**
 * Marks the months whose verdicts these rows can change, so that the next reconciliation judges them by all that is known:
 * verdicts do not depend on what came in first. Returns them. `rows`: where the import's rows stand, its stage as a rule.
 */
export async function markDirty(
  context: EvidenceParts,
  row: ImportRow,
  rows: string = stageTable(row.import_id),
): Promise<readonly number[]> {
  if (!row.range_from || !row.range_to) return []
  const months =
    row.target === 'access'
      ? await accessMonths(context, rows)
      : await touchedMonths(context, EVIDENCE_KINDS[row.target as EvidenceKind], rows)
  await keepDirty(context, months)
  return months
}

/** Marks months as touched now: a run that began to judge one before does not take the mark away. */
export async function keepDirty({ database, clock }: EvidenceParts, months: readonly number[]): Promise<void> {
  await database.upkeep.query(
    `INSERT INTO reconcile_dirty SELECT month, $2 FROM unnest($1::int[]) AS month
     ON CONFLICT (month) DO UPDATE SET since = greatest(reconcile_dirty.since, excluded.since)`,
    [months, clock.now()],
  )
}

async function accessMonths({ analytics }: EvidenceParts, rows: string): Promise<number[]> {
  const found = await analytics.rows<{ month: number }>(`SELECT DISTINCT toYYYYMM(at) AS month FROM ${rows}`)
  return found.map(({ month }) => Number(month))
}

async function touchedMonths(context: EvidenceParts, spec: EvidenceKindSpec, rows: string): Promise<number[]> {
  const parts = await context.analytics.rows<{ partition: string }>(
    "SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND active AND table = 'access'",
  )
  const present = parts.map((part) => Number(part.partition))
  if (TIMELESS.has(spec.kind) || (spec.kind === 'post' && (await tellsWho(context, rows)))) return present
  const { low, high } = await span(context, spec, rows)
  const [from, to] = [monthOf(low, -1), PASSING.has(spec.kind) ? monthOf(high, 1) : 999_999]
  const earlier = await sharingMonths(context, spec, rows, from)
  return present.filter((month) => (month >= from && month <= to) || earlier.has(month))
}

function monthOf(at: Date, shift: number): number {
  const moved = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + shift, 1))
  return moved.getUTCFullYear() * 100 + moved.getUTCMonth() + 1
}

// From the earliest time of the rows to the latest: what began in one month may last for several.
async function span(
  { analytics }: EvidenceParts,
  { columns }: EvidenceKindSpec,
  rows: string,
): Promise<{ low: Date; high: Date }> {
  const times = columns.filter(({ type }) => type === 'time').map(({ name }) => name)
  const [found] = await analytics.rows<{ low: string; high: string }>(
    `SELECT toString(toUnixTimestamp64Milli(min(arrayMin([${times.join(', ')}])))) AS low,
       toString(toUnixTimestamp64Milli(max(arrayMax([${times.join(', ')}])))) AS high FROM ${rows}`,
  )
  return { low: new Date(Number(found?.low)), high: new Date(Number(found?.high)) }
}

// A staff number is one person's for ever: whoever tells whose it is tells it for all of his accesses.
async function tellsWho({ analytics }: EvidenceParts, rows: string): Promise<boolean> {
  const found = await analytics.rows(
    `SELECT 1 AS new FROM ${rows} WHERE person != toFixedString('', 16) AND (officer, person) NOT IN
       (SELECT officer, person FROM evidence_post WHERE import_id NOT IN (SELECT import_id FROM ${rows})) LIMIT 1`,
  )
  return found.length > 0
}

// A case, a party or a document also speaks of accesses before its time that name its number or its subject.
async function sharingMonths(
  { analytics }: EvidenceParts,
  { columns }: EvidenceKindSpec,
  rows: string,
  before: number,
): Promise<ReadonlySet<number>> {
  const shared = columns.flatMap(({ name, type }) => {
    if (type === 'case')
      return [`(case_key != '' AND case_key IN (SELECT ${name.replace(/_no$/, '_key')} FROM ${rows}))`]
    return name === 'subject' ? [`(subject_kind != 'none' AND subject IN (SELECT subject FROM ${rows}))`] : []
  })
  if (shared.length === 0) return new Set()
  const found = await analytics.rows<{ month: number }>(
    `SELECT DISTINCT toYYYYMM(at) AS month FROM access WHERE toYYYYMM(at) < {before:UInt32} AND (${shared.join(' OR ')})`,
    { params: { before } },
  )
  return new Set(found.map(({ month }) => Number(month)))
}
