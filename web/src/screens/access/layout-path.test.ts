import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PathLink, PathNode } from '../../../../src/wire/access.ts'
import { falsePatrol } from './access-page.fixture.ts'
import { type Box, layoutPath, MAX_LINKS, MAX_NODES } from './layout-path.ts'

const text = fc
  .array(fc.constantFrom('查無紀錄', '115偵00423', '，', ' ', 'PC-03', '雲山縣警察局第二分局', '8 月 1 日'), {
    maxLength: 8,
  })
  .map((words) => words.join(''))
const node = (id: string): fc.Arbitrary<PathNode> =>
  fc.record({
    id: fc.constant(id),
    kind: fc.constant('record' as const),
    column: fc.integer({ min: 0, max: 2 }),
    title: text,
    detail: text,
    exists: fc.boolean(),
  })
const path = fc.integer({ min: 1, max: 10 }).chain((count) => {
  const id = fc.integer({ min: 0, max: count - 1 }).map((n) => `n${n}`)
  const link: fc.Arbitrary<PathLink> = fc.record({
    from: id,
    to: id,
    state: fc.constantFrom('holds' as const, 'missing' as const, 'contradicts' as const),
    label: text,
  })
  return fc.record({
    nodes: fc.tuple(...Array.from({ length: count }, (_, n) => node(`n${n}`))),
    links: fc.array(link, { maxLength: 14 }),
  })
})
const width = fc.integer({ min: 700, max: 1400 })

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width - 0.01 && b.x < a.x + a.width - 0.01 && a.y < b.y + b.height - 0.01 && b.y < a.y + a.height - 0.01

describe('layoutPath', () => {
  test('never lets a node or a label overlap another, and keeps all inside the picture', () => {
    fc.assert(
      fc.property(path, width, (given, wide) => {
        const layout = layoutPath(given, wide)
        const boxes: readonly Box[] = [...layout.nodes, ...layout.links.map(({ chip }) => chip)]
        boxes.forEach((a, i) => {
          for (const b of boxes.slice(i + 1)) expect(overlap(a, b), JSON.stringify([a, b])).toBe(false)
          expect(a.x).toBeGreaterThanOrEqual(0)
          expect(a.y).toBeGreaterThanOrEqual(0)
          expect(a.x + a.width).toBeLessThanOrEqual(layout.width)
          expect(a.y + a.height).toBeLessThanOrEqual(layout.height)
        })
      }),
      { numRuns: 300 },
    )
  })

  test('draws the same picture from the same facts', () => {
    fc.assert(
      fc.property(path, width, (given, wide) => {
        expect(layoutPath(given, wide)).toEqual(layoutPath(structuredClone(given), wide))
      }),
      { numRuns: 30 },
    )
  })

  test('runs every link from the edge of one node, through its own label, to the edge of the other', () => {
    const layout = layoutPath(falsePatrol.path, 1100)
    expect(layout.links).toHaveLength(falsePatrol.path.links.length)
    for (const { link, curve, chip } of layout.links) {
      const from = layout.nodes.find(({ node: { id } }) => id === link.from)
      const to = layout.nodes.find(({ node: { id } }) => id === link.to)
      expect(curve).toMatch(/^M[\d.]+ [\d.]+C/)
      expect(Number(/^M([\d.]+)/.exec(curve)?.[1])).toBeCloseTo((from?.x ?? 0) + (from?.width ?? 0), 0)
      expect(Number(/([\d.]+) [\d.]+$/.exec(curve)?.[1])).toBeCloseTo((to?.x ?? 0) - 3, 0)
      expect(curve).toContain(`H${Math.round((chip.x + chip.width) * 10) / 10}`)
    }
  })

  test('shows a bounded number of nodes and links and says how many it left to the table', () => {
    const nodes = Array.from({ length: MAX_NODES + 3 }, (_, n) => ({
      id: `n${n}`,
      kind: 'record' as const,
      column: n % 3,
      title: 'x',
      detail: '',
      exists: true,
    }))
    const links = Array.from({ length: MAX_LINKS + 2 }, (_, n) => ({
      from: `n${n % 3}`,
      to: `n${(n + 1) % 3}`,
      state: 'holds' as const,
      label: 'y',
    }))
    const layout = layoutPath({ nodes, links }, 900)
    expect([layout.nodes.length, layout.links.length, layout.left]).toEqual([MAX_NODES, MAX_LINKS, 5])
  })
})
