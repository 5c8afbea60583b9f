import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inScope, NOBODY } from '../src/base/tenant.ts'
import { migrateDatabase } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { withConnection } from '../src/database/single-connection.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/start-embedded.ts'
import { eventList } from '../src/wire/ledger.ts'
import { verdictList } from '../src/wire/verdict.ts'
import { type RunningServer, signInAs, startServer } from './running-server.ts'

// A PostgreSQL of one's own, set up word for word as docs/operations.md says. No owner here is a superuser.
const START_MS = 300_000
let folder: string
let server: EmbeddedPostgres
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-own-'))
  server = await startEmbeddedPostgres(join(folder, 'postgres'))
})
afterAll(async () => {
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

/** Signs in, opens the page of one access, and answers whether the look then stands among one's own acts. */
async function look(running: RunningServer): Promise<boolean> {
  const ethics = await signInAs(running, 'ethics')
  const list = verdictList.parse(await (await ethics.fetch('/api/verdicts')).json())
  const page = await ethics.fetch(`/api/accesses/${list.rows[0]?.accessId}`)
  expect(page.status).toBe(200)
  const { events } = eventList.parse(await (await ethics.fetch('/api/me/acts')).json())
  return events.some(({ kind }) => kind === 'look')
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
    const running = await startServer({ env: { SHOUMI_POSTGRES_URL: urlOf('plain_owner', 'plain') } })
    expect(await look(running)).toBe(true)
    expect(await running.stop()).toBe(0)
  },
  START_MS,
)

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
