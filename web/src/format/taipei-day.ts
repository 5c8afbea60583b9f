const DAY_MS = 86_400_000
const TAIPEI_OFFSET_MS = 8 * 3_600_000
const ROC_OFFSET_YEARS = 1911

/** Whether the text is an existing day `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text
}

/** The Taipei day of an instant, `YYYY-MM-DD`. Taiwan has no daylight saving. */
export function taipeiDayOf(instant: string): string {
  return new Date(Date.parse(instant) + TAIPEI_OFFSET_MS).toISOString().slice(0, 10)
}

/** The instant a Taipei day begins. */
export function taipeiMidnight(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - TAIPEI_OFFSET_MS).toISOString()
}

export const nextDay = (day: string): string => addDays(day, 1)
export const previousDay = (day: string): string => addDays(day, -1)

/** The day `count` days later, or earlier when negative. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10)
}

/**
 * Reads a day as typed in an office: `1151123`, `115/11/23`, `115.11.23`, `115年11月23日`, `民國115年…`, `2026-11-23`.
 * A year of up to three digits is ROC. Undefined for anything else and for days that do not exist.
 */
export function parseTypedDay(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim()
  const match =
    /^(?:民國)?(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ??
    /^(\d{2,3})(\d{2})(\d{2})$/.exec(plain)
  const [, year = '', month = '', day = ''] = match ?? []
  if (!match || Number(year) === 0) return undefined
  const fullYear = year.length <= 3 ? Number(year) + ROC_OFFSET_YEARS : Number(year)
  const iso = `${String(fullYear).padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(iso) ? iso : undefined
}
