const PARTS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Taipei', year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
})

interface TaipeiParts {
  readonly month: number
  readonly day: number
  readonly clock: string
}

function taipei(at: Date): TaipeiParts {
  const parts = Object.fromEntries(PARTS.formatToParts(at).map((part) => [part.type, part.value]))
  return { month: Number(parts['month']), day: Number(parts['day']), clock: `${parts['hour']}:${parts['minute']}` }
}

/** `9 月 3 日 14:02`, or without the time where it is midnight: a date that had no time. */
export function momentText(at: Date): string {
  const { month, day, clock } = taipei(at)
  return clock === '00:00' ? `${month} 月 ${day} 日` : `${month} 月 ${day} 日 ${clock}`
}

/** `9/3 14:02` */
export function shortMoment(at: Date): string {
  const { month, day, clock } = taipei(at)
  return clock === '00:00' ? `${month}/${day}` : `${month}/${day} ${clock}`
}

/** First moment of the Taipei day an instant lies in. */
export function startOfTaipeiDay(at: Date): Date {
  const shifted = at.getTime() + 8 * 3_600_000
  return new Date(Math.floor(shifted / 86_400_000) * 86_400_000 - 8 * 3_600_000)
}

/** ClickHouse's `YYYY-MM-DD HH:MM:SS.mmm` (UTC) as an instant, and back. */
export const fromSql = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`)
export const toSql = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '')
