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
      `CREATE TABLE ${table} ENGINE = MergeTree ORDER BY tuple() AS SELECT ${kind === 'post' ? POST_COLUMNS : '*'} FROM ${spec.table} ORDER BY known_at DESC, evidence_id LIMIT 1 BY ${key.join(', ')}`,
    )
    replaced.set(kind, table)
  }
  return (kind) => replaced.get(kind) ?? EVIDENCE_KINDS[kind as EvidenceKind].table
}

// Not every record of a post says whose number it is, or what his duty: a personnel office may leave out what the police's own
// list told. A staff number is one person's for ever, so that whoever told last tells for all his posts; a duty is that of
// the same unit before.
const NOBODY = "toFixedString('', 16)"
const POST_COLUMNS = `* REPLACE (
  if(person = ${NOBODY}, argMaxIf(person, known_at, person != ${NOBODY}) OVER (PARTITION BY agency, officer), person) AS person,
  if(duty = '', argMaxIf(duty, (valid_from, known_at), duty != '') OVER (PARTITION BY agency, officer, unit ORDER BY valid_from), duty) AS duty)`

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
