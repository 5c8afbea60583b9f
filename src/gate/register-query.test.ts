import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { readDataSets } from '../registry/port.ts'
import { type CataloguedQuery, loadCatalogue, resolveQuery } from './catalogue.ts'
import type { Connector } from './connector.ts'
import { queryFile, queryText, smallAgency } from './gate-test.fixture.ts'
import { inspectSql, statedSources } from './inspect-sql.ts'
import { postgresConnector } from './postgres-connector.ts'
import { parseQueryFile, readBind } from './query-definition.ts'
import { registerQuery } from './register-query.ts'

let server: Awaited<ReturnType<typeof temporaryDatabase>>
let connector: Connector

beforeAll(async () => {
  server = await temporaryDatabase()
  connector = postgresConnector({ url: (await smallAgency(server.url)).url })
})
afterAll(async () => {
  await connector.close()
  await server.close()
})

async function query(sql: string, columns: readonly string[]): Promise<CataloguedQuery> {
  const resolved = resolveQuery(queryFile(sql, columns), await readDataSets())
  if (!resolved) throw new Error('no data set')
  return resolved
}

describe('the grammar', () => {
  test.each([
    ['a second statement', 'SELECT 1;\nSELECT 2', 'not exactly one statement', 2],
    ['nothing', '-- nothing', 'not exactly one statement', 1],
    ['INTO', 'SELECT m.national_id INTO evil FROM gate.member m', 'INTO', 1],
    ['a lock', 'SELECT m.national_id FROM gate.member m FOR UPDATE', 'locks', 1],
    [
      'a delete in a CTE',
      'WITH d AS (\nDELETE FROM gate.member RETURNING national_id) SELECT national_id FROM d',
      'DeleteStmt',
      2,
    ],
    ['COPY', "COPY gate.member TO '/tmp/x'", 'CopyStmt', 1],
    ['DO', 'DO $$ BEGIN END $$', 'DoStmt', 1],
    ['MERGE', 'MERGE INTO gate.member t USING gate.member s ON true WHEN MATCHED THEN DELETE', 'MergeStmt', 1],
    ['DDL', 'CREATE TABLE evil (a int)', 'CreateStmt', 1],
    ['SET', 'SET TRANSACTION READ WRITE', 'VariableSetStmt', 1],
    ['EXPLAIN', 'EXPLAIN SELECT 1', 'ExplainStmt', 1],
    ['an unknown function', "SELECT\n  pg_read_file('/etc/passwd')", 'pg_read_file', 2],
    ['a function of another schema', 'SELECT evil.upper(m.full_name) FROM gate.member m', 'evil.upper', 1],
    ['a function that runs SQL', "SELECT query_to_xml('DELETE FROM x', true, true, '')", 'query_to_xml', 1],
    ['waiting', 'SELECT pg_sleep(100)', 'pg_sleep', 1],
    ['a table function', 'SELECT g FROM generate_series(1, 1000000000) AS g', 'RangeFunction', 1],
    ['a wildcard', 'SELECT * FROM gate.member', 'not *', 1],
    ['a table outside the gate', 'SELECT m.id FROM public.member m', 'public.member', 1],
    ['a table without schema', 'SELECT m.id FROM member m', 'reads member', 1],
    ['the catalog', 'SELECT r.rolname FROM pg_catalog.pg_roles r', 'pg_catalog.pg_roles', 1],
    ['recursion', 'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r) SELECT n FROM r', 'recursive', 1],
    ['a bind too many', 'SELECT m.national_id FROM gate.member m WHERE m.full_name = $1', '$1', 1],
    ['broken SQL', 'SELECT FROM WHERE (', 'not valid', 1],
  ])('refuses %s with line and reason', async (_what, sql, reason, line) => {
    const faults = await inspectSql(sql, 0)
    expect(faults.map((each) => each.reason).join(' | ')).toContain(reason)
    expect(faults.some((each) => each.line === line)).toBe(true)
  })

  test('takes joins, sub-queries, CTEs, CASE, aggregates and Chinese names', async () => {
    const sql = `WITH k AS (SELECT m.company_number, count(*) AS 人數 FROM gate.member AS m GROUP BY m.company_number)
      SELECT upper(m.full_name) AS n, CASE WHEN k.人數 > 5 THEN 'many' ELSE 'few' END, coalesce(m.national_id, '')
      FROM gate.member AS m JOIN k ON k.company_number = m.company_number
      WHERE m.company_number = $1 AND m.insured_since >= '115/01/01'::text ORDER BY 1 LIMIT 10`
    expect(await inspectSql(sql, 1)).toEqual([])
  })

  test('stops at a statement that is too large', async () => {
    const sql = `SELECT ${Array.from({ length: 30_000 }, () => '1').join('+')} AS n`
    expect((await inspectSql(sql, 0)).length).toBeGreaterThan(0)
  })

  test('reads the origin of plain columns off a statement, and of nothing else', async () => {
    const sql = 'SELECT m.a, upper(m.b), c, n.d FROM agency.x m JOIN agency.y AS n ON n.a = m.a WHERE m.a = $1'
    expect(await statedSources(sql)).toEqual(['agency.x.a', undefined, undefined, 'agency.y.d'])
    expect(await statedSources('SELECT m.a FROM agency.x m UNION SELECT m.b FROM agency.x m')).toEqual([])
    expect(await statedSources('SELECT d.a FROM (SELECT m.b AS a FROM agency.x m) d')).toEqual([undefined])
  })
})

