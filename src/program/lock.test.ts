import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findRunning, lockDataFolder } from './lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('refuses a second program on the same folder and says who holds it', async () => {
  const first = await lockDataFolder(folder)
  if (!first.ok) throw new Error('first lock refused')
  await first.value.publish('http://127.0.0.1:1')
  const second = await lockDataFolder(folder)
  expect(second.ok).toBe(false)
  if (!second.ok) expect(second.error.run).toMatchObject({ pid: process.pid, address: 'http://127.0.0.1:1' })
  await first.value.release()
  expect((await lockDataFolder(folder)).ok).toBe(true)
})

test('takes over the lock of a program that died without releasing it', async () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  await writeFile(
    join(folder, 'run.json'),
    JSON.stringify({ pid: dead, startedTicks: '1', bootId: 'x', address: null, token: 't' }),
  )
  expect(await findRunning(folder)).toBeUndefined()
  expect((await lockDataFolder(folder)).ok).toBe(true)
})

test('is not fooled by another process that was given the same process id', async () => {
  await writeFile(
    join(folder, 'run.json'),
    JSON.stringify({ pid: process.pid, startedTicks: '1', bootId: 'x', address: null, token: 't' }),
  )
  expect(await findRunning(folder)).toBeUndefined()
})

test.each(['', '{', '{"pid":"x"}'])('treats a lock file cut short (%s) as left behind', async (text) => {
  await writeFile(join(folder, 'run.json'), text)
  expect((await lockDataFolder(folder)).ok).toBe(true)
})

test('keeps the token readable by its owner only', async () => {
  const lock = await lockDataFolder(folder)
  if (!lock.ok) throw new Error('lock refused')
  await lock.value.publish('http://127.0.0.1:1')
  expect((await stat(join(folder, 'run.json'))).mode & 0o077).toBe(0)
  expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')).token).toBe(lock.value.token)
})
