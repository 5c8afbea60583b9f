import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryAnalytics } from '../../test/engines.ts'
import { timeSql, UNKNOWN } from './careful-time.ts'
import { cleanSql } from './sql-values.ts'
import { strictTimeSql } from './strict-time.ts'

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
beforeAll(async () => {
  analytics = await temporaryAnalytics()
})
afterAll(() => analytics.close())

interface Reading {
  readonly raw: string
  readonly isStrict: boolean
  readonly strict: string
  readonly isValid: boolean
  readonly careful: string
}

/** Both readings of the same texts. */
async function read(values: readonly string[], isEnd = false): Promise<Reading[]> {
  const strict = strictTimeSql('s', 'text', isEnd)
  const careful = timeSql('c', 'plain', { isEnd, isJoined: false, reading: UNKNOWN, thisYear: 2026 })
  const stages = [[`trimBoth(raw) AS text`, `${cleanSql('raw')} AS plain`], ...strict.stages, ...careful.stages]
  const body = stages.reduce(
    (inner, aliases) => `(SELECT *, ${aliases.join(', ')} FROM ${inner})`,
    '(SELECT arrayJoin({values:Array(String)}) AS raw)',
  )
  return analytics.rows<Reading>(
    `SELECT raw, toBool(${strict.isValid}) AS isStrict, toString(${strict.instant}) AS strict,
       toBool(${careful.isValid}) AS isValid, toString(${careful.instant}) AS careful FROM ${body}`,
    { params: { values }, settings: { short_circuit_function_evaluation: 'disable' } },
  )
}

const strictly = [
  ['1150105', '2026-01-04 16:00:00.000'],
  ['１１５年１月５日', '2026-01-04 16:00:00.000'],
  ['民國115年1月5日 08:30', '2026-01-05 00:30:00.000'],
  ['099.1.5 08:30:15', '2010-01-05 00:30:15.000'],
  ['2026-01-05T08:30:15', '2026-01-05 00:30:15.000'],
  ['2026/1/5 24:00', '2026-01-05 16:00:00.000'],
  ['20260105 08:30:15.250', '2026-01-05 00:30:15.250'],
  ['2026-01-05T08:30:15Z', '2026-01-05 08:30:15.000'],
  ['2026-01-05T08:30:15.001-05:30', '2026-01-05 14:00:15.001'],
  ['1150105 08:30+09:00', '2026-01-04 23:30:00.000'],
  ['2024-02-29 00:00:00', '2024-02-28 16:00:00.000'],
] as const

const carefully = [
  '',
  '民國0年1月1日',
  '0000105',
  '0001-01-05',
  '0115-01-05',
  '3026-01-05',
  '1150230',
  '2023-02-29',
  '2026-13-01',
  '2026-01-05 08:60',
  '2026-01-05 08:30:60',
  '2026-01-05 24:00:01',
  '2026-01-05 25:00',
  '115/01/05 上午 8:30',
  '115 年 1 月 5 日',
  '115/01/05　08:30',
  '20260105083015',
  '2026-01-05T08:30:15+0800',
  '2026-01-05T08:30:15.5',
  '2026-01-05 08:30 ',
  '1150105 0830',
  '990105',
  '115/01',
  'T08:30',
  ' 08:30',
  '2026-01-05T',
  '2026-01-05 08:30Z ',
  '-2026-01-05',
  '2026--01-05',
  '115年1月5',
  '115年1月5日日',
  '民國民國115年1月5日',
  '115/1/5/6',
  '115-1/5',
  '2026-01-05T08:30:15 +08:00',
  '2026-01-05-08:00',
  '2026-01-05 08:30-08',
  '999/12/31',
  '99.1.5 08:30:15',
  '1/1/5 08:30:15',
  '2026-11-05 08:30:15+08',
  '1151105083015',
  '388/12/31 23:59:59.999',
  '1899-12-31',
  '2299-12-31T23:59:59.999Z',
  '１１５／０１／０５ ０８：３０',
]

test('reads the commonest forms as the careful reading does', async () => {
  const readings = await read(strictly.map(([raw]) => raw))
  expect(readings.map(({ raw, isStrict, strict }) => [raw, isStrict, strict])).toEqual(
    strictly.map(([raw, instant]) => [raw, true, instant]),
  )
  for (const { raw, strict, careful, isValid } of readings) expect([raw, isValid, careful]).toEqual([raw, true, strict])
})

test('a bare day that ends something is its last moment, a day with a time is that time', async () => {
  const readings = await read(['1150105', '115年1月5日', '2026-01-05 08:30'], true)
  expect(readings.map(({ strict }) => strict)).toEqual([
    '2026-01-05 16:00:00.000',
    '2026-01-05 16:00:00.000',
    '2026-01-05 00:30:00.000',
  ])
  for (const { strict, careful } of readings) expect(careful).toBe(strict)
})

test('never reads what the careful reading would not, nor otherwise, whatever is written', async () => {
  const part = (...texts: string[]) => fc.constantFrom(...texts)
  const digits = fc.nat({ max: 2400 }).map(String)
  const written = fc
    .tuple(
      part('', '民國', ' ', '－'),
      part('115', '99', '0', '2026', '1150105', '20260105', '１１５', '0115', '000', '388'),
      part('/', '-', '年', '.', '', ' 年'),
      part('1', '01', '13', '2', '１', '00'),
      part('/', '-', '月', '.', ''),
      fc.oneof(part('5', '05', '29', '30', '31', '5日', '05日'), digits),
      part('', ' ', 'T', '  ', '　'),
      part('', '08:30', '8:30', '08:30:15', '24:00', '23:60', '0830', '08:30:15.250', '08:30:15.2', '下午 2:05'),
      part('', 'Z', '+08:00', '-0330', '+99:99', ' '),
    )
    .map((parts) => parts.join(''))
  const values = [...carefully, ...strictly.map(([raw]) => raw), ...fc.sample(written, { numRuns: 4000, seed: 115 })]
  for (const isEnd of [false, true]) {
    const readings = await read(values, isEnd)
    const different = readings.filter((each) => each.isStrict && !(each.isValid && each.strict === each.careful))
    expect(different).toEqual([])
    expect(readings.filter((each) => each.isStrict).length).toBeGreaterThan(30)
    expect(readings.filter((each) => each.isValid && !each.isStrict).length).toBeGreaterThan(50)
  }
})
