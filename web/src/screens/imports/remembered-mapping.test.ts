import { expect, test } from 'vitest'
import type { Mapping } from '../../../../src/wire/import.ts'
import { fits } from './remembered-mapping.ts'

const mapping = (columns: Mapping['columns']): Mapping => ({ target: 'access', agency: 'police', columns })

test.each([
  [
    'each column is there',
    { at: { join: ['日期', '時間'] }, officer: { from: '員編' }, purpose: { value: '巡邏' } },
    true,
  ],
  ['a position is within the file', { at: { from: '#3' } }, true],
  ['a position is beyond it', { at: { from: '#4' } }, false],
  ['one column is missing', { at: { from: '時間' }, officer: { from: '帳號' } }, false],
  ['one of two joined columns is missing', { at: { join: ['日期', '時刻'] } }, false],
])('a remembered mapping is offered only where it fits the file: %s', (_what, columns, isFitting) => {
  expect(fits(mapping(columns), ['日期', '時間', '員編'])).toBe(isFitting)
})
