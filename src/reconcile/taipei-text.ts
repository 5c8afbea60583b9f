/** The language a sentence is written in. */
export type Language = 'zh' | 'en'

const PARTS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Taipei',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const ENGLISH_MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const ROC_OFFSET_YEARS = 1911

interface TaipeiParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly clock: string
}

function taipei(at: Date): TaipeiParts {
  const parts = Object.fromEntries(PARTS.formatToParts(at).map((part) => [part.type, part.value]))
  return {
    year: Number(parts['year']),
    month: Number(parts['month']),
    day: Number(parts['day']),
    clock: `${parts['hour']}:${parts['minute']}`,
  }
}

/**
 * An instant as people say it beside another: the clock alone on the same day, `9 月 3 日 14:02` in the same year,
 * `民國110年1月1日` otherwise. Midnight is a date that had no time.
 */
export function momentText(at: Date, near: Date = at, language: Language = 'zh'): string {
  const [given, beside] = [taipei(at), taipei(near)]
  const isSameYear = given.year === beside.year
  const isSameDay = at !== near && isSameYear && given.month === beside.month && given.day === beside.day
  if (isSameDay && given.clock !== '00:00') return given.clock
  const clock = given.clock === '00:00' ? '' : ` ${given.clock}`
  if (language === 'en')
    return `${given.day} ${ENGLISH_MONTHS[given.month - 1]}${isSameYear ? '' : ` ${given.year}`}${clock}`
  const day = isSameYear
    ? `${given.month} 月 ${given.day} 日`
    : `民國${given.year - ROC_OFFSET_YEARS}年${given.month}月${given.day}日`
  return `${day}${clock}`
}

/** First moment of the Taipei day an instant lies in. */
export function startOfTaipeiDay(at: Date): Date {
  const shifted = at.getTime() + 8 * 3_600_000
  return new Date(Math.floor(shifted / 86_400_000) * 86_400_000 - 8 * 3_600_000)
}

/** ClickHouse's `YYYY-MM-DD HH:MM:SS.mmm` (UTC) as an instant, and back. */
export const fromSql = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`)
export const toSql = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '')
