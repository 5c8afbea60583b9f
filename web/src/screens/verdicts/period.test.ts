import { expect, test } from 'vitest'
import { lastDays, periodOf, periodWords, withPeriod } from './period.ts'

test('a period of whole days comes back as it was set', () => {
  const range = { from: '2026-09-01', to: '2026-09-07' }
  expect(periodOf(withPeriod({ unit: 'x' }, range))).toEqual(range)
})

test('a period ending within a day covers that day', () => {
  expect(periodOf({ from: '2026-09-01T02:00:00Z', to: '2026-09-01T05:00:00Z' })).toEqual({
    from: '2026-09-01',
    to: '2026-09-01',
  })
})

test('taking the period away leaves the rest of the filter', () => {
  expect(withPeriod({ from: '2026-09-01T02:00:00Z', to: '2026-09-01T05:00:00Z', unit: 'x' }, undefined)).toEqual({
    unit: 'x',
  })
})

test('seven days end today and begin six days before', () => {
  expect(lastDays('2026-03-03', 7)).toEqual({ from: '2026-02-25', to: '2026-03-03' })
})

test('a period says the era once', () => {
  const filter = withPeriod({}, { from: '2026-09-01', to: '2026-09-07' })
  expect(periodWords(filter, 'zh-TW')).toBe('民國115年9月1日至115年9月7日')
})
