import { assert } from '../base/assert.ts'
import { OPEN_END } from './kinds.ts'

const SHA256_BLOCK_BYTES = 64

/**
 * SQL that reads one text value as Taiwan's offices write it. Each takes SQL text of a String expression (never a
 * value) and returns SQL text. The rules are those of base/roc-date.ts and are tested against it.
 */
const TAIPEI_OFFSET_MS = 8 * 3600 * 1000
const DATE = String.raw`^(?:民國)?\\s*(\\d{1,4})\\s*[-/.年]\\s*(\\d{1,2})\\s*[-/.月]\\s*(\\d{1,2})\\s*日?[T\\s]*(.*)$`
const COMPACT = String.raw`^(\\d{2,4})(\\d{2})(\\d{2})(?:[T\\s]+(.*))?$`
const COMPACT_INSTANT = String.raw`^(\\d{4})(\\d{2})(\\d{2})(\\d{6})$`
const TIME = String.raw`^(上午|下午|AM|PM)?\\s*(\\d{1,2})(?:[:時]\\s*(\\d{1,2}))?(?:[:分]\\s*(\\d{1,2}))?秒?(?:[.](\\d{1,9}))?\\s*(Z|[+-]\\d{2}:?\\d{2})?$`
const TIME_DIGITS = String.raw`^\\d{4}(?:\\d{2})?$`

/** Full-width digits and signs as half-width, outer white space removed. */
export const plainSql = (raw: string): string => `trimBoth(normalizeUTF8NFKC(${raw}))`

/** For columns that repeat few values: what is made of it is computed once for each value of a block, not for each row. */
export const repeatedSql = (raw: string): string => `toLowCardinality(${raw})`

export interface TimeSql {
  /** alias definitions that the two expressions below use; each list only uses the lists before it */
  readonly stages: readonly (readonly string[])[]
  /** true when the text is a time that exists */
  readonly isValid: string
  /** DateTime64(3, 'UTC'); meaningless when not valid */
  readonly instant: string
}

/**
 * Reads `plain` (already plainSql) as an instant in Taipei, or in the offset it names. A bare day is its first moment,
 * or, for the end of an interval, its last: the first moment of the next day.
 */
export function timeSql(name: string, plain: string, isEnd: boolean): TimeSql {
  const [d, t, rest, year, days, clock] = ['d', 't', 'rest', 'year', 'days', 'clock'].map((part) => `${part}_${name}`)
  const number = (text: string) => `toUInt32OrZero(${text})`
  const hour = `if(${t}[1] IN ('上午', '下午', 'AM', 'PM'), ${number(`${t}[2]`)} % 12 + if(${t}[1] IN ('下午', 'PM'), 12, 0), ${number(`${t}[2]`)})`
  const seconds = `(${hour} * 60 + ${number(`${t}[3]`)}) * 60 + ${number(`${t}[4]`)}`
  const stages = [
    [
      `multiIf(match(${plain}, '${COMPACT_INSTANT}'), extractGroups(${plain}, '${COMPACT_INSTANT}'), match(${plain}, '^[0-9]{6,8}($|[T ])'), extractGroups(${plain}, '${COMPACT}'), extractGroups(${plain}, '${DATE}')) AS ${d}`,
    ],
    [
      `if(match(${d}[4], '${TIME_DIGITS}'), concat(substring(${d}[4], 1, 2), ':', substring(${d}[4], 3, 2), if(length(${d}[4]) = 6, concat(':', substring(${d}[4], 5, 2)), '')), ${d}[4]) AS ${rest}`,
      `if(length(${d}[1]) <= 3, if(${number(`${d}[1]`)} = 0, 0, ${number(`${d}[1]`)} + 1911), ${number(`${d}[1]`)}) AS ${year}`,
    ],
    [
      `extractGroups(${rest}, '${TIME}') AS ${t}`,
      `makeDate32(if(${year} BETWEEN 1900 AND 2299, ${year}, 1970), ${number(`${d}[2]`)}, ${number(`${d}[3]`)}) AS ${days}`,
    ],
    [`${seconds} AS ${clock}`],
  ]
  const isDayReal = `${year} BETWEEN 1900 AND 2299 AND toMonth(${days}) = ${number(`${d}[2]`)} AND toDayOfMonth(${days}) = ${number(`${d}[3]`)}`
  const isClockReal = `notEmpty(${t}) AND ${number(`${t}[3]`)} < 60 AND ${number(`${t}[4]`)} < 60 AND ${clock} <= 86400`
  const millis = `toUInt32OrZero(substring(rightPad(${t}[5], 3, '0'), 1, 3))`
  const sign = `if(startsWith(${t}[6], '-'), -1, 1)`
  const offset = `multiIf(${t}[6] = '', ${TAIPEI_OFFSET_MS}, ${t}[6] = 'Z', 0, ${sign} * (${number(`substring(${t}[6], 2, 2)`)} * 60 + ${number(`substring(${t}[6], -2)`)}) * 60000)`
  const bare = isEnd ? `if(${rest} = '', 86400000, 0)` : '0'
  return {
    stages,
    isValid: `(notEmpty(${d}) AND ${isDayReal} AND (${rest} = '' OR (${isClockReal})))`,
    instant: `addMilliseconds(toDateTime64(${days}, 3, 'UTC'), toInt64(${clock}) * 1000 + ${millis} - ${offset} + ${bare})`,
  }
}

