import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryAnalytics } from '../../test/engines.ts'
import { caseKeyOf, caseKeyTextSql } from '../base/case-number.ts'
import { subjectKindOf, subjectKindSql, subjectTidySql, subjectValue, subjectValueSql } from '../base/subject-value.ts'
import { completeNationalId, isNationalId, isUnifiedNumber } from '../base/taiwan-id.ts'
import { timeSql, UNKNOWN } from './careful-time.ts'
import { previewTimes } from './preview-times.ts'
import { cleanSql, countSql, hasLostDigitsSql, officerSql, plainSql } from './sql-values.ts'
import { checkedNumberSql, companyCheckSql, isTidySubjectSql, personCheckSql, tidyKindSql } from './subject-sql.ts'
import { findTarget } from './target.ts'

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
beforeAll(async () => {
  analytics = await temporaryAnalytics()
})
afterAll(() => analytics.close())

const ask = <Row>(values: readonly string[], columns: string): Promise<Row[]> =>
  analytics.rows<Row>(`SELECT raw, ${columns} FROM (SELECT arrayJoin({values:Array(String)}) AS raw)`, {
    params: { values, agency: 'police' },
  })

const pieces = (...texts: string[]) =>
  fc.array(fc.constantFrom(...texts), { maxLength: 9 }).map((parts) => parts.join(''))
const HIDDEN = ['\u200b', '\ufeff', '\u200e', '\u00ad', '\u202e', '\u2060', '\ufe0f', '\u3000', '\u00a0', '\t']
const NUMBERS = ['115', '00423', '1', '0', '４２３', '12345678', '7.0']
const WORDS = [
  '年',
  '年度',
  '度',
  '字',
  '第',
  '號',
  '之',
  '測',
  '偵',
  '台',
  '臺',
  '民國',
  '中華民國',
  'A',
  'kh',
  '王',
  '某',
  '段',
]
const SIGNS = ['-', '－', '—', ' ', '(', ')', '（', '、', '/', '.', '_', '~', '*', '○', '●', 'X', '#', '?', '〇', '・']

describe('the program and the store', () => {
  const sample = fc.sample(pieces(...HIDDEN, ...NUMBERS, ...WORDS, ...SIGNS), { numRuns: 3000, seed: 115 })
  const typed = [
    ...sample,
    ...fc.sample(fc.string({ unit: 'grapheme', maxLength: 12 }), { numRuns: 1000, seed: 115 }),
  ].filter((each) => !each.includes('\0'))

  test('make one key of a case number', async () => {
    const rows = await ask<{ raw: string; key: string }>(typed, `${caseKeyTextSql(plainSql('raw'))} AS key`)
    expect(rows.filter(({ raw, key }) => key !== caseKeyOf(raw))).toEqual([])
  })

  test('make one value and kind of a subject, and the quick way of tidy ones is the same', async () => {
    const rows = await ask<{ raw: string; value: string; kind: string; isTidy: boolean; quick: string }>(
      [...typed, 'A123456789', '王小明', '王某', '雲山段12小段0034地號', '12345675', '無'],
      `${subjectTidySql(plainSql('raw'))} AS tidy, ${subjectValueSql('tidy')} AS value, ${subjectKindSql('value')} AS kind,
       toBool(${isTidySubjectSql('raw')}) AS isTidy, ${tidyKindSql('raw')} AS quick`,
    )
    expect(rows.filter(({ raw, value }) => value !== subjectValue(raw))).toEqual([])
    expect(rows.filter(({ value, kind }) => kind !== subjectKindOf(value))).toEqual([])
    expect(rows.filter(({ raw, value, kind, isTidy, quick }) => isTidy && (raw !== value || kind !== quick))).toEqual(
      [],
    )
    expect(rows.filter(({ isTidy }) => isTidy).length).toBeGreaterThan(20)
  })

  test('count the same check digits of persons, old and new, and of companies', async () => {
    const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ')
    const nine = fc.tuple(letters, fc.constantFrom(...'1289ABCD'), fc.integer({ min: 0, max: 9_999_999 }))
    const people = fc.sample(nine, { numRuns: 500, seed: 1 }).flatMap(([first, second, n]) => {
      const start = `${first}${second}${String(n).padStart(7, '0')}`
      return [completeNationalId(start), `${start}${n % 10}`, `${first}3${start.slice(2)}0`]
    })
    const number = checkedNumberSql('raw')
    const persons = await ask<{ raw: string; ok: boolean }>(people, `toBool(${personCheckSql('raw', number)}) AS ok`)
    expect(persons.filter(({ raw, ok }) => ok !== isNationalId(raw))).toEqual([])
    const companies = fc
      .sample(fc.integer({ min: 0, max: 99_999_999 }), { numRuns: 3000, seed: 1 })
      .map((n) => String(n).padStart(8, '0'))
    const checked = await ask<{ raw: string; ok: boolean }>(companies, `toBool(${companyCheckSql(number)}) AS ok`)
    expect(checked.filter(({ raw, ok }) => ok !== isUnifiedNumber(raw))).toEqual([])
  })
})

