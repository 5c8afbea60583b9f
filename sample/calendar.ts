import { type CalendarDay, formatRocDay, taipeiDay } from '../src/base/roc-date.ts'

export const DAY_S = 86_400
export const HOUR_S = 3600

/** Days are counted from the window's first; a moment is seconds from that day's first moment in Taipei. */
export interface Calendar {
  readonly days: number
  /** 1 Monday – 7 Sunday */
  weekday(day: number): number
  /** 115/01/05 */
  slash(moment: number): string
  /** 1150105 */
  compact(moment: number): string
  /** 115年1月5日 */
  long(moment: number): string
  /** 08:30:00 */
  clock(moment: number): string
  /** 2026-01-05T08:30:00+08:00 */
  iso(moment: number): string
  /** 115/01/05 08:30:00 */
  full(moment: number): string
  /** 11501 */
  month(moment: number): string
  /** ROC year, 115 */
  year(moment: number): number
}

const pad = (value: number): string => (value < 10 ? `0${value}` : String(value))
// Every second of a day as text, made when first asked for.
const CLOCK: string[] = []
const clockText = (s: number): string => {
  CLOCK[s] ??= `${pad(Math.floor(s / HOUR_S))}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`
  return CLOCK[s]
}

interface DayTexts {
  readonly slash: string
  readonly compact: string
  readonly long: string
  readonly month: string
  readonly iso: string
  readonly year: number
}

function textsOf(day: CalendarDay): DayTexts {
  const compact = formatRocDay(day, 'compact')
  return {
    compact,
    slash: formatRocDay(day, 'slash'),
    long: formatRocDay(day, 'long'),
    month: compact.slice(0, 5),
    iso: `${day.year}-${pad(day.month)}-${pad(day.day)}T`,
    year: day.year - 1911,
  }
}

/** The calendar of `days` days that end with the ISO day `end`. */
export function calendarEnding(end: string, days: number): Calendar {
  const first = Date.parse(`${end}T00:00:00+08:00`) - (days - 1) * DAY_S * 1000
  // A day's texts are asked for by each row of that day: made once.
  const cache = new Map<number, DayTexts>()
  const dayOf = (moment: number): DayTexts => {
    const index = Math.floor(moment / DAY_S)
    let day = cache.get(index)
    if (!day) {
      day = textsOf(taipeiDay(new Date(first + index * DAY_S * 1000)))
      cache.set(index, day)
    }
    return day
  }
  const clock = (moment: number) => clockText(((moment % DAY_S) + DAY_S) % DAY_S)
  return {
    days,
    clock,
    slash: (moment) => dayOf(moment).slash,
    weekday: (day) => ((new Date(first + day * DAY_S * 1000 + 8 * HOUR_S * 1000).getUTCDay() + 6) % 7) + 1,
    compact: (moment) => dayOf(moment).compact,
    long: (moment) => dayOf(moment).long,
    iso: (moment) => `${dayOf(moment).iso}${clock(moment)}+08:00`,
    full: (moment) => `${dayOf(moment).slash} ${clock(moment)}`,
    month: (moment) => dayOf(moment).month,
    year: (moment) => dayOf(moment).year,
  }
}
