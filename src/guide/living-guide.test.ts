import { describe, expect, test } from 'vitest'
import { fixedClock } from '../base/clock.ts'
import { livingGuide as livingGuideSchema, today as todaySchema } from '../wire/guide.ts'
import { readCases } from './cases.ts'
import { createGuide } from './create-guide.ts'
import { daysUntil, shiftDay, verdictsHref } from './day-range.ts'
import { MEASURE_PROOFS } from './measures.ts'
import type { GuideFacts } from './port.ts'

const NOW = new Date('2026-11-23T06:05:00Z')
const RUN_AT = '2026-11-22T18:10:00.000Z'
const HOUR_MS = 3_600_000

const facts: GuideFacts = {
  newestDay: async () => '2026-11-22',
  lastRun: async () => ({ runId: 'run-9', endedAt: RUN_AT, accesses: 300 }),
  verdictsByDay: async () => [
    { day: '2026-11-10', counts: { contradicted: 1, unexplained: 9, weak: 0, explained: 90 } },
    { day: '2026-11-21', counts: { contradicted: 8, unexplained: 12, weak: 0, explained: 80 } },
    { day: '2026-11-22', counts: { contradicted: 2, unexplained: 8, weak: 0, explained: 90 } },
  ],
  refutedByDay: async (measure) => (measure === 'T2.5' ? [{ day: '2026-11-21', count: 3 }] : []),
  statedByDay: async () => [{ day: '2026-11-22', part: 199, total: 200 }],
  eventsByDay: async (kinds) =>
    kinds.includes('gate-refused')
      ? [{ day: '2026-11-23', count: 12, last: '2026-11-23T05:00:00.000Z' }]
      : kinds.includes('disclosure-opened')
        ? [
            { day: '2026-11-01', count: 4, last: '2026-11-01T05:00:00.000Z' },
            { day: '2026-11-22', count: 5, last: '2026-11-22T05:00:00.000Z' },
          ]
        : [],
  rejectedByDay: async () => [{ day: '2026-11-23', count: 4 }],
  unseenContradicted: async () => 7,
  seriousImports: async () => 0,
}
const empty: GuideFacts = {
  newestDay: async () => undefined,
  lastRun: async () => undefined,
  verdictsByDay: async () => [],
  refutedByDay: async () => [],
  statedByDay: async () => [],
  eventsByDay: async () => [],
  rejectedByDay: async () => [],
  unseenContradicted: async () => 0,
  seriousImports: async () => 0,
}
const guideAt = (now: Date, given = facts) => createGuide({ clock: fixedClock(now), facts: given })
const measuresAt = async (now: Date, given = facts) =>
  (await guideAt(now, given).livingGuide()).types.flatMap((type) => type.measures)

/** The ids of the guide, written out once more: this list is the promise, measures.ts the keeping. */
const PROMISED = [
  'T1.1 T1.2 T1.3 T1.4',
  'T2.1 T2.2 T2.3 T2.4 T2.5',
  'T3.1 T3.2 T3.3 T3.4 T3.5',
  'T4.1 T4.2 T4.3 T4.4 T4.5',
  'T5.1 T5.2 T5.3 T5.4 T5.5 T5.6',
  'G.1 G.2 G.3',
]

