import { assert } from '../base/assert.ts'
import { caseKeyTextSql } from '../base/case-number.ts'
import { NOTHING } from '../base/subject-value.ts'
import { BLANK, INVISIBLE, rewriteSql, sqlText } from '../base/written-text.ts'
import { OPEN_END } from './kinds.ts'

const SHA256_BLOCK_BYTES = 64

/**
 * SQL that reads one text value as Taiwan's offices write it. Each takes SQL text of a String expression (never a
 * value) and returns SQL text. Where the program reads the same values, the rule is one, in src/base, or tested against it.
 */

/** Full-width digits and signs as half-width, outer white space removed. */
export const plainSql = (raw: string): string => `trimBoth(normalizeUTF8NFKC(${raw}))`

/** As `plainSql`, and nothing in it that cannot be seen. */
export const cleanSql = (raw: string): string =>
  `trimBoth(${rewriteSql(`normalizeUTF8NFKC(${raw})`, [
    { pattern: INVISIBLE, to: '' },
    { pattern: BLANK, to: ' ' },
  ])})`

/** '' for what names nobody and nothing: #N/A, NULL, 無. */
export const namedSql = (plain: string): string =>
  `if(upper(${plain}) IN (${NOTHING.map((each) => `'${sqlText(each)}'`).join(', ')}), '', ${plain})`

/** For columns that repeat few values: what is made of it is computed once for each value of a block, not for each row. */
export const repeatedSql = (raw: string): string => `toLowCardinality(${raw})`

export interface TimeSql {
  /** alias definitions that the expressions below use; each list only uses the lists before it */
  readonly stages: readonly (readonly string[])[]
  /** true when the text is a time that exists */
  readonly isValid: string
  /** DateTime64(3, 'UTC'); meaningless when not valid */
  readonly instant: string
  /** bits of FORM in careful-time.ts; meaningless when not valid */
  readonly form: string
}

/** `agency:NUMBER`, or '' when empty. 412.0 is a spreadsheet library's way of writing 412. */
export function officerSql(plain: string): string {
  const name = rewriteSql(`upper(${plain})`, [
    { pattern: BLANK, to: '' },
    { pattern: '^([0-9]+)[.]0+$', to: '$1' },
  ])
  return `if(${plain} = '', '', concat({agency:String}, ':', ${name}))`
}

// 1.15E+09 was a number of ten digits once; which, nobody can say. Without a point or a sign it may be a number with an E in it.
const SCIENTIFIC = `^[+-]?(?:[0-9]+[.][0-9]+E[+-]?[0-9]+|[0-9]+E[+-][0-9]+)$`

/** Whether the text is a number a spreadsheet cut to its first digits. */
export const hasLostDigitsSql = (plain: string): string => `match(upper(${plain}), '${sqlText(SCIENTIFIC)}')`

const COUNT = `^(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:[.]0+)?$|^[0-9](?:[.][0-9]+)?E[+]?[0-9]{1,2}$`

/** A count as offices write it: 1,234, 412.0, 2.2E7, 12 筆. Valid when it is whole and fits. */
export function countSql(plain: string): { readonly isValid: string; readonly value: string } {
  const text = `replaceRegexpAll(upper(${plain}), '[\\\\s筆列件次]', '')`
  const number = `toFloat64OrZero(replaceAll(${text}, ',', ''))`
  return {
    isValid: `(match(${text}, '${sqlText(COUNT)}') AND ${number} = floor(${number}) AND ${number} <= 4294967295)`,
    value: `toUInt32(least(${number}, 4294967295))`,
  }
}

/** `agency:KEY` of a case or document number: `caseKeyOf` of base/case-number.ts. '' when nothing remains. */
export function caseKeySql(plain: string): string {
  const key = caseKeyTextSql(plain)
  return `if(${key} = '', '', concat({agency:String}, ':', ${key}))`
}

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

/** An address without the ways of writing it: 臺/台, full width, spaces, what cannot be seen; '' where it says nothing. */
export const addressValueSql = (plain: string): string =>
  `replaceRegexpOne(${rewriteSql(`upperUTF8(replaceAll(${plain}, '臺', '台'))`, [
    { pattern: INVISIBLE, to: '' },
    { pattern: BLANK, to: '' },
  ])}, '${NO_ADDRESS}', '')`

export const openEndSql = `toDateTime64('${OPEN_END}', 3, 'UTC')`
