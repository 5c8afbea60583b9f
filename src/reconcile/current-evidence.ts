import type { Analytics } from '../analytics/analytics.ts'
import { assert } from '../base/assert.ts'
import {
  EVIDENCE_KINDS,
  type EvidenceColumn,
  type EvidenceKind,
  type EvidenceKindSpec,
  OPEN_END,
} from '../evidence/port.ts'
import { pathTables, type TableOf } from './compile-statement.ts'
import type { Statement } from './plan-rules.ts'
import { fillWorkTable, workEngine } from './work-tables.ts'

/**
 * Evidence as known now. Every row counts; only of rows that are versions of one record (see `changes` in kinds.ts: a case
 * exported again after it was closed) the last one does. Kinds without versions are read in place.
 */
export async function currentEvidence(analytics: Analytics, kinds: readonly string[]): Promise<TableOf> {
  const replaced = new Map<string, string>()
  const tableOf: TableOf = (kind) => replaced.get(kind) ?? specOf(kind).table
  // Assignments end with their cases, which must be current before.
  for (const kind of [...kinds].sort((x, y) => Number(x === 'assignment') - Number(y === 'assignment'))) {
    const spec = specOf(kind)
    const hasVersions = await isVersioned(analytics, spec)
    const select =
      kind === 'assignment'
        ? endedSql(hasVersions ? currentSql(spec) : `SELECT * FROM ${spec.table}`, tableOf('case'))
        : hasVersions && currentSql(spec)
    if (select === false) continue
    const table = `work_${kind}`
    await analytics.command(`DROP TABLE IF EXISTS ${table} SYNC`)
    await analytics.command(`CREATE TABLE ${table} ENGINE = MergeTree ORDER BY tuple() AS ${select}`)
    replaced.set(kind, table)
  }
  return tableOf
}

/** The kinds of which there is no record at all: what needs one of them need not be asked. */
export async function absentKinds(
  analytics: Analytics,
  kinds: readonly string[],
  tableOf: TableOf,
): Promise<ReadonlySet<string>> {
  const counted = await analytics.rows<{ kind: string; n: string }>(
    kinds.map((kind) => `SELECT '${kind}' AS kind, count() AS n FROM ${tableOf(kind)}`).join(' UNION ALL '),
  )
  return new Set(counted.filter(({ n }) => n === '0').map(({ kind }) => kind))
}

function specOf(kind: string): EvidenceKindSpec {
  const spec = EVIDENCE_KINDS[kind as EvidenceKind]
  assert(spec, 'rules read kinds of evidence that there are')
  return spec
}

const keyed = (column: string): string => column.replace(/^(case|doc)_no$/, '$1_key')
const versionKey = (spec: EvidenceKindSpec): string =>
  ['agency', ...spec.columns.map(({ name }) => name).filter((name) => !spec.changes.includes(name))]
    .map(keyed)
    .join(', ')

async function isVersioned(analytics: Analytics, spec: EvidenceKindSpec): Promise<boolean> {
  if (spec.changes.length === 0) return false
  const key = spec.kind === 'case' ? CASE : versionKey(spec)
  const again = await analytics.rows(
    `SELECT 1 AS again FROM ${spec.table} GROUP BY sipHash128(${key}) HAVING count() > 1 LIMIT 1`,
  )
  return again.length > 0
}

// The last version is told by what the versions say, never by when they came in: files in another order give the same
// verdicts. What was written down last; else what ended before what still holds, and what ended later; else the later word
// of a record's life; and where they tell no order at all, always the same one.
function lastFirst(spec: EvidenceKindSpec): string {
  const byColumn = (column: EvidenceColumn): readonly string[] => {
    if (column.type === 'end') return [`${column.name} < ${OPEN} DESC`, `${column.name} DESC`]
    if (column.type === 'time') return [`${column.name} DESC`]
    const words = column.words?.map((word) => `'${word}'`).join(', ')
    return words === undefined ? [] : [`indexOf([${words}], ${column.name}) DESC`]
  }
  const changing = spec.columns.filter(({ name }) => spec.changes.includes(name))
  return ['recorded_at DESC', ...changing.flatMap(byColumn), 'evidence_id'].join(', ')
}
const OPEN = `toDateTime64('${OPEN_END}', 3, 'UTC')`

function currentSql(spec: EvidenceKindSpec): string {
  const order = lastFirst(spec)
  const from = spec.kind === 'post' ? postsSql() : spec.kind === 'case' ? casesSql(order) : spec.table
  const columns = spec.kind === 'approval' ? '*, counted_at' : '*'
  return `SELECT ${columns} FROM ${from} ORDER BY ${order} LIMIT 1 BY ${versionKey(spec)}`
}

// Not every record of a post says whose number it is, or what his duty: a personnel office may leave out what the police's own
// list told. A staff number is one person's for ever, so that whoever told last tells for all his posts; a duty is that of
// the same unit before.
const NOBODY = "toFixedString('', 16)"
const postsSql = (): string => `(SELECT * REPLACE (
  if(person = ${NOBODY}, argMaxIf(person, (recorded_at, evidence_id), person != ${NOBODY}) OVER (PARTITION BY agency, officer), person) AS person,
  if(duty = '', argMaxIf(duty, (valid_from, recorded_at, evidence_id), duty != '') OVER (PARTITION BY agency, officer, unit ORDER BY valid_from), duty) AS duty)
  FROM evidence_post)`

// A case that was handed on was each unit's; open or closed it is for all of them at once.
const CASE = 'agency, case_key'
const STATE = ['opened_at', 'closed_at'] as const
const casesSql = (order: string): string =>
  `(SELECT * EXCEPT (${STATE.map((column) => `now_${column}`).join(', ')}) REPLACE (${STATE.map((column) => `now_${column} AS ${column}`).join(', ')})
    FROM (SELECT *, ${STATE.map((column) => `first_value(${column}) OVER (PARTITION BY ${CASE} ORDER BY ${order}) AS now_${column}`).join(', ')} FROM evidence_case))`

// An assignment ends with its case, unless it was made after the case had been closed.
const endedSql = (assignments: string, cases: string): string =>
  `SELECT s.* REPLACE (if(s.valid_from < c.closed, least(s.valid_to, c.closed), s.valid_to) AS valid_to) FROM (${assignments}) AS s
   LEFT ANY JOIN (SELECT case_key, max(closed_at) AS closed FROM ${cases} GROUP BY case_key) AS c ON c.case_key = s.case_key`

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
