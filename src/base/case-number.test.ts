import fc from 'fast-check'
import { expect, test } from 'vitest'
import { caseKeyOf } from './case-number.ts'

test.each([
  [
    '115測777',
    ['115年測字第777號', '115年度測字第777號', '中華民國115年度測字第00777號', '115測777', '115 測字 第 777 號'],
  ],
  [
    '115偵423',
    ['１１５－偵－００４２３', '115年度偵字第423號', '民國115年偵423', '115-偵-423', '\u200b115偵\u00ad423'],
  ],
  ['台115訴1', ['臺115訴字第1號', '台115訴1', '(臺)115訴字1']],
  ['115偵423-1', ['115年度偵字第423號之1', '115偵423之1', '115偵字第00423-01號', '115年偵字第423號之1號']],
])('has one key, %s, for the ways of writing one number', (key, written) => {
  expect(written.map(caseKeyOf)).toEqual(written.map(() => key))
})

test('keeps apart numbers that differ only in where a group of digits ends', () => {
  const written = [
    '115-1-123',
    '115-11-23',
    '1-15-1123',
    '1151123',
    '115-1123',
    '115年1-123號',
    '第4231號',
    '第423號之1',
  ]
  const keys = written.map(caseKeyOf)
  expect(keys[5]).toBe(keys[0])
  expect(new Set(keys).size).toBe(written.length - 1)
})

test('drops 年, 字, 第 and 號 in their parts only', () => {
  const written = ['115字5', '115年字第5號', '115測字字第5號', '年終考核5', '號外5', '第一組5', '115偵之5']
  expect(written.map(caseKeyOf)).toEqual(['115字5', '115字5', '115測字5', '年終考核5', '號外5', '第一組5', '115偵之5'])
})

interface Parts {
  readonly place: string
  readonly year: number
  readonly word: string
  readonly serial: number
  readonly sub: number
}
const parts: fc.Arbitrary<Parts> = fc.record({
  place: fc.constantFrom('', '台北', '新北', 'KH'),
  year: fc.integer({ min: 90, max: 130 }),
  word: fc.constantFrom('偵', '測', '偵緝', '他', 'A', '字', '訴之', '社少年'),
  serial: fc.integer({ min: 1, max: 99_999 }),
  sub: fc.integer({ min: 0, max: 12 }),
})

interface Style {
  readonly padding: number
  readonly year: string
  readonly prefix: string
  readonly gap: string
  readonly words: string
  readonly sub: string
  readonly isWide: boolean
  readonly hidden: string
}
const style: fc.Arbitrary<Style> = fc.record({
  padding: fc.integer({ min: 0, max: 4 }),
  year: fc.constantFrom('', '年', '年度', '-', ' '),
  prefix: fc.constantFrom('', '民國', '中華民國', '中華民國 '),
  gap: fc.constantFrom('', ' ', '-', '　', '－', '\u00a0'),
  words: fc.constantFrom('', '字第號', '字號', '字第', '第號'),
  sub: fc.constantFrom('-', '之', '－', '號之'),
  isWide: fc.boolean(),
  hidden: fc.constantFrom('', '\u200b', '\ufeff', '\u200e', '\u00ad'),
})

/** One way of writing the number; the word 字 is only written out where leaving it off says the same. */
function written({ place, year, word, serial, sub }: Parts, as: Style): string {
  const number = (n: number) => '0'.repeat(as.padding) + String(n)
  const has = (sign: string) => (as.words.includes(sign) ? sign : '')
  const start = place === '' ? as.prefix + String(year) : place.replace('台', as.isWide ? '臺' : '台') + String(year)
  const tail = sub === 0 ? has('號') : `${as.sub}${number(sub)}`
  const text = `${start}${as.year}${word}${as.gap}${has('字')}${has('第')}${as.gap}${number(serial)}${as.hidden}${tail}`
  return as.isWide ? text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)) : text
}

test('any two ways of writing one number have one key, and other numbers have others', () => {
  fc.assert(
    fc.property(parts, parts, style, style, (one, other, as, also) => {
      expect(caseKeyOf(written(one, also))).toBe(caseKeyOf(written(one, as)))
      const same = JSON.stringify(one) === JSON.stringify(other)
      expect(caseKeyOf(written(one, as)) === caseKeyOf(written(other, also))).toBe(same)
    }),
    { numRuns: 3000 },
  )
})

// A whole number as spreadsheet libraries write it, "12.0", is that number: no register numbers a part 0.
const asSpreadsheet = (numbers: readonly number[], sign: string): boolean =>
  sign === '.' && numbers.length === 2 && numbers[1] === 0

test('numbers written as groups of digits have one key only when every group is the same', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 1200 }), { minLength: 1, maxLength: 5 })
  const sign = fc.constantFrom('-', '/', ' ', '－', '.', '之', '_')
  fc.assert(
    fc.property(groups, groups, sign, sign, fc.nat({ max: 3 }), (one, other, a, b, zeros) => {
      fc.pre(!asSpreadsheet(one, a) && !asSpreadsheet(other, b))
      const write = (numbers: readonly number[], between: string) =>
        numbers.map((n) => '0'.repeat(zeros) + String(n)).join(between)
      expect(caseKeyOf(write(one, a))).toBe(one.join('-'))
      expect(caseKeyOf(write(one, a)) === caseKeyOf(write(other, b))).toBe(one.join() === other.join())
    }),
    { numRuns: 2000 },
  )
})
