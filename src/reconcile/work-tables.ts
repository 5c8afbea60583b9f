import type { Analytics, QueryParams } from '../analytics/analytics.ts'

// Grouping spills to disk beyond this, so that a month of any size stays within memory.
const SPILL_BYTES = 3_000_000_000
/** Settings of every statement of a run. */
export const SETTINGS = {
  max_bytes_before_external_group_by: SPILL_BYTES,
  max_bytes_before_external_sort: SPILL_BYTES,
  join_algorithm: 'hash',
  max_insert_threads: 2,
  // Reordered joins with run-time filters never ended here where a rule also excludes accesses by a set.
  query_plan_optimize_join_order_limit: 0,
  enable_join_runtime_filters: 0,
  // Nothing of a rule is common to its alternatives that the plan would not find anyway; looking for it takes half the analysis.
  optimize_extract_common_expressions: 0,
} as const

/** Rows that a month's work, or a kind of evidence joined with another, may hold in memory: about 2 GB of accesses. */
export const MAX_IN_MEMORY = 4_000_000

/** Engine of a table that lives as long as a run: writing one to disk costs three times what keeping it does. */
export const workEngine = (rows: number, maxInMemory = MAX_IN_MEMORY): string =>
  rows <= maxInMemory ? 'Memory' : 'MergeTree ORDER BY tuple()'

export async function fillWorkTable(
  analytics: Analytics,
  { name, engine, select, params = {} }: { name: string; engine: string; select: string; params?: QueryParams },
): Promise<void> {
  await analytics.command(`DROP TABLE IF EXISTS ${name} SYNC`)
  await analytics.command(`CREATE TABLE ${name} ENGINE = ${engine} AS ${select}`, { params, settings: SETTINGS })
}

/** Drops the tables a run makes for itself, whichever run left them. */
export async function dropWorkTables(analytics: Analytics): Promise<void> {
  const tables = await analytics.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'work_')",
  )
  for (const { name } of tables) await analytics.command(`DROP TABLE IF EXISTS ${name} SYNC`)
}
