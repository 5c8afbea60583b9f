import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DayItem } from '../../../../src/wire/access.ts'
import { falsePatrol } from './access-page.fixture.ts'
import { busySpan, hourTicks, wholeDay } from './day-window.ts'
import { type DayMark, layoutDay, MAX_ROWS, POINT_PX, RING_PX, ROW_PX } from './layout-day.ts'

const MINUTE_MS = 60_000
const day = falsePatrol.day
const first = Date.parse(day.starts)
const at = (minute: number): string => new Date(first + minute * MINUTE_MS).toISOString()
const bar = (from: number, to: number, label: string): DayItem => ({
  starts: at(from),
  ends: at(to),
  label,
  tone: 'duty',
  accessId: null,
  verdict: null,
})
const look = (minute: number, id: string): DayItem => ({
  starts: at(minute),
  ends: null,
  label: '',
  tone: 'neutral',
  accessId: id,
  verdict: 'explained',
})

const label = fc
  .array(fc.constantFrom('巡邏', 'PC-03', '　', '查無盤查紀錄', 'A'), { maxLength: 9 })
  .map((words) => words.join(''))
const item: fc.Arbitrary<DayItem> = fc
  .record({
    from: fc.integer({ min: -120, max: 1100 }),
    long: fc.option(fc.integer({ min: 0, max: 700 })),
    label,
    tone: fc.constantFrom('duty' as const, 'contradicts' as const, 'absent' as const),
    isAccess: fc.boolean(),
  })
  .map(({ from, long, label: words, tone, isAccess }) => ({
    starts: at(from),
    ends: long === null ? null : at(from + long),
    label: words,
    tone,
    verdict: long === null && isAccess ? ('weak' as const) : null,
    accessId: long === null && isAccess ? 'e'.repeat(32) : null,
  }))
const laneOf = (items: readonly DayItem[], lane: 'shift' | 'access' = 'shift') => ({
  row: falsePatrol.row,
  day: { ...day, lanes: [{ lane, title: '', items: [...items] }] },
})

/** From and to of what a mark takes of its row. */
function taken(mark: DayMark): readonly [number, number] {
  const half = mark.kind === 'bar' ? 0 : (mark.isCurrent ? RING_PX : POINT_PX) / 2
  const own: readonly [number, number] = [mark.x - half, mark.x + mark.width + half]
  return mark.label === '' ? own : [Math.min(own[0], mark.labelX), Math.max(own[1], mark.labelX + mark.labelWidth)]
}

