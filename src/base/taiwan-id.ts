import { assert } from './assert.ts'

/** The Ministry of the Interior's codes of letters: A=10 … in this order, not alphabetical after H. */
export const LETTER_ORDER = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'
const UNIFIED_NUMBER_WEIGHTS = [1, 2, 1, 2, 1, 2, 4, 1] as const

/**
 * Whether the text is a well-formed national ID or resident number, of the new form (letter, 1/2/8/9, eight digits) or of
 * the one issued until 2020 and still in records (two letters, the second A to D, eight digits), with a check digit that
 * holds. Expects half-width upper case.
 */
export function isNationalId(text: string): boolean {
  if (!/^[A-Z][1289A-D]\d{8}$/.test(text)) return false
  return nationalIdCheckSum(text) % 10 === 0
}

/** Completes `A1` (or `AB`) + seven digits with its check digit. For sample data. */
export function completeNationalId(nineCharacters: string): string {
  assert(/^[A-Z][1289A-D]\d{7}$/.test(nineCharacters), 'a national ID starts with a letter and eight digits')
  const withoutCheck = nationalIdCheckSum(`${nineCharacters}0`)
  return `${nineCharacters}${(10 - (withoutCheck % 10)) % 10}`
}

function nationalIdCheckSum(text: string): number {
  const code = LETTER_ORDER.indexOf(text.charAt(0)) + 10
  // Of a second letter only the last digit of its code counts: A 0, B 1, C 2, D 3.
  const second = LETTER_ORDER.indexOf(text.charAt(1))
  let sum = Math.floor(code / 10) + (code % 10) * 9 + (second === -1 ? Number(text[1]) : second % 10) * 8
  for (let i = 2; i <= 8; i++) sum += Number(text[i]) * (9 - i)
  return sum + Number(text[9])
}

/**
 * Whether the text is a well-formed company number (統一編號): eight digits whose weighted digit sums are divisible
 * by 5 (the rule since 2023-04, which all older numbers also meet); a 7 in the seventh place may count as 0 or 1.
 */
export function isUnifiedNumber(text: string): boolean {
  if (!/^\d{8}$/.test(text)) return false
  const sum = unifiedNumberSum(text)
  return sum % 5 === 0 || (text[6] === '7' && (sum + 1) % 5 === 0)
}

/** Completes seven digits with the smallest last digit that makes a valid company number. For sample data. */
export function completeUnifiedNumber(sevenDigits: string): string {
  const last = [...'0123456789'].find((digit) => isUnifiedNumber(sevenDigits + digit))
  assert(last !== undefined, 'seven digits can always be completed')
  return sevenDigits + last
}

function unifiedNumberSum(text: string): number {
  return UNIFIED_NUMBER_WEIGHTS.reduce((sum, weight, i) => {
    const product = Number(text[i]) * weight
    return sum + Math.floor(product / 10) + (product % 10)
  }, 0)
}