/** `agency:NUMBER`, or '' when empty. */
export const officerSql = (plain: string): string =>
  `if(${plain} = '', '', concat({agency:String}, ':', upper(${plain})))`

/**
 * `agency:KEY` of a case or document number, the same for every way of writing it: upper case, without punctuation,
 * 民國, 年度, 字, 第, 號, and without zeros that pad the serial (115年度偵字第00423號 → 115偵423). '' when nothing remains.
 */
export function caseKeySql(plain: string): string {
  const letters = String.raw`replaceRegexpAll(upperUTF8(${plain}), '^民國|年度|字第|[字第號\\s\\p{P}\\p{S}]', '')`
  const key = String.raw`replaceRegexpOne(${letters}, '([^0-9])0+([0-9])', '\\1\\2')`
  return `if(${key} = '', '', concat({agency:String}, ':', ${key}))`
}

/** The identifier without spaces and hyphens, upper case: what the pseudonym is made from. */
export const subjectValueSql = (plain: string): string =>
  String.raw`upperUTF8(replaceRegexpAll(${plain}, '[\\s-]', ''))`

/** The kind of an identifier by its form, where the file does not say. */
export const subjectKindSql = (value: string): string =>
  String.raw`multiIf(${value} = '', 'none', match(${value}, '^[A-Z][A-Z0-9][0-9]{8}$'), 'person', match(${value}, '^[0-9]{8}$'), 'company', match(${value}, '^\\p{Han}{2,6}$'), 'name', 'parcel')`

/**
 * First 16 bytes of HMAC-SHA-256 of `kind:value`; 16 zero bytes where there is no value. Written out as its two hashes
 * (RFC 2104 §2) over the padded keys of `hmacKeys`: the engine's own HMAC sets the key up for every row, five times slower.
 */
export function pseudonymSql(kind: string, value: string): string {
  const inner = `SHA256(concat(unhex({key_inner:String}), ${kind}, ':', ${value}))`
  const outer = `SHA256(concat(unhex({key_outer:String}), ${inner}))`
  return `if(${value} = '', toFixedString('', 16), toFixedString(substring(${outer}, 1, 16), 16))`
}

/** The key as the two parameters of `pseudonymSql`. Asserts that it fits one block of SHA-256. */
export function hmacKeys(key: Buffer): { readonly key_inner: string; readonly key_outer: string } {
  assert(key.length <= SHA256_BLOCK_BYTES, 'a key longer than a block would be hashed first')
  const padded = Buffer.concat([key, Buffer.alloc(SHA256_BLOCK_BYTES - key.length)])
  const masked = (mask: number) => Buffer.from(padded.map((byte) => byte ^ mask)).toString('hex')
  return { key_inner: masked(0x36), key_outer: masked(0x5c) }
}

// What is written where nothing is known. Read as an address, it would make neighbours of all who have none.
const NO_ADDRESS = String.raw`^([^\p{L}\p{N}]*|無|不詳|未詳|不明|未知|未填|無資料|N/?A|NULL|NONE)$`

/** An address without the ways of writing it: 臺/台, full width, spaces; '' where it says nothing. */
export const addressValueSql = (plain: string): string =>
  String.raw`replaceRegexpOne(upperUTF8(replaceRegexpAll(replaceAll(${plain}, '臺', '台'), '\\s', '')), '${NO_ADDRESS}', '')`

export const openEndSql = `toDateTime64('${OPEN_END}', 3, 'UTC')`
