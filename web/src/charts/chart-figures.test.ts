import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barParts, LEAST_PX } from './bar-parts.ts'
import { labelStep, shadeBounds, shadeOf, shareFloor } from './share-scale.ts'

const count = fc.integer({ min: 0, max: 1_000_000 })
const counts = fc.record({ contradicted: count, unexplained: count, weak: count, explained: count })

describe('barParts', () => {
  test('fills the bar exactly, hides no verdict that occurs, and never overlaps', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 60, max: 600 }), (given, width) => {
        const parts = barParts(given, width)
        expect(parts.map(({ verdict }) => verdict).sort()).toEqual(
          Object.entries(given)
            .flatMap(([name, n]) => (n > 0 ? [name] : []))
            .sort(),
        )
        parts.forEach((part, i) => {
          expect(part.width).toBeGreaterThanOrEqual(LEAST_PX)
          const next = parts[i + 1]
          if (next) expect(part.x + part.width).toBeLessThan(next.x + 0.001)
        })
        const last = parts.at(-1)
        if (last) expect(last.x + last.width).toBeCloseTo(width)
      }),
    )
  })
})

describe('the axis of shares', () => {
  test('begins below the least share and uses what room it can', () => {
    expect([shareFloor(0.9869), shareFloor(0.98), shareFloor(0.4), shareFloor(1), shareFloor(0)]).toEqual([
      0.98, 0.95, 0, 0.999, 0,
    ])
  })

  test('labels only as many positions as have room', () => {
    expect([labelStep(7, 600, 50), labelStep(90, 600, 50), labelStep(1, 0, 50)]).toEqual([1, 8, 50])
  })
})

describe('the shades of the heat map', () => {
  test('are light to dark with the share, and nothing open has no shade', () => {
    const bounds = shadeBounds([0, 0.01, 0.03, 0.03, 0.03, 0.03, 0.9])
    expect(bounds).toEqual([0.01, 0.02, 0.03])
    expect([0, 0.005, 0.02, 0.021, 0.04].map((share) => shadeOf(share, bounds))).toEqual([0, 1, 2, 3, 4])
  })

  test('never get lighter as the share grows', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(share), share, share, (shares, a, b) => {
        const bounds = shadeBounds(shares)
        expect(shadeOf(Math.min(a, b), bounds)).toBeLessThanOrEqual(shadeOf(Math.max(a, b), bounds))
      }),
    )
  })
})
