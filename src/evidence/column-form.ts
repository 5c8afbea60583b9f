/** What the values of a source column look like, all of them; decides what of them a preview may show. */
export type ColumnForm = 'empty' | 'roc-date' | 'western-date' | 'clock' | 'number' | 'identifier' | 'code' | 'text'

export const FORM_WORDS: Readonly<Record<ColumnForm, readonly [zh: string, en: string]>> = {
  empty: ['空白', 'empty'],
  'roc-date': ['日期（民國）', 'date (ROC)'],
  'western-date': ['日期（西元）', 'date (common era)'],
  clock: ['時間', 'time of day'],
  number: ['短數字', 'short number'],
  identifier: ['識別碼', 'identifier'],
  code: ['代號', 'code'],
  text: ['文字', 'text'],
}

const CLOCK_PART = String.raw`(?:\s*(?:AM|PM|上午|下午)?\s*\d{1,2}[:時]\d{1,2}(?:[:分]\d{1,2}秒?(?:[.,]\d{1,6})?)?分?\s*(?:AM|PM)?)`
const OFFSET = String.raw`(?:Z|[+-]\d{2}(?::?\d{2})?)?`
const day = (year: string) =>
  String.raw`(?:${year}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?|${year}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))`
const dated = (year: string) => new RegExp(`^${day(year)}(?:[T\\s]*(?:${CLOCK_PART}|\\d{4}|\\d{6}))?\\s*${OFFSET}$`)
const ROC_DATE = dated(String.raw`(?:中華)?(?:民國)?\s*(?:[5-9]\d|1\d{2})`)
const WESTERN_DATE = dated(String.raw`(?:19|20)\d{2}`)
const CLOCK = new RegExp(`^${CLOCK_PART}$`)
const NUMBER = /^-?\d{1,4}$/
const CODE = /^[A-Z0-9][A-Z0-9._:/-]{0,23}$/i
const IDENTIFIER = /^(?:[A-Z][A-Z0-9]\d{8}|[A-Z]{2}\d{8}|\d{8})$/

// National, resident and passport numbers; telephones and other long numbers; addresses; mail.
const PERSONAL = [
  /[A-Z]{1,2}\d{7,9}/i,
  /[A-Z][A-Z0-9*]{0,2}[\d*]{6,9}/i,
  /\d{9,}/,
  /0\d{1,3}[-\s)]?\d{3,4}[-\s]?\d{3,4}/,
  /[路街巷弄號樓]\s*\d|\d\s*[巷弄號樓鄰]|[縣市].{0,6}[鄉鎮市區]/,
  /@/,
]

/** Whether one text may say who somebody is, wherever it stands. Names cannot be told by their form: see `maskCell`. */
export const looksPersonal = (text: string): boolean => PERSONAL.some((form) => form.test(text.normalize('NFKC')))

const plain = (text: string): string => text.normalize('NFKC').trim().toUpperCase()

/** The form that all values of a column share; blanks say nothing. */
export function formOf(values: readonly string[]): ColumnForm {
  const filled = values.map(plain).filter((value) => value !== '')
  if (filled.length === 0) return 'empty'
  const areAll = (form: RegExp) => filled.every((value) => form.test(value))
  if (areAll(ROC_DATE)) return 'roc-date'
  if (areAll(WESTERN_DATE)) return 'western-date'
  if (areAll(CLOCK)) return 'clock'
  if (areAll(NUMBER)) return 'number'
  if (filled.filter((value) => IDENTIFIER.test(value)).length * 2 >= filled.length) return 'identifier'
  return areAll(CODE) ? 'code' : 'text'
}
