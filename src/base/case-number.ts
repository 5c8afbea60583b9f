import { BLANK, capitals, INVISIBLE, type Rewrite, rewrite, rewriteSql, SIGN } from './written-text.ts'

// Between groups of digits a sign stays, whatever it was: 115-1-123 and 115-11-23 are two cases. Twice, because a group
// of one digit stands between two signs and a match takes it.
const KEPT: readonly Rewrite[] = [
  { pattern: '([0-9])-([0-9])', to: '$1~$2' },
  { pattern: '([0-9])-([0-9])', to: '$1~$2' },
  { pattern: '([A-Z])-([A-Z])', to: '$1~$2' },
  { pattern: '([A-Z])-([A-Z])', to: '$1~$2' },
]

/** The steps that make the key of a case number from its half-width capitals. A word is dropped only in its part. */
const STEPS: readonly Rewrite[] = [
  { pattern: INVISIBLE, to: '' },
  // A spreadsheet library's way of writing a whole number.
  { pattern: '^([0-9]+)[.]0+$', to: '$1' },
  { pattern: '臺', to: '台' },
  // Signs and white space, brackets among them, are all one sign.
  { pattern: BLANK, to: '-' },
  { pattern: SIGN, to: '-' },
  { pattern: '-+', to: '-' },
  { pattern: '^-?(?:中華)?民國-?', to: '' },
  // 年 and 年度 after the year, 號 after a number, 第 before one: each still parts two numbers.
  { pattern: '([0-9])-?年(?:-?度)?-?', to: '$1-' },
  { pattern: '([0-9])-?號-?', to: '$1-' },
  { pattern: '-?第-?([0-9])', to: '-$1' },
  // 字 only where it closes the word before the number.
  { pattern: '([^0-9-])-?字-?([0-9])', to: '$1$2' },
  { pattern: '([0-9])-?之-?([0-9])', to: '$1-$2' },
  { pattern: '([0-9])-?之-?([0-9])', to: '$1-$2' },
  { pattern: '-+', to: '-' },
  ...KEPT,
  { pattern: '-', to: '' },
  { pattern: '~', to: '-' },
  // Zeros that pad a number, wherever one begins.
  { pattern: '(^|[^0-9])0+([0-9])', to: '$1$2' },
]

/**
 * The key of a case or document number: the same for every way of writing one number, and another for another number.
 * 115年度偵字第00423號, 中華民國115年偵字第423號, １１５－偵－４２３ → 115偵423; 第423號之1 → 423-1. '' when nothing remains.
 */
export const caseKeyOf = (typed: string): string => rewrite(capitals(typed.normalize('NFKC')), STEPS)

/** The same in SQL, from SQL text of a String that is NFKC already. */
export const caseKeyTextSql = (plain: string): string => rewriteSql(`upper(${plain})`, STEPS)
