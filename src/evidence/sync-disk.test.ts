import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ImportOffice, importOffice } from '../../test/evidence/import-office.ts'
import { syncFile, syncPartNames, syncParts } from './sync-disk.ts'

let office: ImportOffice
beforeAll(async () => {
  office = await importOffice()
})
afterAll(() => office.close())

test('the parts of a table are found on the disk of the embedded engine and synced, one for each insert', async () => {
  await office.analytics.command('CREATE TABLE synced (n UInt8) ENGINE = MergeTree ORDER BY n')
  expect(await syncParts(office.analytics, 'synced')).toBe(0)
  await office.analytics.command('INSERT INTO synced VALUES (1)')
  await office.analytics.command('INSERT INTO synced VALUES (2)')
  expect(await syncParts(office.analytics, 'synced')).toBeGreaterThan(0)
  await expect(syncPartNames(office.analytics, 'synced')).resolves.toBeUndefined()
})

test('a file that cannot be synced is an error, not a success', async () => {
  await mkdir(join(office.folder, 'empty'))
  await expect(syncFile(join(office.folder, 'empty', 'missing'))).rejects.toThrow()
})
