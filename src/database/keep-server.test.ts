import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { openDatabase } from './open.ts'
import { type EmbeddedPostgres, EmbeddedStartFailure, startEmbeddedPostgres } from './start-embedded.ts'
import { DatabaseUnavailable } from './unavailable.ts'

const PATIENCE = { connectMs: 60_000, statementMs: 60_000, longStatementMs: 60_000 }
const folder = await mkdtemp(join(tmpdir(), 'shoumi-keep-'))
let server: EmbeddedPostgres
let database: Database
let told: string[]
beforeEach(async () => {
  told = []
  server = await startEmbeddedPostgres(folder, (line) => told.push(line))
  database = await openDatabase({ url: server.url, unscoped: 'installation', patience: PATIENCE })
  await database.upkeep.query('CREATE TABLE IF NOT EXISTS probe (n integer)')
})
afterEach(async () => {
  await database.close()
  await server.stop()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const insert = (n: number) => database.upkeep.query('INSERT INTO probe VALUES ($1)', [n])
const count = async (n: number) => (await database.query('SELECT 1 FROM probe WHERE n = $1', [n])).length

test('a server that is killed is started again under the same address, with all that was committed', async () => {
  for (const n of [1, 2, 3]) {
    await insert(n)
    const killed = server.pid()
    process.kill(killed ?? 0, 'SIGKILL')
    while (server.pid() === killed || server.pid() === undefined) await count(n)
    expect(await count(n)).toBe(1)
  }
  expect(told.filter((line) => line.includes('started again'))).toHaveLength(3)
})

test('a backend that is killed takes all connections with it, and those who ask next are served', async () => {
  const [row] = await database.upkeep.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  await insert(4)
  const pid = server.pid()
  process.kill(row?.pid ?? 0, 'SIGKILL')
  expect(await count(4)).toBe(1)
  expect(server.pid()).toBe(pid)
})

test('a server that is killed in the middle of a statement leaves nothing that keeps the next one from starting', async () => {
  const working = database.upkeep.query('SELECT count(*) FROM generate_series(1, 1e11::bigint)')
  const lost = expect(working).rejects.toBeInstanceOf(DatabaseUnavailable)
  await insert(5)
  process.kill(server.pid() ?? 0, 'SIGKILL')
  await lost
  expect(await count(5)).toBe(1)
})

test('what the server says of itself stands in its log, without statements or values', async () => {
  await expect(database.query("SELECT 'A123456789'::integer")).rejects.toThrow('invalid input')
  const killed = server.pid()
  process.kill(killed ?? 0, 'SIGKILL')
  while (server.pid() === killed || server.pid() === undefined) await count(1)
  expect(await count(1)).toBe(1)
  const log = await readFile(join(folder, 'server.log'), 'utf8')
  expect(log).toContain('database system was interrupted')
  expect(log).not.toContain('A123456789')
})

test('starts although the number in its pid file belongs to another program by now, as after a power cut', async () => {
  await database.close()
  await server.stop()
  const cluster = join(folder, 'cluster')
  await writeFile(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n1\n5432\n/tmp\n\n  1 1\nready\n`)
  server = await startEmbeddedPostgres(folder)
  database = await openDatabase({ url: server.url, unscoped: 'installation', patience: PATIENCE })
  expect(await count(1)).toBe(1)
})

test('says what the server said when it does not start, and that its password is missing', async () => {
  await database.close()
  await server.stop()
  const [conf, password] = [join(folder, 'cluster/postgresql.conf'), join(folder, 'password')]
  const [was, word] = [await readFile(conf, 'utf8'), await readFile(password, 'utf8')]
  await writeFile(conf, `${was}\nmax_connections = many\n`)
  await expect(startEmbeddedPostgres(folder)).rejects.toThrow('invalid value for parameter "max_connections"')
  await writeFile(conf, was)
  await rm(password)
  await expect(startEmbeddedPostgres(folder)).rejects.toBeInstanceOf(EmbeddedStartFailure)
  await writeFile(password, word)
  server = await startEmbeddedPostgres(folder)
  database = await openDatabase({ url: server.url, unscoped: 'installation', patience: PATIENCE })
  expect(await count(1)).toBe(1)
})

test('a cluster that was half made when the power went is made anew', async () => {
  const other = await mkdtemp(join(tmpdir(), 'shoumi-half-'))
  await writeFile(join(other, 'started-by'), (await readFile(join(folder, 'started-by'), 'utf8')).trim())
  const half = join(other, 'cluster.making')
  await writeFile(half, 'cut short')
  const made = await startEmbeddedPostgres(other)
  expect(made.pid()).toBeGreaterThan(1)
  await made.stop()
  await rm(other, { recursive: true, force: true })
})
