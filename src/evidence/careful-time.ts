import { sqlText } from '../base/written-text.ts'
import type { TimeSql } from './sql-values.ts'

/** What only the whole column can tell of its times. '' where it does not: then times that hang on it are not read. */
export interface TimeReading {
  /** what years of two digits count from */
  readonly years: '' | 'roc' | 'ce'
  /** times of up to four digits without signs: 1305 as 13:05, or as 00:13:05 whose zeros a spreadsheet took */
  readonly clock: '' | 'hhmm' | 'hhmmss'
  /** which comes first where the year is last */
  readonly order: '' | 'dmy' | 'mdy'
  /** whether a day without a time may stand where day and time are joined */
  readonly isDayAlone: boolean
}

/** The reading before the column is known. */
export const UNKNOWN: TimeReading = { years: '', clock: '', order: '', isDayAlone: false }

/** Bits of what a text leaves open. */
export const DOUBT = { years: 1, clock: 2, order: 4, dayAlone: 8 } as const
/** Bits of the form a time was written in; the lowest two are its precision, 0 where nothing was written. */
export const FORM = { precision: 3, day: 1, midnight: 2, time: 3, roc: 4, sixDigits: 8, bits: 4 } as const

export interface CarefulTimeSql extends TimeSql {
  /** bits of DOUBT */
  readonly doubt: string
  /** what the profile of a column asks of a time in doubt: digits of its clock, and its first two numbers */
  readonly clockDigits: string
  readonly isNoHourMinute: string
  readonly firstNumber: string
  readonly secondNumber: string
}

export interface TimeColumn {
  readonly isEnd: boolean
  /** read from several columns, a day's and a time's */
  readonly isJoined: boolean
  readonly reading: TimeReading
  readonly thisYear: number
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日', '天', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']
const WEEKDAY_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 7, 1, 2, 3, 4, 5, 6, 7]
const WEEKDAY = String.raw`\s*(?:\(\s*(?:星期|禮拜|週|周)?([一二三四五六日天])\s*\)|(?:星期|禮拜|週|周)([一二三四五六日天])|\(?\b(MON|TUE|WED|THU|FRI|SAT|SUN)(?:[A-Z]*DAY)?\b\)?[.,]?)\s*`
const FORENOON = ['上午', '早上', '清晨', '凌晨', 'AM', 'A.M.']
const AFTERNOON = ['下午', '中午', '晚上', 'PM', 'P.M.']
const HALF = [...FORENOON, ...AFTERNOON].map((each) => each.replaceAll('.', '[.]')).join('|')
const ZONE = String.raw`Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?`

