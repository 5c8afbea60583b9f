import type { DateFormat } from './cell-values.ts'

/* Excel's number formats (ECMA-376 part 1, 18.8.31), as far as they change which value a reader takes the cell for. */

interface Token {
  readonly kind: 'sign' | 'literal'
  readonly text: string
}
interface Section {
  readonly tokens: readonly Token[]
  /** `[>999]`: this section is for such numbers only */
  readonly condition: ((value: number) => boolean) | undefined
  readonly isElapsed: boolean
}

/** How a number in such a cell is read. `padded`: as a number with zeros in front, such as a staff number. */
export type NumberFormat =
  | { readonly kind: 'plain' }
  | ({ readonly kind: 'date' } & DateFormat)
  | { readonly kind: 'padded'; readonly sections: readonly Section[] }

export const PLAIN: NumberFormat = { kind: 'plain' }
const MAX_CODE_CHARACTERS = 1000
const MIN_PADDING_ZEROS = 2

// The formats that have a number but no code in the file; those of Taiwan among them (27–36, 50–58).
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
const SHOWING_TIME = new Set([18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 46, 47, 55, 56])
const ELAPSED_ID = 46

export const builtInFormat = (id: number): NumberFormat =>
  isBuiltInDate(id)
    ? { kind: 'date', showsTime: SHOWING_TIME.has(id), showsMillis: id === 47, isElapsed: id === ELAPSED_ID }
    : PLAIN

/** Reads a format code: a date, a number with padding zeros, or any other number. */
export function parseNumberFormat(code: string): NumberFormat {
  if (code.length > MAX_CODE_CHARACTERS) return PLAIN
  const sections = sectionsOf(code)
  const [first] = sections
  if (!first) return PLAIN
  const signs = signsOf(first)
  const showsMillis = /s\.0/i.test(signs)
  const letters = signs
    .replace(/general|G\/通用格式/i, '')
    .replace(/e[+-]/gi, '')
    .replace(/s\.0+/gi, 's')
  if (first.isElapsed) return { kind: 'date', showsTime: true, showsMillis, isElapsed: true }
  if (/[ymdhseg]/i.test(letters) && !/[0#?@]/.test(letters))
    return { kind: 'date', showsTime: /[hs]/i.test(letters), showsMillis, isElapsed: false }
  return sections.some(isPadded) ? { kind: 'padded', sections } : PLAIN
}

const signsOf = ({ tokens }: Section): string => tokens.map(({ kind, text }) => (kind === 'sign' ? text : ' ')).join('')

function isPadded(section: Section): boolean {
  const places = signsOf(section).replace(/[ ()+:-]/g, '')
  return /^#*0[0#]*$/.test(places) && places.length - places.indexOf('0') >= MIN_PADDING_ZEROS
}

/** A whole number as a padded format shows it: 412 in `0000` → 0412, 41203 in `0000-00` → 0412-03. Others as they are. */
export function padded(value: string, sections: readonly Section[]): string {
  if (!/^-?\d+$/.test(value)) return value
  const section = sectionFor(Number(value), sections)
  if (!section || !isPadded(section)) return value
  const sign = value.startsWith('-') && section === sections[0] ? '-' : ''
  return sign + filled(value.replace('-', ''), section.tokens)
}

function sectionFor(value: number, sections: readonly Section[]): Section | undefined {
  if (sections.some(({ condition }) => condition))
    return sections.find(({ condition }) => !condition || condition(value))
  if (value < 0) return sections[1] ?? sections[0]
  return value === 0 ? (sections[2] ?? sections[0]) : sections[0]
}

/** Digits put into their places from the right; what is left over stands before the first place. */
function filled(value: string, tokens: readonly Token[]): string {
  const digits = value === '0' ? [] : [...value]
  const isPlace = ({ kind, text }: Token): boolean => kind === 'sign' && /[0#]/.test(text)
  const firstPlace = tokens.findIndex(isPlace)
  const firstZero = tokens.findIndex((token) => isPlace(token) && token.text === '0')
  let out = ''
  for (let i = tokens.length - 1; i >= 0; i--) {
    const token = tokens[i]
    if (!token) continue
    if (!isPlace(token)) out = token.text + out
    else out = (digits.pop() ?? (i >= firstZero ? '0' : '')) + out
    if (i === firstPlace) out = digits.splice(0).join('') + out
  }
  return out.trim()
}

function sectionsOf(code: string): Section[] {
  const sections: Section[] = []
  let tokens: Token[] = []
  let condition: Section['condition']
  let isElapsed = false
  const end = () => {
    sections.push({ tokens, condition, isElapsed })
    tokens = []
    condition = undefined
    isElapsed = false
  }
  for (const [part = ''] of code.matchAll(/"[^"]*"?|\\.?|[_*].?|\[[^\]]*\]?|;|./gsu)) {
    const sign = part[0] ?? ''
    if (sign === ';') end()
    else if (sign === '"') tokens.push({ kind: 'literal', text: part.replaceAll('"', '') })
    else if (sign === '\\') tokens.push({ kind: 'literal', text: part.slice(1) })
    else if (sign === '[') {
      condition ??= conditionOf(part)
      if (/^\[(?:h+|m+|s+)\]$/i.test(part)) isElapsed = true
    } else if (sign !== '_' && sign !== '*') tokens.push({ kind: 'sign', text: part })
  }
  end()
  return sections
}

function conditionOf(part: string): Section['condition'] {
  const [, sign, text] = /^\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]$/.exec(part) ?? []
  const bound = Number(text)
  switch (sign) {
    case '<':
      return (value) => value < bound
    case '<=':
      return (value) => value <= bound
    case '>':
      return (value) => value > bound
    case '>=':
      return (value) => value >= bound
    case '=':
      return (value) => value === bound
    case '<>':
      return (value) => value !== bound
    default:
      return undefined
  }
}
