import type { IdentifierKind } from '../registry/port.ts'
import type { MaskLevel } from './decision.ts'

/** A masked value, and which of its characters (by position, in code points) stand unmasked. */
export interface Masked {
  readonly text: string
  readonly shown: readonly number[]
}

type Keep = (characters: readonly string[]) => (position: number) => boolean

const all: Keep = () => () => true
const none: Keep = () => () => false
const first =
  (count: number): Keep =>
  () =>
  (position) =>
    position < count
/** all but the last `count`, and never the whole of a short value */
const butLast =
  (count: number): Keep =>
  (characters) =>
  (position) =>
    position < characters.length - count

// A name of two characters keeps the first, a longer one its ends; one in Latin letters keeps its first letter.
const nameEnds: Keep = (characters) =>
  characters.some((each) => /[A-Za-z]/.test(each))
    ? first(1)(characters)
    : (position) => position === 0 || (characters.length > 2 && position === characters.length - 1)

// County and township; house numbers and streets are covered.
const district: Keep = (characters) => {
  const text = characters.join('')
  const found = /^.{1,3}[縣市].{1,4}?[鄉鎮市區]/u.exec(text) ?? /^.{1,3}[縣市]/u.exec(text)
  return first([...(found?.[0] ?? '')].length)(characters)
}

interface Rule {
  readonly sign: string
  readonly standard: Keep
  readonly strong: Keep
  /** how many characters a covered place can hold: what a guess costs */
  readonly alphabet: number
  /** fewest values that must remain possible once something is covered */
  readonly floor: number
}

/**
 * One canonical mask per kind of identifier, platform-wide: two different masks of one ID number shown side by side
 * reveal all of it. ID number: last four (發資字第1031501471號函, 103.12.31); name: the middle. For any kind that is not
 * known, nothing stays.
 */
const RULES: Readonly<Record<IdentifierKind, Rule>> = {
  'national-id': { sign: '*', standard: butLast(4), strong: none, alphabet: 10, floor: 1000 },
  'person-name': { sign: '○', standard: nameEnds, strong: first(1), alphabet: 1000, floor: 1000 },
  'company-number': { sign: '*', standard: all, strong: butLast(4), alphabet: 10, floor: 1000 },
  'birth-date': { sign: '*', standard: first(4), strong: none, alphabet: 4, floor: 200 },
  phone: { sign: '*', standard: first(4), strong: none, alphabet: 10, floor: 1000 },
  address: { sign: '○', standard: district, strong: none, alphabet: 10, floor: 100 },
  plate: { sign: '*', standard: butLast(3), strong: none, alphabet: 30, floor: 1000 },
  'parcel-number': { sign: '*', standard: all, strong: butLast(6), alphabet: 10, floor: 100 },
  amount: { sign: '*', standard: all, strong: none, alphabet: 10, floor: 10 },
  plain: { sign: '○', standard: all, strong: none, alphabet: 10, floor: 1 },
  unknown: { sign: '█', standard: none, strong: none, alphabet: 10, floor: 1 },
}

// A long secret text must not tell its length.
const MAX_SHOWN_LENGTH = 40
const UNKNOWN_TEXT = '█████'

/** Covers a value at a level. `unknown` identifiers are covered at every level, `full` included. */
export function maskValue(value: string, identifier: IdentifierKind, level: MaskLevel): Masked {
  if (identifier === 'unknown') return { text: UNKNOWN_TEXT, shown: [] }
  const characters = [...value]
  if (level === 'full') return { text: value, shown: characters.map((_, i) => i) }
  const rule = RULES[identifier]
  const keeps = (level === 'standard' ? rule.standard : rule.strong)(characters)
  const shown = characters.flatMap((_, i) => (keeps(i) ? [i] : []))
  if (shown.length === characters.length) return { text: value, shown }
  const cut = shown.length === 0 ? characters.slice(0, MAX_SHOWN_LENGTH) : characters
  return { text: cut.map((each, i) => (keeps(i) ? each : rule.sign)).join(''), shown }
}

/**
 * How many values of this kind agree with what is shown: `alphabet` to the number of covered places, for ID numbers
 * divided by ten, since the check digit gives one away (four covered digits leave 1,000, not 10,000).
 */
export function candidates(identifier: IdentifierKind, length: number, shownPlaces: number): number {
  const covered = Math.max(length - shownPlaces, 0)
  if (covered === 0) return 1
  const raw = RULES[identifier].alphabet ** covered
  return identifier === 'national-id' ? Math.max(1, raw / 10) : raw
}

export const candidateFloor = (identifier: IdentifierKind): number => RULES[identifier].floor

/** The stricter of two levels. */
export function strictest(a: MaskLevel, b: MaskLevel): MaskLevel {
  const order: readonly MaskLevel[] = ['full', 'standard', 'strong']
  return order[Math.max(order.indexOf(a), order.indexOf(b))] ?? 'strong'
}
