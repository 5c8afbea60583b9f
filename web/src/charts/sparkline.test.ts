import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sparkPoints } from './sparkline.tsx'

const size = { width: 96, height: 24 }

test('a sparkline stays inside its box whatever the values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 60 }),
      (values) => {
        for (const { x, y } of sparkPoints(values, size)) {
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x).toBeLessThanOrEqual(size.width)
          expect(y).toBeGreaterThanOrEqual(0)
          expect(y).toBeLessThanOrEqual(size.height)
        }
      },
    ),
  )
})

test('a level course runs through the middle, and a single value stands at the right end', () => {
  expect(sparkPoints([5, 5], size).map(({ y }) => y)).toEqual([12, 12])
  expect(sparkPoints([5], size)).toEqual([{ x: 93, y: 12 }])
})
