import type { VerdictFilter } from '../../../../src/wire/verdict.ts'
import { longDay } from '../../format/moment.ts'
import { addDays, nextDay, previousDay, taipeiDayOf, taipeiMidnight } from '../../format/taipei-day.ts'
import { withPart } from '../../router/verdict-address.ts'
import type { DayRange } from '../../ui/date-range.tsx'

/** The days a filter covers, both inclusive; undefined when it is open at either end. */
export function periodOf({ from, to }: VerdictFilter): DayRange | undefined {
  if (!from || !to) return undefined
  const last = taipeiDayOf(to)
  return {
    from: taipeiDayOf(from),
    to: Date.parse(taipeiMidnight(last)) === Date.parse(to) ? previousDay(last) : last,
  }
}

/** 「民國115年9月1日至民國115年9月7日」; undefined for an open period. */
export function periodWords(filter: VerdictFilter, language: string): string | undefined {
  const range = periodOf(filter)
  if (!range) return undefined
  const words = (day: string) => longDay(taipeiMidnight(day), language)
  if (range.from === range.to) return words(range.from)
  return language === 'en'
    ? `${words(range.from)} – ${words(range.to)}`
    : `${words(range.from)}至${words(range.to).replace('民國', '')}`
}

/** The filter over whole days, or over all time when `range` is undefined. */
export function withPeriod(filter: VerdictFilter, range: DayRange | undefined): VerdictFilter {
  if (!range) return withPart(withPart(filter, 'from', undefined), 'to', undefined)
  return { ...filter, from: taipeiMidnight(range.from), to: taipeiMidnight(nextDay(range.to)) }
}

/** The last `days` days up to and including `today`. */
export function lastDays(today: string, days: number): DayRange {
  return { from: addDays(today, 1 - days), to: today }
}
