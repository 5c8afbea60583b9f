import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRocDay, parseTaiwanDay, taipeiDay, taipeiInstant } from './roc-date.ts'

const day = { year: 2026, month: 1, day: 5 }

describe('reading a day', () => {
  test.each([
    '1150105',
    '115/01/05',
    '115/1/5',
    '115.1.5',
    '115-01-05',
    '115年1月5日',
    '民國115年1月5日',
    '2026-01-05',
    '20260105',
    '2026/1/5',
    '１１５年１月５日',
    ' 1150105 ',
  ])('reads %s as 5 January 2026', (text) => expect(parseTaiwanDay(text)).toEqual(day))

  test.each([
    '',
    '0000105',
    '000/01/05',
    '民國0年1月5日',
    '115/13/01',
    '115/02/30',
    '115/0/5',
    '115',
    '11501',
    'abc',
    '115/01/05/06',
    '-115/1/5',
  ])('refuses %s', (text) => expect(parseTaiwanDay(text)).toBeUndefined())

  test('knows the leap day of 2024 and its absence in 2026', () => {
    expect(parseTaiwanDay('1130229')).toEqual({ year: 2024, month: 2, day: 29 })
    expect(parseTaiwanDay('1150229')).toBeUndefined()
  })

  test('reads two-digit ROC years as written before 2011', () => {
    expect(parseTaiwanDay('99/12/31')).toEqual({ year: 2010, month: 12, day: 31 })
    expect(parseTaiwanDay('991231')).toEqual({ year: 2010, month: 12, day: 31 })
  })
})

test('every form a day is written in reads back as the same day', () => {
  const instants = fc.date({
    min: new Date('1912-01-01T00:00:00Z'),
    max: new Date('2900-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(instants, fc.constantFrom('compact', 'slash', 'long', 'formal'), (instant, form) => {
      const written = taipeiDay(instant)
      expect(parseTaiwanDay(formatRocDay(written, form))).toEqual(written)
    }),
  )
})

test('a Taipei midnight is four in the afternoon of the day before in UTC', () => {
  expect(taipeiInstant(day).toISOString()).toBe('2026-01-04T16:00:00.000Z')
  expect(taipeiDay(new Date('2026-01-04T15:59:59Z'))).toEqual({ year: 2026, month: 1, day: 4 })
  expect(taipeiDay(new Date('2026-01-04T16:00:00Z'))).toEqual(day)
})
