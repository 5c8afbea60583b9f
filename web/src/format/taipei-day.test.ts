import { describe, expect, test } from 'vitest'
import { isDay, parseTypedDay, taipeiDayOf, taipeiMidnight } from './taipei-day.ts'

describe('Taipei days', () => {
  test('begin at 16:00 UTC of the day before', () => {
    expect(taipeiMidnight('2026-09-01')).toBe('2026-08-31T16:00:00.000Z')
    expect(taipeiDayOf('2026-08-31T16:00:00.000Z')).toBe('2026-09-01')
    expect(taipeiDayOf('2026-08-31T15:59:59.999Z')).toBe('2026-08-31')
  })

  test('are recognised only when they exist', () => {
    expect(['2026-02-28', '2028-02-29'].every(isDay)).toBe(true)
    expect(['2026-02-29', '2026-13-01', '2026-1-1', '', '2026-09-01T00:00:00Z'].some(isDay)).toBe(false)
  })

  test('are read in every form an office types', () => {
    const forms = [
      '1151123',
      '115/11/23',
      '115.11.23',
      '115-11-23',
      '115年11月23日',
      '民國115年11月23日',
      '１１５／１１／２３',
      '2026-11-23',
      '20261123',
    ]
    expect(forms.map(parseTypedDay)).toEqual(forms.map(() => '2026-11-23'))
    expect(parseTypedDay('99/1/5')).toBe('2010-01-05')
  })

  test('are refused when malformed or absent from the calendar', () => {
    expect(['', '115', '115/2/30', '000/1/1', '115/11', '11/23', 'abc'].map(parseTypedDay)).toEqual(
      Array(7).fill(undefined),
    )
  })
})
