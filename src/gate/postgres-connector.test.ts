import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { type Connector, ConnectorFailure, type Row, type RunAsk } from './connector.ts'
import { MEMBERS, smallAgency } from './gate-test.fixture.ts'
import { postgresConnector } from './postgres-connector.ts'

let server: Awaited<ReturnType<typeof temporaryDatabase>>
let agency: Awaited<ReturnType<typeof smallAgency>>
let connector: Connector
let admin: pg.Client

beforeAll(async () => {
  server = await temporaryDatabase()
  agency = await smallAgency(server.url)
  connector = postgresConnector({ url: agency.url })
  admin = new pg.Client({ connectionString: server.url.replace('/postgres?', '/small_agency?') })
  await admin.connect()
})
afterAll(async () => {
  await connector.close()
  await admin.end()
  await server.close()
})

const ask = (sql: string, more: Partial<RunAsk> = {}): RunAsk => ({
  sql,
  binds: [],
  signal: new AbortController().signal,
  timeoutMs: 600_000,
  rowCap: 100_000,
  ...more,
})

async function read(sql: string, more: Partial<RunAsk> = {}) {
  const source = connector.run(ask(sql, more))
  const rows: Row[] = []
  for (;;) {
    const next = await source.next()
    if (next.done) return { rows, ...{ end: next.value } }
    rows.push(...next.value)
  }
}

const failureOf = (work: Promise<unknown>): Promise<ConnectorFailure> =>
  work.then(
    () => {
      throw new Error('it went through')
    },
    (error) => {
      if (error instanceof ConnectorFailure) return error
      throw error
    },
  )

async function running(marker: string): Promise<number> {
  const { rows } = await admin.query(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = $1 AND state <> 'idle' AND query LIKE $2",
    [agency.login, `%${marker}%`],
  )
  return Number(rows[0]?.n)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 2000; i++) if (await isSo()) return
  throw new Error('never came true')
}

describe('reading', () => {
  test('hands on every row as text, in chunks, and says how many there were', async () => {
    const { rows, end } = await read('SELECT national_id, insured_salary FROM gate.member ORDER BY 1')
    expect(rows).toHaveLength(MEMBERS)
    expect(rows[0]).toEqual(['A120000001', '20001'])
    expect(end).toEqual({ rows: MEMBERS, isCut: false })
  })

  test.each([
    [1, 1, true],
    [999, 999, true],
    [1000, 1000, true],
    [MEMBERS - 1, MEMBERS - 1, true],
    [MEMBERS, MEMBERS, false],
    [MEMBERS + 1, MEMBERS, false],
  ])('lets at most the row cap through: %i gives %i rows, cut %s', async (rowCap, count, isCut) => {
    const { rows, end } = await read('SELECT national_id FROM gate.member', { rowCap })
    expect({ rows: rows.length, end }).toEqual({ rows: count, end: { rows: count, isCut } })
  })

  test('binds what was typed, so that it stays a value', async () => {
    const hostile = "04595257' OR '1'='1"
    const sql = 'SELECT national_id FROM gate.member WHERE company_number = $1'
    expect((await read(sql, { binds: [hostile] })).rows).toEqual([])
    expect((await read(sql, { binds: ['04595257'] })).rows).toHaveLength(MEMBERS)
  })
})

describe('writing', () => {
  test.each([
    ['a second statement', 'SELECT 1; SELECT 2', '42601'],
    ['a second statement that deletes', 'SELECT 1; DELETE FROM public.member', '42601'],
    ['leaving read-only', 'SET TRANSACTION READ WRITE', '25001'],
    ['DDL', 'CREATE TABLE gate.evil (a int)', '25006'],
    ['a temporary table', 'CREATE TEMPORARY TABLE evil (a int)', '25006'],
    ['INTO', 'SELECT national_id INTO evil FROM gate.member', '25006'],
    ['an insert', 'INSERT INTO gate.member (national_id) VALUES ($1)', '42501'],
    ['a sequence', "SELECT nextval('public.numbers')", '42501'],
    ['the table behind the view', 'SELECT id FROM public.member', '42501'],
    ['a file', "SELECT pg_read_file('/etc/hostname')", '42501'],
    ['a large object', 'SELECT lo_creat(-1)', '42501'],
  ])('refuses %s on the server', async (_what, sql, serverCode) => {
    const failure = await failureOf(read(sql, sql.includes('$1') ? { binds: ['A123456789'] } : {}))
    expect(failure.serverCode).toBe(serverCode)
    const { rows } = await admin.query('SELECT count(*)::int AS n FROM public.member')
    expect(rows[0]?.n).toBe(MEMBERS)
  })
})

