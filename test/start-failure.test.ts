import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrateDatabase } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { startEmbeddedPostgres } from '../src/database/start-embedded.ts'
import { startServer } from './running-server.ts'

const MAIN = resolve(import.meta.dirname, '../src/program/main.ts')
const LONG_MS = 900_000
const PASSWORD = 'hunter2-secret'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Starts the program where it cannot start, and answers its exit code and all it said. */
async function startInVain(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN, 'start'], {
    env: { ...process.env, SHOUMI_DATA: join(folder, 'data'), SHOUMI_PORT: '0', SHOUMI_SAMPLE: 'no', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise<number | null>((done) => child.once('close', done))
  // Whatever went wrong, a person reads words: no stack, no password, Chinese and English.
  expect(said).not.toMatch(/^\s+at /m)
  expect(said).not.toContain(PASSWORD)
  expect(said).toMatch(/[一-鿿][\s\S]*[a-z]{3}/)
  return { code, said }
}

test.each([
  [
    'a PostgreSQL nobody answers for',
    { SHOUMI_POSTGRES_URL: `postgresql://u:${PASSWORD}@127.0.0.1:1/shoumi` },
    'SHOUMI_POSTGRES_URL（127.0.0.1:1）',
  ],
  [
    'a ClickHouse nobody answers for',
    { SHOUMI_CLICKHOUSE_URL: `http://u:${PASSWORD}@127.0.0.1:1/shoumi` },
    'SHOUMI_CLICKHOUSE_URL（127.0.0.1:1）',
  ],
  ['a data folder that is part of a file', { SHOUMI_DATA: join(MAIN, 'data') }, '不是資料夾'],
  ['a data folder where none can be made', { SHOUMI_DATA: '/sys/shoumi' }, '/sys/shoumi'],
  ['a keys folder that is a file', { SHOUMI_KEYS: MAIN }, MAIN],
  [
    'a secret file that is not there',
    { SHOUMI_OIDC_ISSUER: 'https://idp.example', SHOUMI_OIDC_CLIENT: 'x', SHOUMI_OIDC_SECRET_FILE: '/nowhere/secret' },
    '/nowhere/secret',
  ],
  [
    'certificates that are none',
    { SHOUMI_TLS_CERT: MAIN, SHOUMI_TLS_KEY: MAIN, SHOUMI_TLS_CLIENT_CA: MAIN },
    'SHOUMI_TLS_CERT',
  ],
])(
  '%s is said in words with the exit code of the documentation',
  async (_what, env, words) => {
    const { code, said } = await startInVain(env)
    expect(said).toContain(words)
    expect(code).toBe(69)
  },
  LONG_MS,
)

test('a port that is taken is said before any store is opened', async () => {
  const other = createServer()
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
  const { port } = other.address() as { port: number }
  const data = join(folder, 'untouched')
  const { code, said } = await startInVain({ SHOUMI_PORT: String(port), SHOUMI_DATA: data })
  other.close()
  expect(code).toBe(69)
  expect(said).toContain(`Port ${port} is taken`)
  expect(await readdir(data).catch(() => [])).toEqual([])
})

test(
  'a store that a later version of the program has changed is refused, and left as it was',
  async () => {
    const data = join(folder, 'newer')
    const server = await startEmbeddedPostgres(join(data, 'postgres'))
    const database = await openDatabase({ url: server.url, unscoped: 'installation' })
    await migrateDatabase(database)
    await database.upkeep.query("INSERT INTO schema_migration (name) VALUES ('999-later.sql')")
    await database.close()
    await server.stop()
    const { code, said } = await startInVain({ SHOUMI_DATA: data })
    expect(code).toBe(69)
    expect(said).toContain('999-later.sql')
  },
  LONG_MS,
)

test(
  'keys that are missing or others beside the data stop the start, and are named; with them back it starts',
  async () => {
    const data = join(folder, 'keyed')
    const first = await startServer({ dataFolder: data, env: { SHOUMI_SAMPLE: 'no' } })
    await first.stop({ keepsData: true })
    const names = [
      'subject-hmac.key',
      'archive.key',
      'gate-request.key',
      'connector-digest.key',
      'ledger/log-seed',
      'ledger/record-keys.sqlite',
    ]
    const kept = await Promise.all(names.map(async (name) => [name, await readFile(join(data, 'keys', name))] as const))
    for (const name of names) await rm(join(data, 'keys', name))
    const missing = await startInVain({ SHOUMI_DATA: data })
    expect(missing.code).toBe(69)
    for (const name of names) expect(missing.said).toContain(name)
    // Nothing was drawn anew.
    expect(await readdir(join(data, 'keys'))).not.toContain('archive.key')
    for (const [name, bytes] of kept) await writeFile(join(data, 'keys', name), bytes)
    await writeFile(join(data, 'keys/archive.key'), Buffer.alloc(32, 7))
    const other = await startInVain({ SHOUMI_DATA: data })
    expect(other.code).toBe(69)
    expect(other.said).toContain('archive.key：原始檔金鑰不是')
    expect(other.said).not.toContain('subject-hmac.key')
    for (const [name, bytes] of kept) await writeFile(join(data, 'keys', name), bytes)
    await truncate(join(data, 'keys/ledger/record-keys.sqlite'), 4096)
    const cut = await startInVain({ SHOUMI_DATA: data })
    expect(cut.code).toBe(69)
    expect(cut.said).toContain('ledger/record-keys.sqlite：紀錄金鑰庫已損毀')
    for (const [name, bytes] of kept) await writeFile(join(data, 'keys', name), bytes)
    const again = await startServer({ dataFolder: data, env: { SHOUMI_SAMPLE: 'no' } })
    expect(await again.stop({ keepsData: true })).toBe(0)
  },
  LONG_MS,
)
