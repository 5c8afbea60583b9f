const ZONE = 'Asia/Taipei'
const part = (locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options })

const zhDay = part('zh-TW-u-ca-roc', { year: 'numeric', month: 'long', day: 'numeric' })
const enDay = part('en-GB', { year: 'numeric', month: 'short', day: 'numeric' })
const shortDay = part('en-US', { month: 'numeric', day: 'numeric' })
const clock = part('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const zhWeekday = part('zh-TW', { weekday: 'long' })
const enWeekday = part('en-GB', { weekday: 'long' })
const iso = part('sv-SE', { dateStyle: 'short', timeStyle: 'medium' })

const isChinese = (language: string): boolean => language.startsWith('zh')

/** 民國115年11月23日 / 23 Nov 2026. */
export function longDay(instant: string, language: string): string {
  const at = new Date(instant)
  return isChinese(language) ? zhDay.format(at) : enDay.format(at)
}

/** 民國115年11月23日 14:05. */
export function longTime(instant: string, language: string): string {
  return `${longDay(instant, language)} ${clock.format(new Date(instant))}`
}

/** 11/23 14:05, for dense rows where the year is known from the filter. */
export function shortTime(instant: string): string {
  const at = new Date(instant)
  return `${shortDay.format(at)} ${clock.format(at)}`
}

/** 星期一 / Monday. */
export function weekday(instant: string, language: string): string {
  return (isChinese(language) ? zhWeekday : enWeekday).format(new Date(instant))
}

/** 2026-11-23 14:05:09 +08:00, shown on hover. */
export function isoTaipei(instant: string): string {
  return `${iso.format(new Date(instant))} +08:00`
}

/** How long ago in the coarsest honest unit: 今日 14:05, 昨日, 12 日前. */
export function ago(instant: string, now: number, language: string): string {
  const days = Math.floor((now + 28_800_000) / 86_400_000) - Math.floor((Date.parse(instant) + 28_800_000) / 86_400_000)
  const time = clock.format(new Date(instant))
  if (days <= 0) return isChinese(language) ? `今日 ${time}` : `Today ${time}`
  if (days === 1) return isChinese(language) ? '昨日' : 'Yesterday'
  return isChinese(language) ? `${days} 日前` : `${days} days ago`
}

/** 1 分 20 秒 / 1 min 20 s. */
export function duration(seconds: number, language: string): string {
  const whole = Math.max(0, Math.round(seconds))
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  if (isChinese(language)) return minutes > 0 ? `${minutes} 分 ${rest} 秒` : `${rest} 秒`
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}
