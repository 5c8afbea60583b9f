import { type EvidenceParts, stageTable } from './import-job.ts'
import type { ImportRow } from './import-store.ts'

const POINT_KINDS = new Set(['access', 'visit', 'stop', 'shift', 'leave', 'presence', 'dispatch', 'complaint'])

/** Says that what an import holds changes the verdicts of these months; with the time, so that a run that began before does not clear it. */
export async function markDirty(context: EvidenceParts, row: ImportRow): Promise<void> {
  await context.database.upkeep.query(
    `INSERT INTO reconcile_dirty SELECT month, $2 FROM unnest($1::int[]) AS month
     ON CONFLICT (month) DO UPDATE SET since = greatest(reconcile_dirty.since, excluded.since)`,
    [await touchedMonths(context, row), context.clock.now()],
  )
}

/** Months (YYYYMM) of accesses. Facts with a time touch the months around it; standing facts every month from their beginning on. */
export async function touchedMonths(context: EvidenceParts, row: ImportRow): Promise<readonly number[]> {
  if (!row.range_from || !row.range_to) return []
  const isAccess = row.target === 'access'
  const tables = isAccess ? `access', '${stageTable(row.import_id)}` : 'access'
  const parts = await context.analytics.rows<{ partition: string }>(
    `SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND active AND rows > 0 AND table IN ('${tables}') ORDER BY partition`,
  )
  const monthOf = (at: Date, shift: number) => {
    const moved = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + shift, 1))
    return moved.getUTCFullYear() * 100 + moved.getUTCMonth() + 1
  }
  const from = monthOf(row.range_from, isAccess ? 0 : -1)
  const to = POINT_KINDS.has(row.target) ? monthOf(row.range_to, isAccess ? 0 : 1) : 999_999
  return parts.map((part) => Number(part.partition)).filter((month) => month >= from && month <= to)
}
