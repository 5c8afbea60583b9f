import { describe, expect, test } from 'vitest'
import { layoutTree } from './layout-tree.ts'

describe('the tree as drawn', () => {
  test('is made of the powers of two of its size, oldest first, and holds every record once', () => {
    expect(layoutTree(75, 600, 90).map(({ count }) => count)).toEqual([64, 8, 2, 1])
    expect(layoutTree(75, 600, 90).map(({ first }) => first)).toEqual([0, 64, 72, 74])
    expect(layoutTree(0, 600, 90)).toEqual([])
  })

  test('stays inside its width and height for any size', () => {
    for (const size of [1, 2, 1023, 2 ** 31 - 1, 2 ** 40, 2 ** 50 - 1]) {
      const last = layoutTree(size, 320, 90).at(-1)
      expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(320.01)
      expect(Math.max(...layoutTree(size, 320, 90).map(({ height }) => height))).toBeLessThanOrEqual(90)
    }
  })
})
