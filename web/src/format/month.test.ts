import { expect, test } from 'vitest'
import { monthWords, readMonth } from './month.ts'

test('a month is read in ROC and western years, however it is written', () => {
  const typed = ['120/12', '民國120年12月', '120-12', '2031-12', ' 120.1 ']
  expect(typed.map(readMonth)).toEqual(['2031-12', '2031-12', '2031-12', '2031-12', '2031-01'])
})

test('what is no month of a year records can have is refused', () => {
  expect(['', '120/13', '120/0', '108/12', '2100-01', '12月', 'abc'].map(readMonth)).toEqual(Array(7).fill(undefined))
})

test('a month is told in the ROC year in Chinese', () => {
  expect(monthWords('2031-12', 'zh-TW')).toBe('民國120年12月')
  expect(monthWords('2031-12', 'en')).toBe('2031-12')
})
