import {
  BLANK,
  capitals,
  DASH,
  INVISIBLE,
  isFound,
  type Rewrite,
  rewrite,
  rewriteSql,
  sqlText,
} from './written-text.ts'

/** What stands in a cell that names nobody: error values of spreadsheets, a database's null, words for nothing. Capitals. */
export const NOTHING = [
  ...['#N/A', '#REF!', '#VALUE!', '#NAME?', '#DIV/0!', '#NULL!', '#NUM!', '#SPILL!', '#CALC!', '#ERROR!', 'ERR:502'],
  ...[
    'NULL',
    '(NULL)',
    '<NULL>',
    '[NULL]',
    '\\N',
    'NIL',
    'NONE',
    'NAN',
    'N/A',
    'UNDEFINED',
    '-',
    '--',
    '---',
    '—',
    '－',
  ],
  ...['無', '(無)', '空白', '不詳', '未知', '查無', '無資料', '查無資料'],
]

const PERSON = '^[A-Z][A-Z0-9][0-9]{8}$'
const COMPANY = '^[0-9]{8}$'
const NAME = String.raw`^\p{Han}{2,6}$`
// Signs offices cover characters with, and letters used for it: A12****789, 王○明, A12XXXX789, 王O明, 王某.
const MASKED = String.raw`[*○◯〇●◎⚪⚫□■◆◇★☆×✕✖╳✱＊某]|[#?_.]{2,}|X{3,}|^\p{Han}[OX0]{1,3}\p{Han}{0,2}$|^[A-Z][A-Z0-9]{0,4}X{2,}[0-9]*$`

const TIDY: readonly Rewrite[] = [
  { pattern: INVISIBLE, to: '' },
  { pattern: BLANK, to: '' },
  { pattern: DASH, to: '-' },
  // A spreadsheet library's way of writing the number 22099131.
  { pattern: `^([0-9]+)[.]0+$`, to: '$1' },
]
const PLAIN: readonly Rewrite[] = [{ pattern: '-', to: '' }]
// 123-45 and 12-345 are two parcels; four digits and four are one whether the sign is written or not.
const APART: readonly Rewrite[] = [
  { pattern: '(^|[^0-9])([0-9]{4})-([0-9]{4})($|[^0-9])', to: '$1$2$3$4' },
  { pattern: '([0-9])-([0-9])', to: '$1~$2' },
  { pattern: '([0-9])-([0-9])', to: '$1~$2' },
  { pattern: '-', to: '' },
  { pattern: '~', to: '-' },
]

/** What a subject's pseudonym is made from: capitals, nothing invisible, no spaces, no hyphens but those between two numbers. */
export function subjectValue(typed: string): string {
  const tidy = rewrite(capitals(typed.normalize('NFKC')), TIDY)
  const plain = rewrite(tidy, PLAIN)
  return isFound(plain, PERSON) ? plain : rewrite(tidy, APART)
}

/** The first half of the same in SQL, of SQL text that is NFKC already. */
export const subjectTidySql = (plain: string): string => rewriteSql(`upper(${plain})`, TIDY)

/** The second half, of SQL text of the first. */
export function subjectValueSql(tidy: string): string {
  const bare = rewriteSql(tidy, PLAIN)
  return `if(match(${bare}, '${PERSON}'), ${bare}, ${rewriteSql(tidy, APART)})`
}

/** The kind of a subject by the form of its `subjectValue`. `masked` names nobody: two with one mask are not one. */
export function subjectKindOf(value: string): 'none' | 'masked' | 'person' | 'company' | 'name' | 'parcel' {
  if (value === '') return 'none'
  if (isFound(value, PERSON)) return 'person'
  if (isFound(value, COMPANY)) return 'company'
  if (isFound(value, MASKED)) return 'masked'
  return isFound(value, NAME) ? 'name' : 'parcel'
}

/** The same in SQL, of SQL text of a subject's value. */
export const subjectKindSql = (value: string): string =>
  `multiIf(${value} = '', 'none', match(${value}, '${PERSON}'), 'person', match(${value}, '${COMPANY}'), 'company', match(${value}, '${sqlText(MASKED)}'), 'masked', match(${value}, '${sqlText(NAME)}'), 'name', 'parcel')`
