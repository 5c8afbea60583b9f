import type { CataloguedQuery, QueryColumn } from './catalogue.ts'
import { type Connector, ConnectorFailure } from './connector.ts'
import { inspectSql, statedSources } from './inspect-sql.ts'

/** Why a query is not fit for use; `line` counts in its file. */
export interface QueryFault {
  readonly query: string
  readonly version: number
  readonly line: number
  readonly reason: string
}

/** A query that passed: the only thing a disclosure accepts. Columns carry the mask that really holds. */
export interface RegisteredQuery extends CataloguedQuery {
  readonly [registered]: true
}
declare const registered: unique symbol

export type Registration =
  | { readonly ok: true; readonly value: RegisteredQuery; readonly notes: readonly QueryFault[] }
  | { readonly ok: false; readonly error: readonly QueryFault[] }

/**
 * Checks one query against the grammar and against its database: single reading statement, known functions, output
 * columns as declared, in order, each from the column its field names. A column whose origin the database does not
 * report is covered by the strongest mask, with a note; one from another column than declared refuses the query.
 */
export async function registerQuery(query: CataloguedQuery, connector: Connector): Promise<Registration> {
  const fault = (line: number, reason: string): QueryFault => ({
    query: query.id,
    version: query.version,
    line,
    reason,
  })
  const binds = query.parameters.length + query.jurisdiction.length
  const isMariadb = connector.kind === 'mariadb'
  // MariaDB's reading statements are within PostgreSQL's grammar once binds are written its way; those that are not
  // are refused.
  const sql = isMariadb ? numberedBinds(query.sql) : query.sql
  const faults = await inspectSql(sql, binds, query.columns[0]?.field.split('.')[0])
  if (faults.length > 0) {
    return { ok: false, error: faults.map(({ line, reason }) => fault(line + query.sqlLine - 1, reason)) }
  }
  const described = await describeOrFault(query, connector, binds)
  if (typeof described === 'string') return { ok: false, error: [fault(query.sqlLine, described)] }
  const declared = query.columns.map(({ name }) => name).join(', ')
  const actual = described.map(({ name }) => name).join(', ')
  if (declared !== actual) {
    return { ok: false, error: [fault(query.sqlLine, `declares columns ${declared} but returns ${actual}`)] }
  }
  const sources = isMariadb ? await statedSources(sql) : described.map(({ source }) => source)
  const wrong = query.columns.filter((column, i) => isElsewhere(column, sources[i]))
  if (wrong.length > 0) {
    return {
      ok: false,
      error: wrong.map(({ name, field }) => fault(query.sqlLine, `column ${name} does not come from ${field}`)),
    }
  }
  const columns = query.columns.map((column, i) => asProven(column, sources[i]))
  const notes = columns.flatMap((column, i) =>
    sources[i] === undefined && column.identifier === 'unknown'
      ? [fault(query.sqlLine, `column ${column.name} has no known origin: strongest mask`)]
      : [],
  )
  // The brand exists only in types; this is the one place that grants it.
  return { ok: true, value: { ...query, columns } as unknown as RegisteredQuery, notes }
}

function numberedBinds(sql: string): string {
  let count = 0
  return sql.replaceAll('?', () => `$${++count}`)
}

async function describeOrFault(query: CataloguedQuery, connector: Connector, binds: number) {
  try {
    return await connector.describe(query.sql, binds)
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error
    return `the database refuses it (${error.code}, ${error.serverCode})`
  }
}

const isElsewhere = (column: QueryColumn, source: string | undefined): boolean =>
  source !== undefined && column.identifier !== 'unknown' && source !== column.field

const asProven = (column: QueryColumn, source: string | undefined): QueryColumn =>
  source === column.field ? column : { ...column, identifier: 'unknown', sensitivity: 4 }