test.each([
  ['A123 456 789', 'A123456789', 'person'],
  ['a123-456-789', 'A123456789', 'person'],
  ['\u200bAB12345678\u202e', 'AB12345678', 'person'],
  ['22099131.0', '22099131', 'company'],
  ['中正段0123-0045', '中正段01230045', 'parcel'],
  ['中正段123-45', '中正段123-45', 'parcel'],
  ['A12****789', 'A12****789', 'masked'],
  ['Ａ１２＊＊＊', 'A12***', 'masked'],
  ['A12○○○789', 'A12○○○789', 'masked'],
  ['A12XXXX789', 'A12XXXX789', 'masked'],
  ['王○明', '王○明', 'masked'],
  ['王Ｏ明', '王O明', 'masked'],
  ['王小明', '王小明', 'name'],
  ['ABC-1234', 'ABC1234', 'parcel'],
])('takes the subject %s as %s, a %s', (typed, value, kind) => {
  expect(subjectValue(typed)).toBe(value)
  expect(subjectKindOf(value)).toBe(kind)
})

test('reads counts exactly or not at all, and tells a number that lost its digits from one with an E in it', async () => {
  const counts = { '1,234': 1234, '412.0': 412, '2.2E7': 22_000_000, '12筆': 12, '0': 0, '１２': 12 }
  const wrong = ['1,23', '1.5', '-3', '1,234.5', 'x', '4294967296', '2.2E-3', '1.234']
  const { isValid, value } = countSql('plain')
  const columns = `${cleanSql('raw')} AS plain, toBool(${isValid}) AS ok, ${value} AS n`
  const rows = await ask<{ raw: string; ok: boolean; n: number }>([...Object.keys(counts), ...wrong], columns)
  expect(rows.filter(({ ok }) => ok).map(({ raw, n }) => [raw, n])).toEqual(
    Object.entries(counts).sort(
      ([a], [b]) => rows.findIndex(({ raw }) => raw === a) - rows.findIndex(({ raw }) => raw === b),
    ),
  )
  const lost = await ask<{ raw: string; is: boolean }>(
    ['1.15E+09', '2.2E7', '1E+05', '1e5', 'E12', '115E9', '412'],
    `toBool(${hasLostDigitsSql('raw')}) AS is`,
  )
  expect(lost.filter(({ is }) => is).map(({ raw }) => raw)).toEqual(['1.15E+09', '2.2E7', '1E+05'])
  const officers = await ask<{ officer: string }>(
    ['412.0', ' ０４１２\u200b', 'a 12', 'A-12'],
    `${officerSql(cleanSql('raw'))} AS officer`,
  )
  expect(officers.map(({ officer }) => officer)).toEqual(['police:412', 'police:0412', 'police:A12', 'police:A-12'])
})

