import type { MappingColumn, TimeReadingView } from '../wire/import.ts'
import { DOUBT, FORM, type TimeReading, UNKNOWN } from './careful-time.ts'

/** What the rows in doubt tell of one column: the widest and greatest that occurs. */
export interface Doubts {
  /** digits of times without signs */
  readonly digits: number
  /** whether one of them is no hour and minute */
  readonly isLate: boolean
  readonly first: number
  readonly second: number
  readonly hasTime: boolean
}

/** Columns of the table of doubts, and the question that makes `Doubts` of it. */
export const DOUBTS_COLUMNS =
  '(name String, doubt UInt8, digits UInt8, is_late UInt8, first UInt8, second UInt8, form UInt8) ENGINE = MergeTree ORDER BY name'
export const doubtsOfSql = (table: string): string =>
  `SELECT name, max(digits) AS digits, toBool(max(is_late)) AS isLate, maxIf(first, bitAnd(doubt, ${DOUBT.order}) != 0) AS first,
     maxIf(second, bitAnd(doubt, ${DOUBT.order}) != 0) AS second,
     toBool(countIf(bitAnd(form, ${FORM.precision}) != ${FORM.day}) > 0) AS hasTime FROM ${table} GROUP BY name`

const MIN_SIX_DIGITS = 5
const MAX_MINUTE_DIGITS = 2
const MONTHS = 12

/**
 * How a column of times is read, from the forms of the rows that leave nothing open and the doubts of those that do. What
 * the column cannot tell and the mapping does not say stays unknown, and such rows are not read.
 */
export function readingOf(
  mapping: Pick<MappingColumn, 'era' | 'order'>,
  forms: ReadonlyMap<number, number>,
  doubts: Doubts | undefined,
): TimeReading {
  const found = [...forms.keys()]
  const some = (holds: (form: number) => boolean) => found.some(holds)
  const [hasRoc, hasCommon] = [some((form) => (form & FORM.roc) !== 0), some((form) => (form & FORM.roc) === 0)]
  const hasTime = doubts?.hasTime === true || some((form) => (form & FORM.precision) !== FORM.day)
  const isDayAlone = !hasTime
  if (!doubts) return { ...UNKNOWN, isDayAlone }
  const hasSix = doubts.digits >= MIN_SIX_DIGITS || some((form) => (form & FORM.sixDigits) !== 0)
  return {
    years: mapping.era ?? (hasRoc && !hasCommon ? 'roc' : ''),
    clock: hasSix ? 'hhmmss' : doubts.digits > MAX_MINUTE_DIGITS && !doubts.isLate ? 'hhmm' : '',
    order: isContradicted(mapping.order, doubts) ? '' : (mapping.order ?? ''),
    isDayAlone,
  }
}

const isContradicted = (order: MappingColumn['order'], { first, second }: Doubts): boolean =>
  (order === 'dmy' && second > MONTHS) || (order === 'mdy' && first > MONTHS)

const WORDS: Readonly<Record<number, string>> = {
  [FORM.day]: 'day',
  [FORM.midnight]: 'day+00:00',
  [FORM.time]: 'day+time',
}

/** The reading as people and the record see it: `roc day+time`, `ce day` and how many rows have each. */
export const presentReading = (
  column: string,
  forms: ReadonlyMap<number, number>,
  reading: TimeReading,
): TimeReadingView => ({
  column,
  forms: [...forms].map(([form, rows]) => ({
    form: `${(form & FORM.roc) === 0 ? 'ce' : 'roc'} ${WORDS[form & FORM.precision] ?? ''}${(form & FORM.sixDigits) === 0 ? '' : ' hhmmss'}`,
    rows,
  })),
  years: reading.years,
  clock: reading.clock,
  order: reading.order,
})
