/* What a workbook's cell holds, as the office's own program shows it: the value, not how it happens to be stored. */

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i
/** More digits than this a stored number does not have; what follows is the noise of its binary form. */
const SHOWN_DIGITS = 15
const MAX_POWER = 400
const DAY_MS = 86_400_000
// Excel counts days from 1899-12-30, which hides its belief in a 29 February 1900.
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30)
const EPOCH_1904_MS = Date.UTC(1904, 0, 1)
const LAST_WRONG_DAY = 60
const ERRORS = new Set(
  'N/A REF! VALUE! NAME? DIV/0! NULL! NUM! GETTING_DATA SPILL! CALC! FIELD! BLOCKED! CONNECT! UNKNOWN! BUSY! PYTHON! EXTERNAL! ERROR!'
    .split(' ')
    .map((name) => `#${name}`),
)
const ODS_ERROR = /^ERR:\d{3}$/

/** Whether a cell shows that its formula failed: it names nobody and nothing. */
export const isErrorValue = (text: string): boolean =>
  (text.includes('#') || text.includes(':')) && isErrorName(text.trim().toUpperCase())

const isErrorName = (text: string): boolean => ERRORS.has(text) || ODS_ERROR.test(text)

/**
 * A number in plain decimals: 412.0 → 412, 2.2E7 → 22000000, 1.1000000000000001 → 1.1. Digits of whole numbers are all
 * kept, however many. Text that is no number comes back as it is.
 */
export function plainNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] = NUMBER.exec(text.trim()) ?? []
  const written = whole + fraction
  const shift = Number(power)
  if (written === '' || written.length > MAX_POWER || Math.abs(shift) > MAX_POWER) return text
  const zeros = /^0*/.exec(written)?.[0].length ?? 0
  const rounded = shownDigits(written.slice(zeros), whole.length - zeros + shift)
  if (/^0*$/.test(rounded.digits)) return '0'
  const { digits, point } = rounded
  const before = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0')
  const after = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point)
  const decimals = after.replace(/0+$/, '')
  return (sign === '-' ? '-' : '') + before + (decimals === '' ? '' : `.${decimals}`)
}

/** Digits and where the point stands among them, a fraction rounded to what Excel shows. */
function shownDigits(digits: string, point: number): { readonly digits: string; readonly point: number } {
  const keep = Math.max(SHOWN_DIGITS, point)
  if (digits.length <= keep) return { digits, point }
  const up = (digits[keep] ?? '0') >= '5' ? 1n : 0n
  const rounded = String(BigInt(digits.slice(0, keep)) + up)
  return { digits: rounded, point: point + rounded.length - keep }
}

export interface DateFormat {
  readonly showsTime: boolean
  readonly showsMillis: boolean
  /** hours beyond a day, as of a length of time */
  readonly isElapsed: boolean
}

/**
 * A stored day number as `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS` or, below one day, `HH:MM:SS`. Midnight is left out unless
 * the cell shows a time. A number that is no day Excel knows comes back as it is, to be rejected as a date.
 */
export function serialDate(text: string, format: DateFormat, is1904: boolean): string {
  const serial = Number(text)
  const unit = format.showsMillis ? 1 : 1000
  const ms = Math.round((serial * DAY_MS) / unit) * unit
  if (text.trim() === '' || !Number.isFinite(serial) || serial < 0) return plainNumber(text)
  if (format.isElapsed || serial < 1) return clockText(ms)
  if (!is1904 && Math.floor(serial) === LAST_WRONG_DAY) return '1900-02-29'
  const lost = !is1904 && serial < LAST_WRONG_DAY ? DAY_MS : 0
  const instant = new Date((is1904 ? EPOCH_1904_MS : EXCEL_EPOCH_MS) + lost + ms)
  if (Number.isNaN(instant.getTime()) || instant.getUTCFullYear() > 9999) return plainNumber(text)
  return dayAndClock(instant, format.showsTime)
}

const dayAndClock = (instant: Date, showsTime: boolean): string => {
  const day = instant.toISOString().slice(0, 10)
  const ms = instant.getTime() - Math.floor(instant.getTime() / DAY_MS) * DAY_MS
  return ms === 0 && !showsTime ? day : `${day} ${clockText(ms)}`
}

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const clock = [hours, minutes, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':')
  return ms % 1000 === 0 ? clock : `${clock}.${String(ms % 1000).padStart(3, '0')}`
}

const ISO_INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?)?$/

/** An ISO date or date-time as a cell stores it, written as `serialDate` does. Anything else with a space for its T. */
export function isoDate(text: string, showsTime: boolean): string {
  const found = ISO_INSTANT.exec(text.trim())
  if (!found)
    return text
      .trim()
      .replace(/^T(?=\d)/, '')
      .replace(/(?<=\d)T(?=\d)/, ' ')
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  const fraction = Math.round(Number(`0.${found[7] ?? '0'}`) * 1000)
  const instant = new Date(
    Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0, fraction),
  )
  // A day that does not exist would roll over into another: it is left for the date column to reject.
  const isReal = instant.getUTCDate() === day || (hour ?? 0) >= 23
  return isReal && (year ?? 0) >= 100 && (hour ?? 0) < 24
    ? dayAndClock(instant, showsTime)
    : text.trim().replace('T', ' ')
}

const DURATION = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:[.,]\d{1,12})?)S)?)?$/

/** PT8H30M → 08:30:00, P1DT2H → 26:00:00; undefined when it is no length of time. */
export function durationText(text: string): string | undefined {
  const found = DURATION.exec(text.trim())
  if (!found || text.trim() === 'P' || text.trim().endsWith('T')) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part?.replace(',', '.') ?? 0))
  return clockText(Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000))
}

/** Excel writes signs that XML cannot hold as _x000D_, and a literal _x as _x005F_x. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text