test('whatever is read as a time is, written in the same form again, the text that was read', async () => {
  const two = (n: number) => String(n).padStart(2, '0')
  const days: ((d: Date) => string)[] = [
    (d) => `${d.getUTCFullYear() - 1911}${two(d.getUTCMonth() + 1)}${two(d.getUTCDate())}`,
    (d) => `${d.getUTCFullYear() - 1911}/${d.getUTCMonth() + 1}/${d.getUTCDate()}`,
    (d) => `民國${d.getUTCFullYear() - 1911}年${two(d.getUTCMonth() + 1)}月${two(d.getUTCDate())}日`,
    (d) => `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`,
    (d) => `${d.getUTCFullYear()}${two(d.getUTCMonth() + 1)}${two(d.getUTCDate())}`,
    (d) => `${d.getUTCFullYear()}/${d.getUTCMonth() + 1}/${d.getUTCDate()}(${'日一二三四五六'.charAt(d.getUTCDay())})`,
  ]
  const half = (d: Date) => `${d.getUTCHours() < 12 ? '上午' : '下午'} ${d.getUTCHours() % 12 || 12}`
  const clocks: ((d: Date) => string)[] = [
    (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`,
    (d) => `${d.getUTCHours()}時${d.getUTCMinutes()}分${d.getUTCSeconds()}秒`,
    (d) => `${half(d)}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`,
    (d) =>
      `${d.getUTCHours() % 12 || 12}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} ${d.getUTCHours() < 12 ? 'AM' : 'PM'}`,
    (d) => `${two(d.getUTCHours())}${two(d.getUTCMinutes())}${two(d.getUTCSeconds())}`,
    (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}+08`,
  ]
  const instants = fc.integer({ min: Date.UTC(2011, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 })
  const cases = fc.sample(fc.tuple(instants, fc.nat({ max: 5 }), fc.nat({ max: 5 })), { numRuns: 2000, seed: 115 })
  const written = new Map(
    cases.map(([seconds, day, clock]) => {
      const local = new Date(seconds * 1000)
      const text: string = `${days[day]?.(local)} ${clocks[clock]?.(local)}`
      return [text, new Date(seconds * 1000 - 8 * 3_600_000)] as const
    }),
  )
  const time = timeSql('t', 'plain', { isEnd: false, isJoined: false, reading: UNKNOWN, thisYear: 2026 })
  const body = [[`${cleanSql('raw')} AS plain`], ...time.stages].reduce(
    (inner, aliases) => `(SELECT *, ${aliases.join(', ')} FROM ${inner})`,
    '(SELECT arrayJoin({values:Array(String)}) AS raw)',
  )
  const rows = await analytics.rows<{ raw: string; ok: boolean; at: string }>(
    `SELECT raw, toBool(${time.isValid}) AS ok, toString(${time.instant}) AS at FROM ${body}`,
    { params: { values: [...written.keys()] }, settings: { short_circuit_function_evaluation: 'disable' } },
  )
  const expected = (raw: string) => written.get(raw)?.toISOString().replace('T', ' ').replace('Z', '')
  expect(rows.filter(({ raw, ok, at }) => !ok || at !== expected(raw))).toEqual([])
})

test('a preview says how each column of times would be read, with what becomes of its first values', async () => {
  const target = findTarget('access')
  if (!target) throw new Error('there is an access log')
  const mapping = { target: 'access', agency: 'police', columns: { at: { join: ['d', 't'] } } }
  const texts = ['115/11/05 1305', '115/11/05 83015', '5/11/2026 08:30', '115/11/05 5']
  const [at] = await previewTimes(analytics, new Date('2026-11-23T00:00:00Z'), target, mapping, () => texts)
  expect(at).toMatchObject({ column: 'at', clock: 'hhmmss', order: '', forms: [{ rows: 2 }, { rows: 1 }] })
  expect(at?.values.map(({ instant }) => instant)).toEqual([
    '2026-11-04T16:13:05.000Z',
    '2026-11-05T00:30:15.000Z',
    null,
  ])
})