// Each whole text to a day with signs, a space and a clock with signs. The widths are fixed: a year's digits are never a time's.
const SIGNS: readonly (readonly [string, string])[] = [
  [String.raw`^(\d{7,8})[.]0$`, '\\1'],
  [String.raw`^(\d{4})-(\d{2})-(\d{2})-(\d{2})[.](\d{2})[.](\d{2})([.]\d{1,9})?$`, '\\1-\\2-\\3 \\4:\\5:\\6\\7'],
  [String.raw`^(\d{3,4})(\d{2})(\d{2})(\d{2})(\d{2})$`, '\\1/\\2/\\3 \\4:\\5'],
  [String.raw`^(\d{3,4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$`, '\\1/\\2/\\3 \\4:\\5:\\6'],
  [String.raw`^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})$`, '\\1/\\2/\\3 \\4:\\5:\\6.\\7'],
  [String.raw`^(\d{2,4})(\d{2})(\d{2})([T\s].*)?$`, '\\1/\\2/\\3\\4'],
]
const CLOCK_SIGNS: readonly (readonly [string, string])[] = [
  [String.raw`^[T\s]+`, ''],
  [String.raw`^((?:${HALF})?\s*\d{1,2})\s*[時點]整?$`, '\\1:00'],
  [String.raw`^(\d{1,2})\s*[時點]\s*(\d{1,2})\s*分?$`, '\\1:\\2'],
  [String.raw`^((?:${HALF})\s*\d{1,2})\s*[時點]\s*(\d{1,2})\s*分?$`, '\\1:\\2'],
  [String.raw`^((?:${HALF})?\s*\d{1,2})\s*[時點]\s*(\d{1,2})\s*分\s*(\d{1,2}(?:[.]\d{1,9})?)\s*秒$`, '\\1:\\2:\\3'],
  [String.raw`^((?:${HALF})\s*\d{1,2})$`, '\\1:00'],
  [String.raw`^(\d{1,2})\s*(${HALF})$`, '\\1:00 \\2'],
]
const YEAR_FIRST = String.raw`^(?:(中華民國|民國|西元|公元)\s*)?(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*(日))?(.*)$`
const YEAR_LAST = String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})((?:[T\s].*)?)$`
const MONTH_NAMED = String.raw`^(?:(\d{1,2})[- ]+(${MONTHS.join('|')})[A-Z]*[-, ]+|(${MONTHS.join('|')})[A-Z]*[. ]+(\d{1,2}),? +)(\d{4})(.*)$`
const AFTER_DAY = String.raw`^(?:[T\s]+\S|${HALF})`
const TIME = String.raw`^(${HALF})?\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,:](\d{1,9}))?)?\s*(${HALF})?\s*(${ZONE})?$`
const DIGITS = String.raw`^(\d{1,6})\s*(${ZONE})?$`
const TAIPEI_OFFSET_MS = 8 * 3600 * 1000

const number = (text: string) => `toUInt32OrZero(${text})`
const groups = (text: string, pattern: string) => `extractGroups(${text}, '${sqlText(pattern)}')`
const steps = (text: string, all: readonly (readonly [string, string])[]) =>
  all.reduce((at, [from, to]) => `replaceRegexpOne(${at}, '${sqlText(from)}', '${sqlText(to)}')`, text)
const texts = (all: readonly string[]) => all.map((each) => `'${each}'`).join(', ')

/**
 * Reads `plain` (half-width, nothing invisible) as an instant in Taipei, or in the offset it names. A bare day is its first
 * moment, or, for the end of an interval, its last: the first moment of the next day. What hangs on the column is read as
 * the reading says and is not valid where that says nothing. What is valid reads back: written in the same form, the instant
 * is the text.
 */
export function timeSql(name: string, plain: string, column: TimeColumn): CarefulTimeSql {
  const at = (part: string) => `${part}_${name}`
  const [clock, form, doubt] = [at('clock'), at('precise'), at('vague')]
  const isReal = `${dayHolds(at)} AND (${at('c')} = '' OR (${clockHolds(at)}))`
  const millis = `toUInt32OrZero(substring(rightPad(${at('t')}[5], 3, '0'), 1, 3))`
  const bare = column.isEnd ? `if(${at('c')} = '', 86400000, 0)` : '0'
  return {
    stages: [
      ...dayStages(at, plain, column),
      ...clockStages(at, column.reading),
      [formSql(at, form), doubtSql(at, doubt, column.isJoined)],
    ],
    isValid: `(${isReal} AND bitAnd(${doubt}, ${openDoubts(column.reading)}) = 0)`,
    instant: `addMilliseconds(toDateTime64(${at('days')}, 3, 'UTC'), toInt64(${clock}) * 1000 + ${millis} - ${at('zone')} + ${bare})`,
    form,
    // Only what reads otherwise well is in doubt.
    doubt: `if(${isReal} OR bitAnd(${doubt}, ${DOUBT.years + DOUBT.clock + DOUBT.order}) != 0, ${doubt}, 0)`,
    clockDigits: `toUInt8(length(${at('figures')}[1]))`,
    isNoHourMinute: `toUInt8(length(${at('figures')}[1]) <= 4 AND (${number(`${at('figures')}[1]`)} > 2400 OR ${number(`${at('figures')}[1]`)} % 100 > 59))`,
    firstNumber: `toUInt8(${number(`${at('last')}[1]`)})`,
    secondNumber: `toUInt8(${number(`${at('last')}[2]`)})`,
  }
}

type Alias = (part: string) => string

function dayStages(at: Alias, plain: string, { reading, thisYear }: TimeColumn): string[][] {
  const [upper, week, text, last, named, d] = ['upper', 'week', 'signed', 'last', 'named', 'd'].map(at)
  const [day, month] = reading.order === 'mdy' ? [2, 1] : [1, 2]
  const monthNumber = `toString(indexOf([${texts(MONTHS)}], concat(${named}[2], ${named}[3])))`
  const short = `if(${number(`${d}[2]`)} + 2000 > ${thisYear + 2}, ${number(`${d}[2]`)} + 1900, ${number(`${d}[2]`)} + 2000)`
  const roc = `if(${number(`${d}[2]`)} = 0, 0, ${number(`${d}[2]`)} + 1911)`
  return [
    [`upper(${plain}) AS ${upper}`],
    [
      `${groups(upper ?? '', WEEKDAY)} AS ${week}`,
      `${steps(`trimBoth(replaceRegexpOne(${upper}, '${sqlText(WEEKDAY)}', ' '))`, SIGNS)} AS ${text}`,
    ],
    [`${groups(text ?? '', YEAR_LAST)} AS ${last}`, `${groups(text ?? '', MONTH_NAMED)} AS ${named}`],
    [
      `multiIf(notEmpty(${last}), ['', ${last}[3], ${last}[${month}], ${last}[${day}], '', ${last}[4]], notEmpty(${named}), ['', ${named}[5], ${monthNumber}, concat(${named}[1], ${named}[4]), '', ${named}[6]], ${groups(text ?? '', YEAR_FIRST)}) AS ${d}`,
    ],
    [
      `multiIf(length(${d}[2]) = 4, ${number(`${d}[2]`)}, length(${d}[2]) = 2 AND ${d}[1] = '' AND ${reading.years === 'ce' ? 1 : 0}, ${short}, ${roc}) AS ${at('year')}`,
      `${steps(`${d}[6]`, CLOCK_SIGNS)} AS ${at('c')}`,
    ],
    [
      `makeDate32(if(${at('year')} BETWEEN 1900 AND 2299, ${at('year')}, 1970), ${number(`${d}[3]`)}, ${number(`${d}[4]`)}) AS ${at('days')}`,
    ],
  ]
}

function clockStages(at: Alias, reading: TimeReading): string[][] {
  const [c, digits, t, half] = ['c', 'figures', 't', 'half'].map(at)
  const six = `leftPad(${digits}[1], 6, '0')`
  const padded =
    reading.clock === 'hhmm'
      ? `if(length(${digits}[1]) <= 4, concat(leftPad(${digits}[1], 4, '0'), '00'), ${six})`
      : six
  const hour = number(`${t}[2]`)
  const offset = `${number(`substring(${t}[7], 2, 2)`)} * 60 + if(length(${t}[7]) > 3, ${number(`substring(${t}[7], -2)`)}, 0)`
  return [
    [`${groups(c ?? '', DIGITS)} AS ${digits}`],
    [`${padded} AS ${at('pad')}`],
    [
      `if(notEmpty(${digits}), ['', substring(${at('pad')}, 1, 2), substring(${at('pad')}, 3, 2), substring(${at('pad')}, 5, 2), '', '', ${digits}[2]], ${groups(c ?? '', TIME)}) AS ${t}`,
    ],
    [
      `concat(${t}[1], ${t}[6]) AS ${half}`,
      `multiIf(${t}[7] = '', ${TAIPEI_OFFSET_MS}, ${t}[7] IN ('Z', 'UTC', 'GMT'), 0, if(startsWith(${t}[7], '-'), -1, 1) * (${offset}) * 60000) AS ${at('zone')}`,
    ],
    [
      `multiIf(${half} IN (${texts(FORENOON)}), ${hour} % 12, ${half} IN (${texts(AFTERNOON)}) AND ${hour} < 12, ${hour} + 12, ${hour}) AS ${at('hour')}`,
    ],
    [`(${at('hour')} * 60 + ${number(`${t}[3]`)}) * 60 + ${number(`${t}[4]`)} AS ${at('clock')}`],
  ]
}

// A day that exists, on the weekday it says, with an era that fits its year, and nothing behind it but white space and a time.
function dayHolds(at: Alias): string {
  const [d, year, days] = [at('d'), at('year'), at('days')]
  const weekday = `transform(concat(${at('week')}[1], ${at('week')}[2], ${at('week')}[3]), [${texts(WEEKDAYS)}], [${WEEKDAY_NUMBERS.join(', ')}], 0)`
  return [
    `notEmpty(${d})`,
    `${year} BETWEEN 1900 AND 2299`,
    `toMonth(${days}) = ${number(`${d}[3]`)}`,
    `toDayOfMonth(${days}) = ${number(`${d}[4]`)}`,
    `(empty(${at('week')}) OR ${weekday} = toDayOfWeek(${days}))`,
    `multiIf(endsWith(${d}[1], '民國'), length(${d}[2]) <= 3, ${d}[1] != '', length(${d}[2]) = 4, length(${d}[2]) >= 2)`,
    `(${d}[5] = '日' OR ${d}[6] = '' OR match(${d}[6], '${sqlText(AFTER_DAY)}'))`,
  ].join(' AND ')
}

function clockHolds(at: Alias): string {
  const [t, half] = [at('t'), at('half')]
  const hour = number(`${t}[2]`)
  return [
    `notEmpty(${t})`,
    `${number(`${t}[3]`)} < 60`,
    `${number(`${t}[4]`)} < 60`,
    `${at('clock')} <= 86400`,
    `(${t}[1] = '' OR ${t}[6] = '')`,
    `multiIf(${half} = '', 1, ${half} IN (${texts(FORENOON)}), ${hour} <= 12, ${half} = '晚上', ${hour} BETWEEN 5 AND 23 AND ${hour} != 12, ${hour} BETWEEN 1 AND 23)`,
    `(abs(${at('zone')}) <= 50400000 AND (length(${t}[7]) <= 3 OR ${number(`substring(${t}[7], -2)`)} < 60))`,
  ].join(' AND ')
}

const formSql = (at: Alias, form: string): string =>
  `toUInt64(multiIf(${at('c')} = '', ${FORM.day}, ${at('clock')} = 0 AND ${at('t')}[7] = '', ${FORM.midnight}, ${FORM.time}) + if(length(${at('d')}[2]) = 4, 0, ${FORM.roc}) + if(length(${at('figures')}[1]) > 4, ${FORM.sixDigits}, 0)) AS ${form}`

function doubtSql(at: Alias, doubt: string, isJoined: boolean): string {
  const bits = [
    `if(length(${at('d')}[2]) = 2 AND ${at('d')}[1] = '', ${DOUBT.years}, 0)`,
    `if(length(${at('figures')}[1]) BETWEEN 1 AND 4, ${DOUBT.clock}, 0)`,
    `if(notEmpty(${at('last')}), ${DOUBT.order}, 0)`,
    ...(isJoined ? [`if(${at('c')} = '' AND notEmpty(${at('d')}), ${DOUBT.dayAlone}, 0)`] : []),
  ]
  return `toUInt8(${bits.join(' + ')}) AS ${doubt}`
}

const openDoubts = ({ years, clock, order, isDayAlone }: TimeReading): number =>
  (years === '' ? DOUBT.years : 0) +
  (clock === '' ? DOUBT.clock : 0) +
  (order === '' ? DOUBT.order : 0) +
  (isDayAlone ? 0 : DOUBT.dayAlone)

const OPEN_WORDS = [
  '至今',
  '迄今',
  '現在',
  '目前',
  '今',
  '現職',
  '在職',
  '未定',
  '無期限',
  '無限期',
  '永久',
  '不限',
  'NOW',
  'PRESENT',
  'CURRENT',
  'INFINITY',
]
const OPEN = String.raw`^(?:(?:民國)?(?:999|9999|2910|2999)(?:[-/.年]?(?:12|01|1)[-/.月]?(?:31|01|1)日?)?(?:[T\s]+[\d:.]+)?|[0]+(?:[-/.]0+[-/.]0+)?(?:[T\s]+[0:.]+)?)$`

/** Whether a text in the place of an end says that there is none yet: 9991231, 9999-12-31, 0000000, 至今. */
export const isOpenEndSql = (plain: string): string =>
  `(match(${plain}, '${sqlText(OPEN)}') OR upper(${plain}) IN (${texts(OPEN_WORDS)}))`
