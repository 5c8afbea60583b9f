import { readdir, readFile, readlink } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import type { Database, Queryable } from './database.ts'
import { openDatabase } from './open.ts'
import { inLongWork } from './patience.ts'
import { DatabaseUnavailable } from './unavailable.ts'

const PATIENCE = { connectMs: 120_000, statementMs: 30_000, longStatementMs: 60_000 }
const LITTLE_PATIENCE = { connectMs: 1_000, statementMs: 400, longStatementMs: 60_000 }
const PAUSED_STATES = new Set(['T', 't'])
let server: Awaited<ReturnType<typeof temporaryDatabase>>
let database: Database
beforeAll(async () => {
  server = await temporaryDatabase()
  database = await openDatabase({ url: server.url, unscoped: 'installation', patience: PATIENCE })
})
afterAll(async () => {
  await database.close()
  await server.close()
})

const backendOf = async (connection: Queryable) =>
  (await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid ?? 0
const terminate = (pid: number) => server.upkeep.query('SELECT pg_terminate_backend($1, 5000)', [pid])
const kill = async (pid: number) => void process.kill(pid, 'SIGKILL')
const works = async () => (await database.query<{ one: number }>('SELECT 1 AS one'))[0]?.one
const put = 'INSERT INTO setting VALUES ($1, to_jsonb(1)) ON CONFLICT (name) DO NOTHING'
const has = async (name: string) => (await database.query('SELECT 1 FROM setting WHERE name = $1', [name])).length > 0

test.each([
  ['terminated', terminate],
  ['killed', kill],
])(
  'a connection that is %s in the middle of a transaction fails that transaction and nothing else',
  async (how, end) => {
    const work = database.upkeep.transaction(async (tx) => {
      await tx.query(put, [`half ${how}`])
      await end(await backendOf(tx))
      await tx.query('SELECT pg_sleep(0.2)')
    })
    await expect(work).rejects.toBeInstanceOf(DatabaseUnavailable)
    expect(await works()).toBe(1)
    expect(await has(`half ${how}`)).toBe(false)
  },
)

test.each([
  ['terminated', terminate],
  ['killed', kill],
])('a connection that is %s while its transaction waits for something else fails at its end', async (how, end) => {
  const work = database.upkeep.transaction(async (tx) => {
    await tx.query(put, [`waiting ${how}`])
    const pid = await backendOf(tx)
    await end(pid)
    await isGone(pid)
  })
  await expect(work).rejects.toBeInstanceOf(DatabaseUnavailable)
  expect(await has(`waiting ${how}`)).toBe(false)
})

test.each([
  ['terminated', terminate],
  ['killed', kill],
])('idle connections that are %s are made again by the next who asks', async (_how, end) => {
  const pids = await Promise.all([backendOf(database), backendOf(database), backendOf(database.upkeep)])
  for (const pid of new Set(pids)) await end(pid).catch(() => undefined)
  expect(await works()).toBe(1)
})

test('work that holds a lock goes on alone when the connection of the lock is lost, and the lock is free afterwards', async () => {
  let inside = 0
  const alone = () =>
    database.exclusively('probe', async () => {
      inside += 1
      expect(inside).toBe(1)
      const locks = await server.query<{ pid: number }>("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")
      for (const { pid } of locks) await terminate(pid)
      await works()
      inside -= 1
    })
  await Promise.all([alone(), alone()])
  await alone()
})

test('a transaction in which a statement failed is never called committed, whatever its work answers', async () => {
  const work = server.upkeep.transaction(async (tx) => {
    await tx.query(put, ['swallowed'])
    await tx.query('SELECT 1/0').catch(() => undefined)
  })
  await expect(work).rejects.toThrow('never called committed')
  expect(await has('swallowed')).toBe(false)
})

test('a statement that takes longer than its bound is ended and its caller told', async () => {
  const hasty = await openDatabase({ url: server.url, unscoped: 'installation', patience: LITTLE_PATIENCE })
  await expect(hasty.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ reason: 'slow' })
  await expect(inLongWork(() => hasty.query('SELECT pg_sleep(0.8)'))).resolves.toHaveLength(1)
  await hasty.close()
})

test('a frozen server keeps nobody waiting beyond the bound, and everything goes on when it thaws', async () => {
  const hasty = await openDatabase({ url: server.url, unscoped: 'installation', patience: LITTLE_PATIENCE })
  const pids = await processesOf(await backendOf(server))
  try {
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    for (const pid of pids) await isPaused(pid)
    const asked = [hasty.query('SELECT 1'), hasty.upkeep.query('SELECT 1'), hasty.exclusively('x', works)]
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome.status).toBe('rejected')
      expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(DatabaseUnavailable)
    }
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
  expect(await works()).toBe(1)
  expect(await hasty.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await hasty.close()
})

const statOf = async (pid: number): Promise<readonly string[]> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
const isGone = async (pid: number) => {
  while (!['', 'Z', 'X'].includes((await statOf(pid))[0] ?? '')) await new Promise(setImmediate)
}
const isPaused = async (pid: number) => {
  while (!PAUSED_STATES.has((await statOf(pid))[0] ?? 'T')) await new Promise(setImmediate)
}

/** The postmaster of this backend and all its children: everything that works in the same cluster folder. */
async function processesOf(backend: number): Promise<number[]> {
  const cluster = await readlink(`/proc/${backend}/cwd`)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const own = await Promise.all(
    pids.map(async (pid) => (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster),
  )
  return pids.filter((_, i) => own[i])
}
