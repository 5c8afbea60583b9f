import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { migrateDatabase } from './migrate.ts'
import { openDatabase } from './open.ts'
import { startEmbeddedPostgres } from './start-embedded.ts'

const folder = await mkdtemp(join(tmpdir(), 'shoumi-pg-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('keeps its data over a stop and a second start, also in a folder only its owner may enter', async () => {
  const first = await startEmbeddedPostgres(folder)
  const before = await openDatabase({ url: first.url, unscoped: 'installation' })
  await migrateDatabase(before)
  await before.upkeep.query("INSERT INTO setting VALUES ('probe', '1')")
  await before.close()
  await first.stop()

  const second = await startEmbeddedPostgres(folder)
  const after = await openDatabase({ url: second.url, unscoped: 'installation' })
  await migrateDatabase(after)
  expect(await after.query('SELECT value FROM setting')).toEqual([{ value: 1 }])
  await after.close()
  await second.stop()
})

test('makes its own password and listens on no network address', async () => {
  const server = await startEmbeddedPostgres(folder)
  const database = await openDatabase({ url: server.url, unscoped: 'installation' })
  expect(await readFile(join(folder, 'password'), 'utf8')).toMatch(/^[0-9a-f]{48}$/)
  expect(await database.query('SHOW listen_addresses')).toEqual([{ listen_addresses: '' }])
  await database.close()
  await server.stop()
})

test('refuses to change or remove an event once written', async () => {
  const server = await startEmbeddedPostgres(folder)
  const database = await openDatabase({ url: server.url, unscoped: 'installation' })
  await database.upkeep.query(
    `INSERT INTO event (expires_month, event_id, at, kind, actor, subject_ref, leaf, sealed)
     VALUES (144, gen_random_uuid(), now(), 'reveal', 'a', 'c', 'x', 'y')`,
  )
  await expect(database.upkeep.query('DELETE FROM event')).rejects.toThrow('append-only')
  await expect(database.upkeep.query("UPDATE event SET actor = 'x'")).rejects.toThrow('append-only')
  await expect(database.upkeep.query('TRUNCATE event')).rejects.toThrow('append-only')
  await database.close()
  await server.stop()
})
