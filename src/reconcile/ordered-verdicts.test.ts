import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { temporaryAnalytics } from '../../test/engines.ts'
import { asInstallation, inScope } from '../base/tenant.ts'
import type { VerdictFilter } from '../wire/verdict.ts'
import { dropExports, orderedVerdicts } from './ordered-verdicts.ts'

const SIZES = { sliceRows: 7, fillRows: 20, maxAtOnce: 10 }
let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>

beforeAll(async () => {
  analytics = await temporaryAnalytics()
})
afterAll(() => analytics.close())
beforeEach(() => analytics.command('TRUNCATE TABLE verdict_current'))

interface Row {
  readonly rank: number
  readonly minute: number
  readonly agency: 'land' | 'police'
}

async function put(rows: readonly Row[]): Promise<void> {
  await analytics.insert(
    'verdict_current',
    rows.map(({ rank, minute, agency }, n) => ({
      access_id: `${n}`.padStart(16, '0'),
      at: new Date(Date.UTC(2026, 8, 30, 23) + minute * 60_000).toISOString().replace('T', ' ').replace('Z', ''),
      ...{ agency, system: 's', officer: `${agency}:1`, subject: '', purpose: `p${n}`, rank },
      ...{ verdict: rank > 20 ? 'contradicted' : 'explained', rules: ['a'] },
    })),
  )
}

async function all(filter: VerdictFilter = {}, sizes = SIZES): Promise<string[]> {
  const found: string[] = []
  for await (const row of orderedVerdicts(analytics, filter, undefined, sizes)) found.push(JSON.stringify(row))
  return found
}

/** The same as one statement of the engine answers it. */
const atOnce = (filter: VerdictFilter = {}) => all(filter, { ...SIZES, maxAtOnce: 1_000_000 })
const exportsLeft = () => analytics.rows("SELECT name FROM system.tables WHERE startsWith(name, 'export_')")

const row = fc.record({
  rank: fc.integer({ min: -3, max: 40 }),
  // over a month's end, many at one minute
  minute: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 60_000 })),
  agency: fc.constantFrom<'land' | 'police'>('land', 'police'),
})

test('in slices, every row of any list comes once, in the order and the form of one statement, and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 11, maxLength: 120 }), async (rows) => {
      await analytics.command('TRUNCATE TABLE verdict_current')
      await put(rows)
      expect(await all()).toEqual(await atOnce())
      const filter: VerdictFilter = { agency: 'land', verdict: 'explained' }
      expect(await all(filter)).toEqual(await atOnce(filter))
    }),
    { numRuns: 15 },
  )
  expect(await exportsLeft()).toEqual([])
}, 120_000)

const MANY: readonly Row[] = Array.from({ length: 60 }, (_, n) => ({
  ...{ rank: n % 9, minute: n * 700 },
  agency: n % 2 === 0 ? 'land' : 'police',
}))

test('whoever serves one agency gets the rows of that agency alone', async () => {
  await put(MANY)
  const scope = { kind: 'served', agencies: ['land'], home: 'land', account: 'x' } as const
  const own = await inScope(scope, () => all())
  expect(own).toHaveLength(30)
  expect(own.filter((text) => !text.includes('"agency":"land"'))).toEqual([])
  expect(await inScope({ ...scope, agencies: [] }, () => all({}, { ...SIZES, maxAtOnce: -1 }))).toEqual([])
})

test('what a run replaces while the list is read does not change it', async () => {
  await put(MANY)
  const before = await atOnce()
  const read: string[] = []
  for await (const each of orderedVerdicts(analytics, {}, undefined, SIZES)) {
    if (read.length === 3) await asInstallation(() => analytics.command('TRUNCATE TABLE verdict_current'))
    read.push(JSON.stringify(each))
  }
  expect(read).toEqual(before)
})

test('a reader who goes, at the first row or while it is being sorted, leaves nothing behind', async () => {
  await put(MANY)
  for await (const _ of orderedVerdicts(analytics, {}, undefined, SIZES)) break
  expect(await exportsLeft()).toEqual([])
  const gone = orderedVerdicts(analytics, {}, AbortSignal.abort(), SIZES)
  expect((await gone.next()).done).toBe(true)
  expect(await exportsLeft()).toEqual([])
})

test('what a killed program left of its exports is taken away at the next start', async () => {
  await put(MANY)
  const list = orderedVerdicts(analytics, {}, undefined, SIZES)
  await list.next()
  expect(await exportsLeft()).not.toEqual([])
  await dropExports(analytics)
  expect(await exportsLeft()).toEqual([])
})
