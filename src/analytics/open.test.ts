import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryAnalytics } from '../../test/engines.ts'

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
beforeAll(async () => {
  analytics = await temporaryAnalytics()
})
afterAll(() => analytics.close())

const threads = async () =>
  (await analytics.rows<{ n: string }>("SELECT toString(getSetting('max_threads')) AS n")).map((row) => row.n)

test('a setting of one statement does not hold for the next', async () => {
  const before = await threads()
  expect(await analytics.rows('SELECT 1 AS one', { settings: { max_threads: 7 } })).toEqual([{ one: 1 }])
  await analytics.command('CREATE TABLE here (n UInt64) ENGINE = MergeTree ORDER BY n')
  await analytics.command('INSERT INTO here SELECT {n:UInt64}', { params: { n: 1 }, settings: { max_threads: 7 } })
  await analytics.command('ALTER TABLE here DELETE WHERE n = 2', { settings: { mutations_sync: 1 }, isSecret: true })
  expect(await threads()).toEqual(before)
})

test('a setting holds for its own statement, and 64-bit numbers come as text', async () => {
  const sql = "SELECT toUInt64(1) AS big, getSetting('max_threads') AS n"
  expect(await analytics.rows(sql, { settings: { max_threads: 7 } })).toMatchObject([{ big: '1' }])
  const [row] = await analytics.rows<{ n: string | number }>(sql, { settings: { max_threads: 7 } })
  expect(Number(row?.n)).toBe(7)
})
