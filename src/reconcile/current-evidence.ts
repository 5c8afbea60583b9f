import type { Analytics } from '../analytics/analytics.ts'
import { EVIDENCE_KINDS, type EvidenceKind } from '../evidence/port.ts'
import { pathTables, type TableOf } from './compile-statement.ts'
import type { Statement } from './plan-rules.ts'
import { fillWorkTable, workEngine } from './work-tables.ts'

/**
 * Evidence as known now: where records of a kind came in more than once (a case exported again after it was closed),
 * only the latest version of each natural key counts. Kinds that came in once are read in place.
 */
export async function currentEvidence(analytics: Analytics, kinds: readonly string[]): Promise<TableOf> {
  const replaced = new Map<string, string>()
  for (const kind of kinds) {
    const spec = EVIDENCE_KINDS[kind as EvidenceKind]
    const [again] = await analytics.rows<{ n: string }>(
      `SELECT count() AS n FROM (SELECT agency FROM ${spec.table} GROUP BY agency HAVING uniqExact(import_id) > 1)`,
    )
    if (again?.n === '0') continue
    const table = `work_${kind}`
    const key = [
      'agency',
      ...spec.key.map((column) => (column === 'case_no' ? 'case_key' : column === 'doc_no' ? 'doc_key' : column)),
    ]
    await analytics.command(`DROP TABLE IF EXISTS ${table} SYNC`)
    await analytics.command(
      `CREATE TABLE ${table} ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM ${spec.table} ORDER BY known_at DESC, evidence_id LIMIT 1 BY ${key.join(', ')}`,
    )
    replaced.set(kind, table)
  }
  return (kind) => replaced.get(kind) ?? EVIDENCE_KINDS[kind as EvidenceKind].table
}

/** Joins kinds of evidence that hang together by their case once for the run, for the statements that walk through both. */
export async function joinPaths(
  analytics: Analytics,
  statements: readonly Statement[],
  tableOf: TableOf,
): Promise<void> {
  for (const { name, kinds, select } of pathTables(statements, tableOf)) {
    const counts = await Promise.all(
      kinds.map((kind) => analytics.rows<{ n: string }>(`SELECT count() AS n FROM ${tableOf(kind)}`)),
    )
    const rows = Math.max(...counts.map(([counted]) => Number(counted?.n)))
    await fillWorkTable(analytics, { name, engine: workEngine(rows), select })
  }
}
