import { taipeiDay, taipeiInstant } from '../base/roc-date.ts'
import type { DayRange } from './port.ts'

const DAY_MS = 86_400_000

/** The Taipei day of an instant, `YYYY-MM-DD`. */
export function dayOf(instant: Date): string {
  const { year, month, day } = taipeiDay(instant)
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** The day `days` after (negative: before) `day`. */
export function shiftDay(day: string, days: number): string {
  const [year = 0, month = 0, dayOfMonth = 0] = day.split('-').map(Number)
  return dayOf(new Date(taipeiInstant({ year, month, day: dayOfMonth }).getTime() + days * DAY_MS))
}

/** The `days` days that end with `last`, itself included. */
export const daysUntil = (last: string, days: number): DayRange => ({
  from: shiftDay(last, 1 - days),
  to: shiftDay(last, 1),
})

/** One value for each day of the range, in order; days without one are `missing`. */
export function seriesOf<Row extends { readonly day: string }, Value>(
  range: DayRange,
  rows: readonly Row[],
  read: (row: Row) => Value,
  missing: Value,
): Value[] {
  const byDay = new Map(rows.map((row) => [row.day, read(row)]))
  const series: Value[] = []
  for (let day = range.from; day < range.to; day = shiftDay(day, 1)) series.push(byDay.get(day) ?? missing)
  return series
}

/** Address of the verdict list over a range, narrowed as given. The list's `to` is the last day shown. */
export function verdictsHref(range: DayRange, narrowed: Readonly<Record<string, string>>): string {
  return `/verdicts?${new URLSearchParams({ ...narrowed, from: range.from, to: shiftDay(range.to, -1) })}`
}
