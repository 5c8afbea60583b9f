import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storiesWithoutWitness, tellCounty } from './story-facts.ts'

/** Days on which something about a window may be different. */
const DATES: readonly string[] = [
  // the day on which the false patrol once had no terminal record, and the days around it
  ...['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01', '2026-12-02'],
  // every end and first of a month over a year and more
  ...monthEnds(2026, 12, 16).flatMap((end) => [end, dayAfter(end)]),
  // the leap day and the days around it, and the same in a year without
  ...['2028-02-28', '2028-02-29', '2028-03-01', '2027-02-28', '2100-02-28', '2100-03-01'],
  // new year and the change of the ROC year's numbers
  ...['2026-12-31', '2027-01-01', '2027-01-03', '2029-01-01', '2035-12-31', '2036-01-01'],
  // lunar new year of 2027 and 2028 with the days off before and after
  ...['2027-02-05', '2027-02-06', '2027-02-07', '2027-02-08', '2027-02-11', '2028-01-25', '2028-01-26', '2028-01-29'],
  // one whole week, a Saturday and a Sunday in it, and days on which other places change their clocks
  ...['2027-05-10', '2027-05-11', '2027-05-12', '2027-05-13', '2027-05-14', '2027-05-15', '2027-05-16'],
  ...['2027-03-14', '2027-03-28', '2027-10-31', '2027-11-07'],
]

function monthEnds(year: number, month: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => new Date(Date.UTC(year, month + i, 0)).toISOString().slice(0, 10))
}
function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
const on = (end: string) => (missing: string) => `${end} ${missing}`
const without = (end: string, seed = 115, rest = {}): string[] =>
  storiesWithoutWitness(tellCounty({ accesses: 10_000, seed, end, ...rest }))

// Between two counties the process answers its runner: a minute of sums on end looks like a death.
const breathe = () => new Promise((done) => setImmediate(done))

test('on whatever day the window ends, every planted story has the records that its verdict rests on', async () => {
  const dates = [...new Set(DATES)]
  expect(dates.length).toBeGreaterThanOrEqual(60)
  // The seed of the demo, and for each date another one.
  const missing: string[] = []
  for (const [i, end] of dates.entries()) {
    missing.push(...[...without(end), ...without(end, 1000 + i, { days: 40 })].map(on(end)))
    await breathe()
  }
  expect(missing).toEqual([])
})

test('the records are there for other seeds, sizes and lengths of the window as well', async () => {
  const days = fc.date({ min: new Date('2026-01-01'), max: new Date('2040-12-31'), noInvalidDate: true })
  const county = { seed: fc.nat(100_000), days: fc.constantFrom(40, 61, 92), accesses: fc.constantFrom(10_000, 20_000) }
  await fc.assert(
    fc.asyncProperty(days, fc.record(county), async (date, { seed, ...rest }) => {
      expect(without(date.toISOString().slice(0, 10), seed, rest)).toEqual([])
      await breathe()
    }),
    { numRuns: 60 },
  )
})

// As sample-systems.ts lends it to the account `officer`, whose looks the pages offer to try.
const LENT_TO_OFFICER = '2105'

test.each(['2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'])(
  'in a window that ends on %s the demo’s official has an open case and a closed one to try, with a person in each',
  (end) => {
    const told = tellCounty({ accesses: 10_000, seed: 115, end })
    const his = told.rows('assignment').flatMap((row) => (row['員工編號'] === LENT_TO_OFFICER ? [row['案號']] : []))
    const named = told.rows('party').flatMap((row) => (/^[A-Z][12]/.test(row['證號'] ?? '') ? [row['案號']] : []))
    const cases = told.rows('case').filter(({ 案號 }) => his.includes(案號) && named.includes(案號))
    expect(new Set(cases.map(({ 結案日期 }) => 結案日期 === ''))).toEqual(new Set([true, false]))
  },
)
