import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inScope, NOBODY } from '../src/base/tenant.ts'
import { migrateDatabase } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { withConnection } from '../src/database/single-connection.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/start-embedded.ts'
import { wordsOfStartFailure } from '../src/program/start-failure.ts'
import { eventList } from '../src/wire/ledger.ts'
import { verdictList } from '../src/wire/verdict.ts'
import { serversOf, signal } from './postgres-processes.ts'
import { type RunningServer, signInAs, startServer } from './running-server.ts'

// A PostgreSQL of one's own, set up word for word as docs/operations.md says. No owner here is a superuser.
const START_MS = 900_000
const MAIN = join(import.meta.dirname, '../src/program/main.ts')
const FROZEN_ROWS = 150_000
const FROZEN_MS = 12_000
const MAPPING = `target: access
agency: police
columns:
  source_id: { from: 編號 }
  at: { from: 時間 }
  officer: { from: 員工 }
  subject: { from: 證號 }
  purpose: { from: 事由 }
  case_no: { from: 案號 }
`
let folder: string
let server: EmbeddedPostgres
let running: RunningServer | undefined
let official: Awaited<ReturnType<typeof looker>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-own-'))
  server = await startEmbeddedPostgres(join(folder, 'postgres'))
})
afterAll(async () => {
  // Where a test failed half way.
  running?.child.kill('SIGKILL')
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const asSuperuser = <T>(work: (client: pg.Client) => Promise<T>) => withConnection(server.url, work)
const urlOf = (login: string, database: string) =>
  `postgresql://${login}:change-me@localhost/${database}?${server.url.split('?')[1]}`

/** The documented statements for an installation of this name. */
async function documented(name: string): Promise<readonly string[]> {
  const text = await readFile(join(import.meta.dirname, '../docs/operations.md'), 'utf8')
  const block = /```sql\n(CREATE ROLE[\s\S]*?)```/.exec(text)?.[1] ?? ''
  return block
    .replaceAll('shoumi_owner', `${name}_owner`)
    .replaceAll(/DATABASE shoumi\b/g, `DATABASE ${name}`)
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

const RUNNING = "state = 'running'"
const importsOf = (condition: string) =>
  withConnection(server.url.replace('/postgres?', '/plain?'), async (client) => {
    const { rows } = await client.query<{ state: string }>(`SELECT state FROM import WHERE ${condition}`)
    return rows
  })

/** An official who opens the pages of accesses, one after the other. */
async function looker(running: RunningServer) {
  const ethics = await signInAs(running, 'ethics')
  const list = verdictList.parse(await (await ethics.fetch('/api/verdicts')).json())
  let next = 0
  return {
    open: () => ethics.fetch(`/api/accesses/${list.rows[next++ % list.rows.length]?.accessId}`),
    /** how many looks stand among his own acts */
    looks: async () => {
      const { events } = eventList.parse(await (await ethics.fetch('/api/me/acts')).json())
      return events.filter(({ kind }) => kind === 'look').length
    },
  }
}

const run = (statements: readonly string[]) =>
  asSuperuser(async (client) => {
    for (const statement of statements) await client.query(statement)
  })

test(
  'an owner set up as documented, who may make no roles, runs the whole program and records a look',
  async () => {
    const statements = await documented('plain')
    expect(statements.length).toBeGreaterThan(3)
    await run(statements)
    running = await startServer({
      env: { SHOUMI_POSTGRES_URL: urlOf('plain_owner', 'plain'), SHOUMI_POSTGRES_TIMEOUT_S: '5' },
    })
    official = await looker(running)
    expect((await official.open()).status).toBe(200)
    expect(await official.looks()).toBe(1)
  },
  START_MS,
)

test(
  'while its server is frozen a look is refused in words within the bound, and goes on when it thaws',
  async () => {
    const { all } = await serversOf(join(folder, 'postgres/cluster'))
    signal(all, 'SIGSTOP')
    try {
      const refused = await official.open()
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(await refused.json()).toMatchObject({ message: expect.stringContaining('資料庫暫時無法使用') })
    } finally {
      signal(all, 'SIGCONT')
    }
    while ((await official.open()).status !== 200) expect(running?.child.exitCode).toBe(null)
  },
  START_MS,
)

test(
  'an import beside a server that froze is said to have ended, one way or the other, without a restart',
  async () => {
    const file = join(folder, 'log.csv')
    const rows = Array.from({ length: FROZEN_ROWS }, (_, i) => `F${i},2026-10-01 08:00,1,A123456789,偵辦案件,`)
    await writeFile(file, ['編號,時間,員工,證號,事由,案號', ...rows].join('\n'))
    await writeFile(join(folder, 'log.yaml'), MAPPING)
    const child = spawn(
      process.execPath,
      [MAIN, 'import', 'accesses', file, '--mapping', join(folder, 'log.yaml'), '--system', 'mpolice'],
      {
        env: { ...process.env, SHOUMI_DATA: running?.dataFolder, SHOUMI_SAMPLE: 'no' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    const ended = new Promise<number | null>((done) => child.once('close', done))
    while ((await importsOf(RUNNING)).length === 0 && child.exitCode === null) await setTimeout(50)
    const { all } = await serversOf(join(folder, 'postgres/cluster'))
    signal(all, 'SIGSTOP')
    // Longer than a connection is waited for.
    await setTimeout(FROZEN_MS)
    signal(all, 'SIGCONT')
    await ended
    while ((await importsOf(RUNNING)).length > 0) await setTimeout(200)
    const [record] = await importsOf("file_name = 'log.csv'")
    expect(['done', 'failed'], said).toContain(record?.state)
  },
  START_MS,
)

test(
  'a backend killed, the server killed and restarted: the same program serves on and its looks are recorded',
  async () => {
    for (const which of ['backends', 'postmaster'] as const) {
      const before = await official.looks()
      signal((await serversOf(join(folder, 'postgres/cluster')))[which].slice(0, 1), 'SIGKILL')
      while ((await official.open()).status !== 200) expect(running?.child.exitCode).toBe(null)
      expect(await official.looks()).toBeGreaterThan(before)
    }
    expect(await running?.stop()).toBe(0)
  },
  START_MS,
)

test('what the owner lacks is said with the statements to run, without a stack and without the password', async () => {
  await run(["CREATE ROLE bare_owner LOGIN PASSWORD 'change-me'", 'CREATE DATABASE bare OWNER bare_owner'])
  const place = { dataFolder: '/data', keysFolder: '/data/keys', clickhouseUrl: undefined }
  const wordsAt = async (postgresUrl: string) => {
    const opened = openDatabase({ url: postgresUrl, unscoped: 'installation' })
    const failure = await opened.then(migrateDatabase).catch((error: unknown) => error)
    await opened.then((database) => database.close()).catch(() => undefined)
    return wordsOfStartFailure(failure, { ...place, postgresUrl }) ?? ''
  }
  expect(await wordsAt(urlOf('bare_owner', 'bare'))).toContain('GRANT shoumi_request')
  const wrong = await wordsAt(urlOf('bare_owner', 'bare').replace('change-me', 'mistaken'))
  expect(wrong).toContain('帳號或密碼不正確')
  expect(wrong).not.toContain('mistaken')
  expect(await wordsAt(urlOf('bare_owner', 'nowhere'))).toContain('沒有這個資料庫')
})

test(
  'an owner with CREATEROLE makes the role of requests himself and migrates',
  async () => {
    await asSuperuser(async (client) => {
      const { rows } = await client.query<{ datname: string }>(
        "SELECT datname FROM pg_database WHERE datname = 'plain'",
      )
      for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`)
    })
    await run([
      'DROP ROLE IF EXISTS shoumi_request',
      "CREATE ROLE maker_owner LOGIN PASSWORD 'change-me' NOSUPERUSER CREATEROLE CREATEDB",
      'CREATE DATABASE maker OWNER maker_owner TEMPLATE template0',
    ])
    const database = await openDatabase({ url: urlOf('maker_owner', 'maker'), unscoped: 'installation' })
    await migrateDatabase(database)
    const asRequest = inScope(NOBODY, () => database.query('SELECT current_user::text AS is'))
    expect(await asRequest).toEqual([{ is: 'shoumi_request' }])
    // A function that looks over all agencies leaves its caller seeing what he saw before.
    await inScope({ ...NOBODY, agencies: ['north'] }, () =>
      database.upkeep.transaction(async (tx) => {
        await tx.query("SELECT * FROM sealed_among('\\x00', 0)")
        await tx.query("SELECT * FROM accounts_elsewhere('{a}', 'north')")
        await tx.query("SELECT * FROM accounts_of_others('north', '{a}', '{b}')")
        expect(await tx.query("SELECT current_setting('shoumi.agencies') AS served")).toEqual([{ served: 'north' }])
      }),
    )
    await database.close()
  },
  START_MS,
)
