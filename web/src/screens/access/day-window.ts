import type { AccessPage } from '../../../../src/wire/access.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const TAIPEI_OFFSET_HOURS = 8
const AROUND_MS = 20 * MINUTE_MS
const SHORTEST_MS = 4 * HOUR_MS
const LABEL_PX = 52
const STEPS_HOURS = [1, 2, 3, 4, 6, 12] as const
/** three days of ticks: no wire answer spans more */
const MAX_TICKS = 73

/** A span of time, in epoch milliseconds, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}
export interface Tick {
  readonly x: number
  /** `14:00`, or empty where hours stand too close for words */
  readonly label: string
}

/** The whole day as given. */
export function wholeDay(day: AccessPage['day']): Span {
  return { start: Date.parse(day.starts), end: Date.parse(day.ends) }
}

/** The part of the day in which anything happened, in whole hours, four at least; the whole day when nothing did. */
export function busySpan(day: AccessPage['day'], accessAt: string): Span {
  const whole = wholeDay(day)
  const ends = day.lanes.flatMap(({ items }) =>
    items.flatMap(({ starts, ends: until }) => [Date.parse(starts), Date.parse(until ?? starts)]),
  )
  // What begins before the day or lasts beyond it, as a case open for weeks, says nothing about when things happened in it.
  const all = [...ends, Date.parse(accessAt)].filter((at) => at > whole.start && at < whole.end)
  if (all.length === 0) return whole
  let start = Math.floor((Math.min(...all) - AROUND_MS) / HOUR_MS) * HOUR_MS
  let end = Math.ceil((Math.max(...all) + AROUND_MS) / HOUR_MS) * HOUR_MS
  while (end - start < SHORTEST_MS) {
    start -= HOUR_MS
    end += HOUR_MS
  }
  return { start: Math.max(whole.start, start), end: Math.min(whole.end, end) }
}

/** One tick per full hour, Taipei; words only as often as there is room for. */
export function hourTicks(span: Span, width: number): readonly Tick[] {
  const hourPx = (width * HOUR_MS) / (span.end - span.start)
  const step = STEPS_HOURS.find((hours) => hours * hourPx >= LABEL_PX) ?? 24
  const ticks: Tick[] = []
  for (let at = Math.ceil(span.start / HOUR_MS) * HOUR_MS; at <= span.end && ticks.length < MAX_TICKS; at += HOUR_MS) {
    const hour = (at / HOUR_MS + TAIPEI_OFFSET_HOURS) % 24
    ticks.push({
      x: ((at - span.start) / (span.end - span.start)) * width,
      label: hour % step === 0 ? `${String(hour).padStart(2, '0')}:00` : '',
    })
  }
  return ticks
}
