import { NOTHING } from '../base/subject-value.ts'
import { LETTER_ORDER } from '../base/taiwan-id.ts'
import { sqlText } from '../base/written-text.ts'

/** What is odd about a subject's identifier, as a code of three bits; 0: nothing. */
export const ODD = { checkDigit: 1, masked: 2, form: 3, companyCheck: 4 } as const

// Letters, digits and the unified ideographs are what they are after any tidying; 某 covers a name.
const HAN = String.raw`\x{3400}-\x{4DBF}\x{4E00}-\x{67CF}\x{67D1}-\x{9FFF}\x{20000}-\x{2A6DF}`
const TIDY = `^(?:[A-Z][A-Z0-9][0-9]{8}|[0-9]{8}|[${HAN}]{2,60}(?:[0-9][${HAN}0-9]{0,60})?)?$`
const NAME = String.raw`^\p{Han}{2,6}$`

const HAN_NOTHING = NOTHING.filter((each) => /^\p{Script=Han}{2,}$/u.test(each))

/** Whether a text of the file is its own `subjectValue` already: most are. */
export const isTidySubjectSql = (text: string): string =>
  `(match(${text}, '${sqlText(TIDY)}') AND ${text} NOT IN (${HAN_NOTHING.map((each) => `'${each}'`).join(', ')}))`

/** The kind of such a text, as `subjectKindSql` has it. */
export const tidyKindSql = (text: string): string =>
  `multiIf(${text} = '', 'none', ${text} >= 'A' AND ${text} < '[', 'person', match(${text}, '^[0-9]{8}$'), 'company', match(${text}, '${sqlText(NAME)}'), 'name', 'parcel')`

const letter = (value: string, place: number) => `position('${LETTER_ORDER}', substring(${value}, ${place}, 1))`
const digit = (number: string, power: number) =>
  power === 0 ? `${number} % 10` : `intDiv(${number}, ${10 ** power}) % 10`

/** The last eight digits of a person's or company's value as a number: what the checks below count with. */
export const checkedNumberSql = (value: string): string => `toUInt32OrZero(right(${value}, 8))`

/** Whether the check digit of a value of a person's form holds: `isNationalId` of base/taiwan-id.ts. */
export function personCheckSql(value: string, number: string): string {
  const [first, second] = [`(${letter(value, 1)} + 9)`, letter(value, 2)]
  const sex = `if(${second} > 0, (${second} + 9) % 10, toUInt8OrZero(substring(${value}, 2, 1)))`
  const rest = [7, 6, 5, 4, 3, 2, 1].map((power) => `${digit(number, power)} * ${power}`)
  const sum = [`intDiv(${first}, 10)`, `${first} % 10 * 9`, `${sex} * 8`, ...rest, digit(number, 0)].join(' + ')
  return `(${isIssuedSql(value)} AND (${sum}) % 10 = 0)`
}

const isIssuedSql = (value: string) => `substring(${value}, 2, 1) IN ('1', '2', '8', '9', 'A', 'B', 'C', 'D')`

/**
 * Whether the check digit of a company number holds: `isUnifiedNumber` of base/taiwan-id.ts. Counted modulo 5, where the
 * digits of twice d add up to 2 d, and 1 more from 5 on.
 */
export function companyCheckSql(number: string): string {
  const once = [7, 5, 3, 0].map((power) => digit(number, power))
  const twice = [6, 4, 2].map((power) => `${digit(number, power)} * 2 + (${digit(number, power)} > 4)`)
  const four = digit(number, 1)
  const sum = [...once, ...twice, `intDiv(${four} * 4, 10) + ${four} * 4 % 10`].join(' + ')
  return `((${sum}) % 5 IN (0, if(${four} = 7, 4, 0)))`
}

// A parcel, a plate, a passport or another number of a register.
const KNOWN_FORM = String.raw`\p{Han}.*[0-9]|^[A-Z]{0,2}[0-9]{7,9}$|^[A-Z]{2,3}[0-9]{3,4}$|^[0-9]{2,4}[A-Z]{2,3}$|^[0-9]{4}-?[0-9]{4}$`

/** The code of ODD of a value, `kind` being SQL text of what it is taken for, `form` of what it looks like. */
export const oddSql = (value: string, kind: string, form: string, number: string): string =>
  `toUInt64(multiIf(${value} = '', 0, ${form} = 'masked', ${ODD.masked}, ${kind} = 'person', multiIf(${form} != 'person', ${ODD.form}, ${personCheckSql(value, number)}, 0, ${isIssuedSql(value)}, ${ODD.checkDigit}, ${ODD.form}), ${kind} = 'company', multiIf(${form} != 'company', ${ODD.form}, ${companyCheckSql(number)}, 0, ${ODD.companyCheck}), ${kind} = 'parcel' AND NOT match(${value}, '${sqlText(KNOWN_FORM)}'), ${ODD.form}, 0))`
