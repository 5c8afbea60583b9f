import { assert } from './assert.ts'

const ROC_OFFSET_YEARS = 1911
const TAIPEI_OFFSET_MS = 8 * 60 * 60 * 1000

/** A calendar day in Taiwan. `month` 1–12, `day` 1–31, `year` of the common era. */
export interface CalendarDay {
  readonly year: number
  readonly month: number
  readonly day: number
}

/**
 * Reads a day as Taiwan's offices write it: `1150105`, `115/01/05`, `115.1.5`, `115-01-05`, `115年1月5日`,
 * `民國115年1月5日`, and the ISO forms `2026-01-05`, `20260105`, `2026/1/5`. Full-width digits are read as digits.
 * A year of up to three digits is ROC (ROC 1 = 1912). Returns undefined for anything else, for a day that does
 * not exist, and for ROC year 0 (there was none).
 */
export function parseTaiwanDay(text: string): CalendarDay | undefined {
  const plain = text.normalize('NFKC').trim()
  const match =
    /^(?:民國)?(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ??
    /^(\d{3})(\d{2})(\d{2})$/.exec(plain) ??
    /^(\d{2})(\d{2})(\d{2})$/.exec(plain)
  if (!match) return undefined
  const [, yearText = '', monthText = '', dayText = ''] = match
  const yearAsWritten = Number(yearText)
  const isRoc = yearText.length <= 3
  if (isRoc && yearAsWritten === 0) return undefined
  const year = isRoc ? yearAsWritten + ROC_OFFSET_YEARS : yearAsWritten
  return existingDay(year, Number(monthText), Number(dayText))
}

function existingDay(year: number, month: number, day: number): CalendarDay | undefined {
  const probe = new Date(Date.UTC(year, month - 1, day))
  const exists = probe.getUTCFullYear() === year && probe.getUTCMonth() === month - 1 && probe.getUTCDate() === day
  return exists && year >= 1 ? { year, month, day } : undefined
}

/** The calendar day in Taipei at an instant. Taiwan has had no daylight saving since 1979, so the offset is fixed. */
export function taipeiDay(instant: Date): CalendarDay {
  const shifted = new Date(instant.getTime() + TAIPEI_OFFSET_MS)
  return { year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate() }
}

/** The instant of a Taipei wall-clock time. */
export function taipeiInstant(day: CalendarDay, secondsOfDay = 0): Date {
  return new Date(Date.UTC(day.year, day.month - 1, day.day) - TAIPEI_OFFSET_MS + secondsOfDay * 1000)
}

/** `compact` 1150105 · `slash` 115/01/05 · `long` 115年1月5日 · `formal` 民國115年1月5日. Asserts a year after 1911. */
export function formatRocDay(day: CalendarDay, form: 'compact' | 'slash' | 'long' | 'formal'): string {
  const rocYear = day.year - ROC_OFFSET_YEARS
  assert(rocYear >= 1, 'a ROC date is not before 1912')
  const year = String(rocYear).padStart(3, '0')
  const month = String(day.month).padStart(2, '0')
  const dayOfMonth = String(day.day).padStart(2, '0')
  if (form === 'compact') return `${year}${month}${dayOfMonth}`
  if (form === 'slash') return `${year}/${month}/${dayOfMonth}`
  const long = `${rocYear}年${day.month}月${day.day}日`
  return form === 'long' ? long : `民國${long}`
}

/** `2026-01-05`. */
export function formatIsoDay({ year, month, day }: CalendarDay): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
