import type { Analytics } from '../analytics/analytics.ts'
import { partsSetAside } from '../analytics/check-parts.ts'
import { AnalyticsDamaged, type Damage } from '../analytics/damage.ts'
import type { Database, Queryable } from '../database/database.ts'
import { EVIDENCE_KINDS } from './kinds.ts'
import { findTarget } from './target.ts'

interface Parts {
  readonly analytics: Analytics
  readonly database: Database
}

const TABLES = ['access', ...Object.values(EVIDENCE_KINDS).map(({ table }) => table)]

/**
 * Whether the store holds what PostgreSQL's records say was brought in: rows by import, verdicts by month, no part set aside.
 * Cheap: it counts, and reads no row. Undefined: it does.
 */
export async function checkStore({ analytics, database }: Parts): Promise<Damage | undefined> {
  try {
    return (
      (await partsSetAside(analytics)) ??
      (await differentRows(analytics, database)) ??
      (await missingVerdicts(analytics, database))
    )
  } catch (error) {
    if (error instanceof AnalyticsDamaged) return error.damage
    throw error
  }
}

/** A rebuild that was begun and did not end. */
export async function unfinishedRebuild(db: Queryable): Promise<Damage | undefined> {
  const open = await db.query('SELECT 1 FROM analytics_rebuild WHERE ended_at IS NULL')
  return open.length > 0 ? { kind: 'unfinished', detail: 'a rebuild that did not end' } : undefined
}

/** How many rows of each import stand in its table; `table/import` → rows. */
export async function rowsByImport(analytics: Analytics): Promise<ReadonlyMap<string, number>> {
  const counts = TABLES.map(
    (table) => `SELECT '${table}' AS name, import_id AS id, count() AS n FROM ${table} GROUP BY id`,
  )
  const rows = await analytics.rows<{ name: string; id: string; n: string }>(counts.join('\nUNION ALL\n'))
  return new Map(rows.map(({ name, id, n }) => [`${name}/${id}`, Number(n)]))
}

export const placeOf = (target: string, importId: string): string => `${findTarget(target)?.table}/${importId}`

async function differentRows(analytics: Analytics, db: Queryable): Promise<Damage | undefined> {
  const recorded = await db.query<{ import_id: string; target: string; rows_loaded: string }>(
    "SELECT import_id, target, rows_loaded FROM import WHERE state = 'done' AND rows_loaded > 0",
  )
  const held = new Map(await rowsByImport(analytics))
  for (const { import_id, target, rows_loaded } of recorded) {
    const place = placeOf(target, import_id)
    if (held.get(place) !== Number(rows_loaded))
      return { kind: 'lost', detail: `import ${import_id}: ${held.get(place) ?? 0} rows of ${rows_loaded}` }
    held.delete(place)
  }
  const [stray] = held.keys()
  return stray === undefined ? undefined : { kind: 'lost', detail: `${stray}: rows of no recorded import` }
}

// A month that waits for no reconciliation has a verdict for every access, and each verdict stands in the history.
async function missingVerdicts(analytics: Analytics, db: Queryable): Promise<Damage | undefined> {
  const byMonth = async (table: string) => {
    const rows = await analytics.rows<{ month: number; n: string }>(
      `SELECT toYYYYMM(at) AS month, count() AS n FROM ${table} GROUP BY month`,
    )
    return new Map(rows.map(({ month, n }) => [Number(month), Number(n)]))
  }
  const dirty = await db.query<{ month: number }>('SELECT month FROM reconcile_dirty')
  const waiting = new Set(dirty.map(({ month }) => month))
  const [accesses, verdicts, history] = [
    await byMonth('access'),
    await byMonth('verdict_current'),
    await byMonth('verdict_history'),
  ]
  for (const [month, rows] of accesses) {
    if (!waiting.has(month) && (verdicts.get(month) ?? 0) < rows)
      return { kind: 'lost', detail: `verdicts of ${month}: ${verdicts.get(month) ?? 0} of ${rows}` }
  }
  for (const [month, rows] of verdicts) {
    if ((history.get(month) ?? 0) < rows)
      return { kind: 'lost', detail: `history of ${month}: ${history.get(month) ?? 0} rows for ${rows} verdicts` }
  }
  return undefined
}