describe('stopping', () => {
  test('ends a statement at its time limit, on the server', async () => {
    const failure = await failureOf(read('SELECT pg_sleep(3600) AS endless_one', { timeoutMs: 200 }))
    expect(failure.code).toBe('timeout')
    // The error is sent a moment before the server notes that it has ended.
    await until(async () => (await running('endless_one')) === 0)
  })

  test('ends an aborted statement on the server, not only here', async () => {
    const stop = new AbortController()
    const pending = failureOf(read('SELECT pg_sleep(3600) AS endless_two', { signal: stop.signal, timeoutMs: 600_000 }))
    await until(async () => (await running('endless_two')) === 1)
    stop.abort()
    expect((await pending).code).toBe('cancelled')
    await until(async () => (await running('endless_two')) === 0)
  })

  test('frees cursor and snapshot of a reader who leaves early', async () => {
    for await (const rows of connector.run(ask('SELECT national_id AS left_early FROM gate.member'))) {
      expect(rows.length).toBeGreaterThan(0)
      break
    }
    await until(async () => (await running('left_early')) === 0)
  })

  test('asks nothing of the server when it was aborted before', async () => {
    const failure = await failureOf(read('SELECT 1', { signal: AbortSignal.abort() }))
    expect(failure.code).toBe('cancelled')
  })
})

test("never repeats the database's words: an error would tell what is in the table", async () => {
  const failure = await failureOf(
    read('SELECT (national_id)::int AS n FROM gate.member WHERE company_number = $1', { binds: ['04595257'] }),
  )
  expect(failure.code).toBe('failed')
  expect(failure.serverCode).toBe('22P02')
  expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain('A12')
})

test('says unreachable when the server is not there', async () => {
  const nowhere = postgresConnector({ url: 'postgresql://x:y@127.0.0.1:1/none' })
  const source = nowhere.run(ask('SELECT 1'))
  expect((await failureOf(source.next())).code).toBe('unreachable')
  await nowhere.close()
})

describe('provenance', () => {
  test.each([
    ['an alias', 'SELECT m.national_id AS x FROM gate.member m', 'gate.member.national_id'],
    ['a sub-query', 'SELECT q.x FROM (SELECT national_id AS x FROM gate.member) q', 'gate.member.national_id'],
    ['a CTE', 'WITH q AS (SELECT national_id AS x FROM gate.member) SELECT x FROM q', 'gate.member.national_id'],
    ['a union', 'SELECT national_id AS x FROM gate.member UNION SELECT full_name FROM gate.member', undefined],
    ['an expression', "SELECT national_id || '' AS x FROM gate.member", undefined],
    ['a scalar sub-query', 'SELECT (SELECT max(national_id) FROM gate.member) AS x', undefined],
  ])('of %s is known or openly unknown', async (_what, sql, source) => {
    expect(await connector.describe(sql, 0)).toEqual([{ name: 'x', source }])
  })
})

describe('the doctor', () => {
  test('finds a login that reads only views in order', async () => {
    expect(await connector.doctor()).toEqual([])
  })

  test.each([
    ['can-write', 'GRANT UPDATE ON gate.member TO LOGIN', 'REVOKE UPDATE ON gate.member FROM LOGIN'],
    [
      'can-write',
      'GRANT INSERT (national_id) ON gate.member TO LOGIN',
      'REVOKE INSERT (national_id) ON gate.member FROM LOGIN',
    ],
    [
      'can-write',
      'GRANT USAGE ON SEQUENCE public.numbers TO LOGIN',
      'REVOKE USAGE ON SEQUENCE public.numbers FROM LOGIN',
    ],
    ['can-create', 'GRANT CREATE ON SCHEMA gate TO LOGIN', 'REVOKE CREATE ON SCHEMA gate FROM LOGIN'],
    [
      'can-create',
      'GRANT TEMPORARY ON DATABASE small_agency TO LOGIN',
      'REVOKE TEMPORARY ON DATABASE small_agency FROM LOGIN',
    ],
    ['superuser', 'ALTER ROLE LOGIN CREATEDB', 'ALTER ROLE LOGIN NOCREATEDB'],
    ['superuser', 'ALTER ROLE LOGIN BYPASSRLS', 'ALTER ROLE LOGIN NOBYPASSRLS'],
    ['role-membership', 'GRANT pg_read_server_files TO LOGIN', 'REVOKE pg_read_server_files FROM LOGIN'],
    [
      'reads-tables',
      'GRANT USAGE ON SCHEMA public TO LOGIN; GRANT SELECT ON public.member TO LOGIN',
      'REVOKE ALL ON public.member FROM LOGIN; REVOKE ALL ON SCHEMA public FROM LOGIN',
    ],
    [
      'dangerous-function',
      'GRANT EXECUTE ON FUNCTION pg_read_file(text) TO LOGIN',
      'REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM LOGIN',
    ],
    [
      'definer-function',
      "CREATE FUNCTION gate.evil() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
      'DROP FUNCTION gate.evil()',
    ],
    [
      'owns-objects',
      'CREATE TABLE public.owned (a int); ALTER TABLE public.owned OWNER TO LOGIN',
      'DROP TABLE public.owned',
    ],
  ])('refuses a login with %s: %s', async (code, give, take) => {
    await admin.query(give.replaceAll('LOGIN', agency.login))
    const findings = await connector.doctor()
    await admin.query(take.replaceAll('LOGIN', agency.login))
    expect(findings.map((each) => each.code)).toContain(code)
    expect(await connector.doctor()).toEqual([])
  })

  test('refuses a superuser', async () => {
    const root = postgresConnector({ url: server.url })
    expect((await root.doctor()).map(({ code }) => code)).toContain('superuser')
    await root.close()
  })
})