describe('the living guide', () => {
  test('shows every measure of the guide exactly once, in its order, under its type', () => {
    expect(readCases().map((type) => type.measures.map((measure) => measure.id).join(' '))).toEqual(PROMISED)
  })

  test('says of each measure in words whether it is built, as its state does', () => {
    for (const measure of readCases().flatMap((type) => type.measures)) {
      expect([measure.id, measure.control.startsWith('尚未建置')]).toEqual([
        measure.id,
        MEASURE_PROOFS[measure.id] === 'absent',
      ])
      expect([measure.id, measure.controlEn.startsWith('Not built yet')]).toEqual([
        measure.id,
        MEASURE_PROOFS[measure.id] === 'absent',
      ])
    }
  })

  test('keeps the contract of the wire', async () => {
    expect(livingGuideSchema.safeParse(await guideAt(NOW).livingGuide()).error).toBeUndefined()
  })

  test('makes alive only what has a proof, and leaves the rest absent', async () => {
    const measures = await measuresAt(NOW)
    expect(measures.filter((each) => each.state === 'alive').map((each) => each.id)).toEqual([
      'T1.1',
      'T1.3',
      'T1.4',
      'T2.1',
      'T2.5',
      'T4.2',
      'G.2',
    ])
    expect((await guideAt(NOW).livingGuide()).counts).toEqual({ alive: 7, stale: 1, absent: 20 })
    expect(
      measures.filter((each) => each.state === 'absent' && (each.figure !== null || each.spark.length > 0)),
    ).toEqual([])
  })

  test('takes its figures from the data', async () => {
    const figures = Object.fromEntries((await measuresAt(NOW)).map((each) => [each.id, each.figure?.value]))
    expect(figures).toMatchObject({
      ...{ 'T1.1': 12, 'T1.3': 86.7, 'T1.4': 9, 'T2.1': 300, 'T2.5': 3, 'T4.2': 99.5, 'G.2': 6 },
    })
  })

  test('turns amber by itself when the proof is older than it may be, and not a moment before', async () => {
    const stateOf = async (now: Date) => (await measuresAt(now)).find((each) => each.id === 'T1.3')?.state
    const limit = Date.parse(RUN_AT) + 48 * HOUR_MS
    expect(await stateOf(new Date(limit))).toBe('alive')
    expect(await stateOf(new Date(limit + 1))).toBe('stale')
  })

  test('never counts a proof from the future as alive', async () => {
    expect((await measuresAt(new Date(Date.parse(RUN_AT) - 1))).find((each) => each.id === 'T1.3')?.state).toBe('stale')
  })

  test('never shows alive what has not worked yet', async () => {
    const measures = await measuresAt(NOW, empty)
    expect(measures.filter((each) => each.state === 'alive')).toEqual([])
    expect(measures.filter((each) => each.figure !== null)).toEqual([])
  })

  test('passes a failing figure on instead of showing an old or made-up state', async () => {
    const failing = { ...facts, verdictsByDay: async () => Promise.reject(new Error('store gone')) }
    await expect(guideAt(NOW, failing).livingGuide()).rejects.toThrow('store gone')
  })
})

describe('today', () => {
  test('lists only what there is any of', async () => {
    const { waiting } = await guideAt(NOW).today()
    expect(waiting.map(({ id, count }) => [id, count])).toEqual([
      ['contradicted', 7],
      ['unexplained', 29],
      ['rejected', 4],
    ])
  })

  test('compares the newest seven days of data with the seven before, largest change first', async () => {
    const { changes } = await guideAt(NOW).today()
    expect(changes.map(({ id, value, previous }) => [id, value, previous])).toEqual([
      ['contradicted', 10, 1],
      ['rejected', 4, 0],
      ['unexplained-share', 10, 9],
    ])
    expect(changes[0]?.href).toBe('/verdicts?verdict=contradicted&from=2026-11-16&to=2026-11-22')
  })

  test('is honest about an empty installation', async () => {
    expect(await guideAt(NOW, empty).today()).toEqual({ waiting: [], changes: [], lastRun: null })
  })

  test('keeps the contract of the wire', async () => {
    expect(todaySchema.omit({ warnings: true }).safeParse(await guideAt(NOW).today()).error).toBeUndefined()
  })
})

describe('days in Taipei', () => {
  test.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-01-01', -1, '2025-12-31'],
  ])('%s shifted by %i is %s', (day, by, expected) => {
    expect(shiftDay(day, by)).toBe(expected)
  })

  test('make a range that ends with its last day, shown inclusive in addresses', () => {
    const range = daysUntil('2026-11-22', 7)
    expect(range).toEqual({ from: '2026-11-16', to: '2026-11-23' })
    expect(verdictsHref(range, {})).toBe('/verdicts?from=2026-11-16&to=2026-11-22')
  })
})
