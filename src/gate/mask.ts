import type { IdentifierKind } from '../registry/port.ts'
import type { MaskLevel } from './decision.ts'

/** How much of a value stands unmasked: so many characters (code points) at its head and at its tail. */
export interface Shape {
  readonly length: number
  readonly head: number
  readonly tail: number
}

export interface Masked {
  readonly text: string
  readonly shape: Shape
}

/** Characters kept at head and tail of a value of this length. */
type Keep = (length: number, value: string) => readonly [head: number, tail: number]

const all: Keep = (length) => [length, 0]
const none: Keep = () => [0, 0]
const first =
  (count: number): Keep =>
  (length) => [Math.min(count, length), 0]
/** all but the last `count`; nothing of a value that is not longer */
const butLast =
  (count: number): Keep =>
  (length) => [Math.max(length - count, 0), 0]

// A name of two characters keeps the first, a longer one its ends; one in Latin letters keeps its first letter.
const nameEnds: Keep = (length, value) => [Math.min(1, length), length > 2 && !/[A-Za-z]/.test(value) ? 1 : 0]

// County and township; streets and house numbers are covered.
const district: Keep = (_length, value) => {
  const found = /^.{1,3}[縣市].{1,4}?[鄉鎮市區]/u.exec(value) ?? /^.{1,3}[縣市]/u.exec(value)
  return [lengthOf(found?.[0] ?? ''), 0]
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

/** Counts up with every change of the table below: what was shown under other rules is united with what is shown now. */
export const MASK_RULES_VERSION = 1

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
const MAX_COVERED_LENGTH = 40
const UNKNOWN: Masked = { text: '█████', shape: { length: 5, head: 0, tail: 0 } }
const SURROGATES = /[\ud800-\udfff]/

const lengthOf = (text: string): number => (SURROGATES.test(text) ? [...text].length : text.length)

/** Covers a value at a level. `unknown` identifiers are covered at every level, `full` included. */
export function maskValue(value: string, identifier: IdentifierKind, level: MaskLevel): Masked {
  if (identifier === 'unknown') return UNKNOWN
  const length = lengthOf(value)
  const rule = RULES[identifier]
  const keep = level === 'full' ? all : level === 'standard' ? rule.standard : rule.strong
  const [head, tail] = keep(length, value)
  const shape = { length, head, tail }
  if (head + tail >= length) return { text: value, shape }
  const covered = head + tail === 0 ? Math.min(length, MAX_COVERED_LENGTH) : length - head - tail
  const characters = length === value.length ? value : [...value]
  const start = characters.slice(0, head)
  const end = characters.slice(length - tail)
  return { text: joined(start) + rule.sign.repeat(covered) + joined(end), shape }
}

const joined = (part: string | readonly string[]): string => (typeof part === 'string' ? part : part.join(''))

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
