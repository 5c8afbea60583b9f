import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DataSet, IdentifierKind } from '../registry/port.ts'
import { resolveQuery } from './catalogue.ts'
import { type Connector, ConnectorFailure, type Row, type RunAsk } from './connector.ts'
import { queryFile } from './gate-test.fixture.ts'
import { mariadbConnector } from './mariadb-connector.ts'
import { registerQuery } from './register-query.ts'

const SERVER = '/usr/sbin/mariadbd'
const isThere = existsSync(SERVER)
const NOBODY = 65534
const ROWS = 2500

let folder: string
let server: ChildProcess
let root: mysql.Connection
let connector: Connector
const place = { user: 'gate', password: 'plain', database: 'agency' }

describe.skipIf(!isThere)('a MariaDB behind the gate (needs /usr/sbin/mariadbd, skipped without)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shoumi-my-'))
    const isRoot = process.getuid?.() === 0
    await chmod(folder, 0o755)
    if (isRoot) await chown(folder, NOBODY, NOBODY)
    const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
    const data = join(folder, 'data')
    spawnSync(
      'mariadb-install-db',
      ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal'],
      user,
    )
    const socketPath = join(folder, 's')
    server = spawn(
      SERVER,
      [
        '--no-defaults',
        `--datadir=${data}`,
        `--socket=${socketPath}`,
        '--skip-networking',
        '--max-statement-time=60',
        `--pid-file=${folder}/pid`,
      ],
      { stdio: 'ignore', ...user },
    )
    root = await connected({ user: 'root', socketPath, multipleStatements: true })
    await root.query(`
      DELETE FROM mysql.db WHERE Db LIKE 'test%'; FLUSH PRIVILEGES;
      CREATE DATABASE agency CHARACTER SET utf8mb4; CREATE DATABASE store CHARACTER SET utf8mb4; USE store;
      CREATE TABLE member (id varchar(10) PRIMARY KEY, name varchar(20), company varchar(8));
      INSERT INTO member SELECT CONCAT('A1', LPAD(20000000 + seq, 8, '0')), '王大明', '04595257' FROM seq_1_to_${ROWS};
      CREATE VIEW agency.member AS SELECT id AS national_id, name AS full_name, company AS company_number FROM store.member;
      CREATE USER gate@localhost IDENTIFIED BY 'plain'; GRANT SELECT ON agency.member TO gate@localhost;
    `)
    connector = mariadbConnector({ ...place, socketPath })
  })

  afterAll(async () => {
    await root.end()
    const ended = new Promise((done) => server.once('exit', done))
    server.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  })

  test('hands on every row as text, with bound values, up to the row cap', async () => {
    const sql = 'SELECT national_id, full_name FROM agency.member WHERE company_number = ? ORDER BY 1'
    const all = await read(sql, { binds: ['04595257'] })
    expect(all.rows).toHaveLength(ROWS)
    expect(all.rows[0]).toEqual(['A120000001', '王大明'])
    expect(all.end).toEqual({ rows: ROWS, isCut: false })
    expect((await read(sql, { binds: ["' OR '1'='1"] })).rows).toEqual([])
    const cut = await read(sql, { binds: ['04595257'], rowCap: 1500 })
    expect(cut.rows).toHaveLength(1500)
    expect(cut.end.isCut).toBe(true)
  })

  // In a READ ONLY transaction MariaDB runs DDL and writes files: only the missing grants stop them.
  test.each([
    ['a second statement', 'SELECT 1; SELECT 2'],
    ['DDL in a read-only transaction', 'CREATE TABLE agency.evil (a int)'],
    ['an insert', "INSERT INTO agency.member (national_id) VALUES ('A123456789')"],
    ['the table behind the view', 'SELECT id FROM store.member'],
    ['OUTFILE', "SELECT 1 INTO OUTFILE '/tmp/shoumi-outfile-test'"],
    ['reading a file', "SELECT LOAD_FILE('/etc/passwd') AS f FROM agency.nothing"],
    ['leaving read-only', 'SET TRANSACTION READ WRITE'],
  ])('refuses %s', async (_what, sql) => {
    const failure = await failureOf(read(sql))
    expect(['refused', 'failed']).toContain(failure.code)
    expect(existsSync('/tmp/shoumi-outfile-test')).toBe(false)
    const [rows] = await root.query('SELECT COUNT(*) AS n FROM store.member')
    expect((rows as { n: number }[])[0]?.n).toBe(ROWS)
  })

  test('ends a statement at its time limit', async () => {
    const failure = await failureOf(
      read('SELECT COUNT(*) AS n FROM agency.member a, agency.member b, agency.member c, agency.member d', {
        timeoutMs: 300,
      }),
    )
    expect(failure.code).toBe('timeout')
    await until(async () => (await running('agency.member d')) === 0)
  })

  test('notices a timeout that the server answers with a row instead of an error', async () => {
    const failure = await failureOf(read('SELECT SLEEP(3600) AS n', { timeoutMs: 200 }))
    expect(failure.code).toBe('timeout')
  })

  test('ends an aborted statement on the server, not only here', async () => {
    const stop = new AbortController()
    const endless = 'SELECT COUNT(*) AS n FROM agency.member e, agency.member f, agency.member g, agency.member h'
    const pending = failureOf(read(endless, { signal: stop.signal, timeoutMs: 600_000 }))
    await until(async () => (await running('agency.member h')) === 1)
    stop.abort()
    expect((await pending).code).toBe('cancelled')
    await until(async () => (await running('agency.member h')) === 0)
  })

  // Through a merged view MariaDB names the base table's alias, through a derived table the derived one: neither is
  // proof, so the connector claims nothing and registration reads the origin off the statement itself.
  test('claims no origin for any column, since the server names aliases', async () => {
    const columns = await connector.describe('SELECT m.national_id AS x, m.full_name FROM agency.member m', 0)
    expect(columns).toEqual([
      { name: 'x', source: undefined },
      { name: 'full_name', source: undefined },
    ])
  })

  test('a catalogued query is registered by the origins its statement names, and refused when it names others', async () => {
    const field = (identifier: IdentifierKind) => ({
      title: '欄',
      titleEn: 'field',
      identifier,
      sensitivity: 2 as const,
    })
    const dataSet: DataSet = {
      ...{ code: 'insurance-company', agency: 'x', connector: 'x', title: '測試', titleEn: 'Test' },
      ...{ sensitivity: 2, subject: 'person', portfolio: 'none' },
      fields: { 'agency.member.national_id': field('national-id'), 'agency.member.full_name': field('person-name') },
    }
    const columns = ['national_id=agency.member.national_id', 'full_name=agency.member.full_name']
    const register = (sql: string) => {
      const resolved = resolveQuery(queryFile(sql, columns), [dataSet])
      if (!resolved) throw new Error('no data set')
      return registerQuery(resolved, connector)
    }
    const from = 'FROM agency.member AS m WHERE m.company_number = ?'
    const good = await register(`SELECT m.national_id, m.full_name ${from}`)
    expect(good.ok && good.value.columns.map(({ identifier }) => identifier)).toEqual(['national-id', 'person-name'])
    const swapped = await register(`SELECT m.full_name AS national_id, m.national_id AS full_name ${from}`)
    expect(swapped.ok ? '' : swapped.error[0]?.reason).toContain('does not come from')
    const hidden = await register(`SELECT concat(m.national_id, '') AS national_id, m.full_name ${from}`)
    expect(hidden.ok && hidden.value.columns[0]?.identifier).toBe('unknown')
    expect((await register(`SELECT m.national_id, m.full_name ${from} INTO OUTFILE '/tmp/x'`)).ok).toBe(false)
    expect((await register('SELECT m.national_id, m.full_name FROM store.member AS m WHERE m.company = ?')).ok).toBe(
      false,
    )
  })

  test('the doctor finds a login that reads only views in order, and refuses more', async () => {
    expect(await connector.doctor()).toEqual([])
    const grants = [
      ['FILE ON *.*', 'file-privilege'],
      ['CREATE ON agency.*', 'can-create'],
      ['UPDATE ON agency.member', 'can-write'],
      ['EXECUTE ON agency.*', 'dangerous-function'],
      ['SUPER ON *.*', 'superuser'],
      ['SELECT ON *.*', 'unreadable-grant'],
      ['SELECT ON store.member', 'reads-tables'],
      ['PROCESS ON *.*', 'unreadable-grant'],
    ] as const
    for (const [grant, code] of grants) {
      await root.query(`GRANT ${grant} TO gate@localhost`)
      const findings = await connector.doctor()
      await root.query(`REVOKE ${grant} FROM gate@localhost`)
      await root.query('GRANT SELECT ON agency.member TO gate@localhost')
      expect(
        findings.map((each) => each.code),
        grant,
      ).toContain(code)
    }
    expect(await connector.doctor()).toEqual([])
  })
})

async function connected(options: mysql.ConnectionOptions): Promise<mysql.Connection> {
  for (let tries = 0; ; tries++) {
    const connection = await mysql.createConnection(options).catch((error) => {
      if (tries > 6000) throw error
      return undefined
    })
    if (connection) return connection
    // The server says by no other means that it is ready.
    await wait(50)
  }
}

async function read(sql: string, more: Partial<RunAsk> = {}) {
  const { signal } = new AbortController()
  const source = connector.run({ sql, binds: [], signal, timeoutMs: 600_000, rowCap: 100_000, ...more })
  const rows: Row[] = []
  for (;;) {
    const next = await source.next()
    if (next.done) return { rows, end: next.value }
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
  const [rows] = await root.query('SHOW FULL PROCESSLIST')
  return (rows as { User: string; Info: string | null }[]).filter(
    (each) => each.User === 'gate' && each.Info?.includes(marker),
  ).length
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 3000; i++) if (await isSo()) return
  throw new Error('never came true')
}
