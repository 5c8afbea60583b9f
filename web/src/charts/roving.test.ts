import { expect, test } from 'vitest'
import { movedIndex } from './roving.ts'

const grid = { columns: 24, rows: 7 }

test('arrows move one cell and stop at the edges', () => {
  expect(movedIndex('ArrowRight', 0, grid)).toBe(1)
  expect(movedIndex('ArrowLeft', 24, grid)).toBe(24)
  expect(movedIndex('ArrowDown', 5, grid)).toBe(29)
  expect(movedIndex('ArrowDown', 6 * 24 + 5, grid)).toBe(6 * 24 + 5)
  expect(movedIndex('ArrowUp', 5, grid)).toBe(5)
  expect(movedIndex('ArrowRight', 23, grid)).toBe(23)
})

test('Home and End go to the ends of the row, and other keys are left to the page', () => {
  expect(movedIndex('Home', 30, grid)).toBe(24)
  expect(movedIndex('End', 30, grid)).toBe(47)
  expect(movedIndex('j', 30, grid)).toBeUndefined()
})