describe('layoutDay', () => {
  test('never lets two marks of a row overlap, words included', () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 25 }),
        fc.integer({ min: 300, max: 1100 }),
        fc.constantFrom('shift' as const, 'access' as const),
        (items, width, which) => {
          const [lane] = layoutDay(laneOf(items, which), wholeDay(day), width).lanes
          const marks = lane?.marks ?? []
          marks.forEach((a, i) => {
            for (const b of marks.slice(i + 1)) {
              if (a.y !== b.y) continue
              expect(taken(a)[1] <= taken(b)[0] || taken(b)[1] <= taken(a)[0], JSON.stringify([a, b])).toBe(true)
            }
            expect(taken(a)[0]).toBeGreaterThanOrEqual(-POINT_PX)
            expect(taken(a)[1]).toBeLessThanOrEqual(width + POINT_PX)
            expect(a.y + ROW_PX / 2).toBeLessThanOrEqual((lane?.y ?? 0) + (lane?.height ?? 0))
          })
        },
      ),
      { numRuns: 300 },
    )
  })

  test('draws the same day from the same facts', () => {
    const span = busySpan(day, falsePatrol.row.at)
    expect(layoutDay(falsePatrol, span, 900)).toEqual(layoutDay(structuredClone(falsePatrol), span, 900))
  })

  test('writes a label in its bar when it fits and beside it when it does not', () => {
    const layout = layoutDay(laneOf([bar(60, 300, '值班　派出所'), bar(400, 405, '派遣 0903-117')]), wholeDay(day), 960)
    const [long, short] = layout.lanes[0]?.marks ?? []
    expect(long?.isInside).toBe(true)
    expect(short?.isInside).toBe(false)
    expect(short?.labelX).toBeGreaterThan((short?.x ?? 0) + (short?.width ?? 0))
  })

  test('cuts bars at the edges of the day and says so', () => {
    const [mark] = layoutDay(laneOf([bar(-60, 30, '夜班')]), wholeDay(day), 960).lanes[0]?.marks ?? []
    expect(mark).toMatchObject({ x: 0, width: 30, isCutStart: true, isCutEnd: false })
  })

  test('draws accesses of one verdict that fall together as one with their number, but never the one this page is about', () => {
    const items = [
      look(100, 'a'.repeat(32)),
      look(101, 'b'.repeat(32)),
      look(102, falsePatrol.row.accessId),
      look(500, 'c'.repeat(32)),
    ]
    const marks = layoutDay(laneOf(items), wholeDay(day), 960).lanes[0]?.marks ?? []
    expect(marks.map(({ count, isCurrent }) => ({ count, isCurrent }))).toEqual([
      { count: 2, isCurrent: false },
      { count: 1, isCurrent: true },
      { count: 1, isCurrent: false },
    ])
  })

  test('sorts a crowd of accesses by verdict, a row each, the one this page is about on top', () => {
    const verdicts = ['explained', 'weak', 'contradicted'] as const
    const crowd = Array.from(
      { length: 90 },
      (_, i): DayItem => ({
        ...look(i * 10, String(i).padStart(32, '0')),
        verdict: verdicts[i % 3] ?? 'weak',
      }),
    )
    const marks =
      layoutDay(laneOf([...crowd, look(482, falsePatrol.row.accessId)], 'access'), wholeDay(day), 960).lanes[0]
        ?.marks ?? []
    const rows = new Map(marks.map(({ y, item: { verdict }, isCurrent }) => [y, isCurrent ? 'this' : verdict]))
    expect([...rows].toSorted(([a], [b]) => a - b).map(([, verdict]) => verdict)).toEqual([
      'this',
      'contradicted',
      'weak',
      'explained',
    ])
    for (const {
      y,
      item: { verdict },
      isCurrent,
    } of marks)
      expect(rows.get(y)).toBe(isCurrent ? 'this' : verdict)
  })

  test('bounds the rows of a lane and says how many items are left to the table', () => {
    const [lane] = layoutDay(
      laneOf(Array.from({ length: MAX_ROWS + 4 }, () => bar(60, 300, '值班'))),
      wholeDay(day),
      960,
    ).lanes
    expect([lane?.marks.length, lane?.left]).toEqual([MAX_ROWS, 4])
  })

  test('marks the time of the access with a band', () => {
    expect(layoutDay(falsePatrol, wholeDay(day), 960).band?.middle).toBeCloseTo(((14 + 2 / 60 - 6) / 16) * 960)
  })
})

describe('the hours shown', () => {
  test('are those in which anything happened, in whole hours', () => {
    const span = busySpan({ ...day, lanes: [{ lane: 'shift', title: '', items: [bar(120, 360, '')] }] }, at(482))
    expect([at(60), at(540)]).toEqual([new Date(span.start).toISOString(), new Date(span.end).toISOString()])
  })

  test('are not widened by what lasts the whole day', () => {
    const open = bar(-600, 3000, '115偵00423')
    const span = busySpan(laneOf([open, bar(300, 360, '巡邏')]).day, at(330))
    expect((span.end - span.start) / (60 * MINUTE_MS)).toBeLessThanOrEqual(5)
  })

  test('never leave the day and span four hours where it has them', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 6 }), (items) => {
        const span = busySpan(laneOf(items).day, falsePatrol.row.at)
        expect(span.start).toBeGreaterThanOrEqual(wholeDay(day).start)
        expect(span.end).toBeLessThanOrEqual(wholeDay(day).end)
      }),
    )
    const quiet = busySpan({ ...day, lanes: [] }, falsePatrol.row.at)
    expect((quiet.end - quiet.start) / (60 * MINUTE_MS)).toBeGreaterThanOrEqual(4)
  })

  test('carry words at full Taipei hours and only as often as there is room', () => {
    expect(
      hourTicks(wholeDay(day), 960)
        .map(({ label: words }) => words)
        .slice(0, 3),
    ).toEqual(['06:00', '07:00', '08:00'])
    expect(
      hourTicks(wholeDay(day), 480)
        .map(({ label: words }) => words)
        .slice(0, 3),
    ).toEqual(['06:00', '', '08:00'])
  })
})
