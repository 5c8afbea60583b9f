import { assert } from '../base/assert.ts'

/** Months are counted from January 2020; the number stands in the public leaf as two bytes. */
const FIRST_YEAR = 2020
const MONTHS_PER_YEAR = 12

// A reprimand may follow an act for five years (公務人員考績法 §12, 114-11-19): no record of an act may go before that.
export const MIN_RETENTION_MONTHS = 60
// Longer by a change that two persons made (src/changes); the floor until the program has read it.
let keptMonths = MIN_RETENTION_MONTHS

/** For how many months a record made now is kept. */
export const retentionMonths = (): number => keptMonths

/** Keeps records made from now on for so many months. Asserts the law's floor. */
export function setRetentionMonths(months: number): void {
  assert(Number.isInteger(months) && months >= MIN_RETENTION_MONTHS, 'no record of an act goes before five years')
  keptMonths = months
}

/** Month of a moment, UTC. */
export function monthOf(at: Date): number {
  return (at.getUTCFullYear() - FIRST_YEAR) * MONTHS_PER_YEAR + at.getUTCMonth()
}

/** First month in which a record made at this moment may go: the month after its last month of retention. */
export const expiryMonthOf = (at: Date, months = keptMonths): number => monthOf(at) + months + 1

/** `2031-12`: how a month is written for people and in table names. */
export function monthName(month: number): string {
  const year = FIRST_YEAR + Math.floor(month / MONTHS_PER_YEAR)
  return `${year}-${String((month % MONTHS_PER_YEAR) + 1).padStart(2, '0')}`
}

/** The number of a month written as `2031-12`. The caller has checked its form. */
export function parseMonth(text: string): number {
  const [year, month] = text.split('-').map(Number)
  return ((year ?? FIRST_YEAR) - FIRST_YEAR) * MONTHS_PER_YEAR + (month ?? 1) - 1
}
