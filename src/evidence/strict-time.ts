import { FORM } from './careful-time.ts'
import { repeatedSql, type TimeSql } from './sql-values.ts'

// A day and perhaps a time as programs write them, the day already by `dayInDigits`: 1150105 · 20260105 · 115/01/05 ·
// 2026/01/05, then 08:30 · 08:30:15 · 08:30:15.250, then nothing, Z or +08:00.
const STRICT = String.raw`^(?:\\d{3}|[12]\\d{3})(?:\\d{4}|/\\d{2}/\\d{2})(?:[ T]\\d{2}:\\d{2}(?::\\d{2}(?:[.]\\d{3})?)?(?:Z|[+-]\\d{2}:\\d{2})?)?$`

/** 115年1月5日, １１５.１.５, 民國115-01-05 … as 115/01/05; anything else as it is. Few values, so made once for each of a block. */
function dayInDigits(day: string): string {
  const replace = (from: string, to: string) => (text: string) => `replaceRegexpOne(${text}, '${from}', '${to}')`
  return [
    replace(String.raw`^(?:民國(\\d{3})|(\\d{3,4}))[-/.年](\\d{1,2})[-/.月](\\d{1,2})日?$`, String.raw`\\1\\2/\\3/\\4`),
    replace('^([0-9]+)/([0-9])/', String.raw`\\1/0\\2/`),
    replace('/([0-9])$', String.raw`/0\\1`),
  ].reduce((text, step) => step(text), `normalizeUTF8NFKC(${repeatedSql(day)})`)
}

const TAIPEI_OFFSET_MS = 8 * 3600 * 1000
/** From this length on a strict form may end in an offset; shorter ones may have a hyphen at the same place. */
const MIN_OFFSET_LENGTH = 19

/**
 * As `timeSql`, for the commonest forms and at a fifth of the cost: the digits are read as one number and taken apart by
 * arithmetic. `isValid` is false for everything else, also for what `timeSql` would read; what it accepts, `timeSql`
 * reads the same, and it hangs on no other row. `text` is the text as it stands in the file, outer spaces removed.
 */
export function strictTimeSql(name: string, text: string, isEnd: boolean, isJoined = false): TimeSql {
  const alias = (part: string) => `${part}_${name}`
  const [cut, day, plain] = [alias('cut'), alias('day'), alias('plainly')]
  const [form, sign, head, digits] = [alias('form'), alias('sign'), alias('head'), alias('digits')]
  const [number, year, days, clock] = [alias('number'), alias('anno'), alias('date'), alias('seconds')]
  const length = `length(${digits})`
  // Every form as YYYYMMDDhhmmssfff, the year of as many digits as were written.
  const scale = `multiIf(${length} <= 8, 1000000000, ${length} <= 12, 100000, ${length} <= 14, 1000, 1)`
  const part = (divisor: string, size: number) => `intDiv(${number}, ${divisor}) % ${size}`
  const [month, dayOfMonth] = [part('100000000000', 100), part('1000000000', 100)]
  const [hour, minute, second] = [part('10000000', 100), part('100000', 100), part('1000', 100)]
  const written = `intDiv(${number}, 10000000000000)`
  const isReal = `${year} BETWEEN 1900 AND 2299 AND toMonth(${days}) = ${month} AND toDayOfMonth(${days}) = ${dayOfMonth}`
  const isOffsetReal = `(${sign} NOT IN ('+', '-') OR (toUInt32OrZero(substring(${plain}, -5, 2)) <= 13 AND toUInt32OrZero(substring(${plain}, -2)) < 60))`
  const isClockReal = `${minute} < 60 AND ${second} < 60 AND ${clock} <= 86400 AND ${isOffsetReal}`
  const shift = `(toInt64OrZero(substring(${plain}, -5, 2)) * 60 + toInt64OrZero(substring(${plain}, -2))) * 60000`
  const offset = `multiIf(${sign} = '+', ${shift}, ${sign} = '-', -(${shift}), ${sign} = 'Z', 0, ${TAIPEI_OFFSET_MS})`
  const bare = isEnd ? ` + if(${length} <= 8, 86400000, 0)` : ''
  return {
    stages: [
      [`position(translate(${text}, 'T', ' '), ' ') AS ${cut}`],
      [`${dayInDigits(`substring(${text}, 1, if(${cut} = 0, length(${text}), ${cut} - 1))`)} AS ${day}`],
      [`concat(${day}, substring(${text}, if(${cut} = 0, length(${text}) + 1, ${cut}))) AS ${plain}`],
      [
        `match(${plain}, '${STRICT}') AS ${form}`,
        `multiIf(endsWith(${plain}, 'Z'), 'Z', length(${plain}) < ${MIN_OFFSET_LENGTH}, '', substring(${plain}, -6, 1)) AS ${sign}`,
      ],
      [`substring(${plain}, 1, length(${plain}) - multiIf(${sign} = 'Z', 1, ${sign} IN ('+', '-'), 6, 0)) AS ${head}`],
      [`translate(${head}, '/: T.', '') AS ${digits}`],
      [`toUInt64OrZero(${digits}) * ${scale} AS ${number}`],
      [`if(${written} BETWEEN 1 AND 999, ${written} + 1911, ${written}) AS ${year}`],
      [
        `makeDate32(if(${year} BETWEEN 1900 AND 2299, ${year}, 1970), ${month}, ${dayOfMonth}) AS ${days}`,
        `(${hour} * 60 + ${minute}) * 60 + ${second} AS ${clock}`,
      ],
    ],
    isValid: `(${form} AND ${isReal} AND ${isClockReal}${isJoined ? ` AND ${length} > 8` : ''})`,
    instant: `fromUnixTimestamp64Milli(toInt64(toInt32(${days})) * 86400000 + toInt64(${clock}) * 1000 + toInt64(${number} % 1000) - (${offset})${bare}, 'UTC')`,
    form: `toUInt64(multiIf(${length} <= 8, ${FORM.day}, ${clock} = 0 AND ${sign} NOT IN ('+', '-', 'Z'), ${FORM.midnight}, ${FORM.time}) + if(${written} < 1000, ${FORM.roc}, 0))`,
  }
}