describe('registration', () => {
  const WHERE = 'FROM gate.member AS m WHERE m.company_number = $1'

  test('takes a query whose columns come from where they say', async () => {
    const found = await registerQuery(
      await query(`SELECT m.national_id, m.full_name ${WHERE}`, ['national_id', 'full_name']),
      connector,
    )
    expect(found.ok && found.value.columns.map(({ identifier }) => identifier)).toEqual(['national-id', 'person-name'])
  })

  test.each([
    [
      'more columns than declared',
      `SELECT m.national_id, m.full_name ${WHERE}`,
      ['national_id'],
      'returns national_id, full_name',
    ],
    [
      'another order',
      `SELECT m.full_name, m.national_id ${WHERE}`,
      ['national_id', 'full_name'],
      'returns full_name, national_id',
    ],
    [
      'an ID number under the name of a company number',
      `SELECT m.national_id AS company_number ${WHERE}`,
      ['company_number'],
      'does not come from',
    ],
    ['a column there is not', `SELECT m.nothing ${WHERE}`, ['nothing'], '42703'],
  ])('refuses %s', async (_what, sql, columns, reason) => {
    const found = await registerQuery(await query(sql, columns), connector)
    expect(found.ok ? [] : found.error.map((each) => each.reason).join()).toContain(reason)
    // The head of the test's file ends two lines above its SQL.
    expect(found.ok ? 0 : found.error[0]?.line).toBeGreaterThan(10)
  })

  test.each([
    ['a union', `SELECT m.company_number ${WHERE} UNION SELECT m.national_id FROM gate.member AS m`],
    ['an expression', `SELECT m.company_number || '' AS company_number ${WHERE}`],
    [
      'a scalar sub-query',
      'SELECT (SELECT max(m.national_id) FROM gate.member AS m WHERE m.company_number = $1) AS company_number',
    ],
  ])('covers a column whose origin %s hides with the strongest mask', async (_what, sql) => {
    const found = await registerQuery(await query(sql, ['company_number']), connector)
    expect(found.ok && found.value.columns[0]).toMatchObject({ identifier: 'unknown', sensitivity: 4 })
    expect(found.ok && found.notes[0]?.reason).toContain('strongest mask')
  })

  test('covers a column the data set does not know with the strongest mask', async () => {
    const found = await registerQuery(
      await query(`SELECT m.full_name ${WHERE}`, ['full_name=gate.member.unlisted']),
      connector,
    )
    expect(found.ok && found.value.columns[0]?.identifier).toBe('unknown')
  })
})

describe('a query file', () => {
  test('is refused with its line when the head is missing, malformed or contradicts itself', () => {
    const good = queryText('SELECT 1', ['national_id'])
    const fault = (text: string) => {
      const parsed = parseQueryFile('x.sql', text)
      return parsed.ok ? undefined : parsed.error
    }
    expect(fault(good)).toBeUndefined()
    expect(fault('SELECT 1')?.reason).toContain('no head')
    expect(fault(good.replace('rowCap: 5000', 'rowCap: 0'))?.reason).toContain('rowCap')
    expect(fault(good.replace('version: 1', 'version: ['))).toBeDefined()
    expect(fault(good.replace('portfolio: none', 'portfolio: none\nextra: 1'))?.reason).toContain('extra')
    expect(fault(good.replace('subject: { parameter: company }', 'subject: { parameter: other }'))?.reason).toContain(
      'subject',
    )
    expect(
      fault(good.replace('subjectColumn: { column: national_id', 'subjectColumn: { column: other'))?.reason,
    ).toContain('subjectColumn')
    expect(fault(`${good}${' '.repeat(50_000)}`)?.reason).toContain('too long')
  })

  test('of the program itself is read without fault, and every column has a declared field', async () => {
    const catalogue = await loadCatalogue()
    expect(catalogue.queries.length).toBeGreaterThan(10)
    expect(
      catalogue.queries.flatMap(({ columns }) => columns).filter(({ identifier }) => identifier === 'unknown'),
    ).toEqual([])
    for (const each of catalogue.queries)
      expect(await inspectSql(each.sql, each.parameters.length + each.jurisdiction.length)).toEqual([])
  })
})

test('binds only values of the declared form, normalised to half width and upper case', () => {
  expect(readBind('national-id', ' ａ１２３４５６７８９ ')).toEqual({ ok: true, value: 'A123456789' })
  expect(readBind('national-id', 'A123456788').ok).toBe(false)
  expect(readBind('company-number', '04595257').ok).toBe(true)
  expect(readBind('company-number', "04595257' --").ok).toBe(false)
  expect(readBind('plate', 'abc-1234')).toEqual({ ok: true, value: 'ABC-1234' })
  expect(readBind('parcel-number', '雲山段01小段0001地號').ok).toBe(true)
  expect(readBind('parcel-number', "雲山'; DROP").ok).toBe(false)
  expect(readBind('case-number', 'x'.repeat(201)).ok).toBe(false)
})
