import { assert } from '../base/assert.ts'
import type { Rule } from './rule.ts'

/** One byte and one bit a rule; more rules need a wider code. */
export const MAX_RULES = 255
/** Widths a set of rules may have; a narrower one costs less. */
const WIDTHS = [64, 128, 256] as const

/**
 * How a hit is written while a run works: one byte for the rule, one for 255 − strength, then the witnesses' ids. Sorted
 * as bytes, an access's hits stand by rule, the strongest first, ties by witness.
 */
export interface HitCode {
  /** in alphabetical order: a rule's place is its number */
  readonly rules: readonly Rule[]
  /** ClickHouse type of a set of rules, one bit each */
  readonly setType: `UInt${(typeof WIDTHS)[number]}`
  /** the set of these rules, as SQL */
  set(ids: readonly string[]): string
  /** first two bytes of a hit, as SQL */
  start(id: string, strength: number): string
}

/** The code for these rules. Asserts that there are at most MAX_RULES. */
export function hitCode(rules: readonly Rule[]): HitCode {
  assert(rules.length <= MAX_RULES, `there are at most ${MAX_RULES} rules`)
  const inOrder = [...rules].sort((x, y) => (x.id < y.id ? -1 : 1))
  const numbers = new Map(inOrder.map((rule, i) => [rule.id, i]))
  const numberOf = (id: string): number => {
    const number = numbers.get(id)
    assert(number !== undefined, 'a hit is of a rule of the set')
    return number
  }
  const setType = `UInt${WIDTHS.find((width) => rules.length <= width) ?? 256}` as const
  const hex = (byte: number) => byte.toString(16).padStart(2, '0')
  return {
    rules: inOrder,
    setType,
    set: (ids) => `to${setType}('${ids.reduce((sum, id) => sum | (1n << BigInt(numberOf(id))), 0n)}')`,
    start: (id, strength) => `unhex('${hex(numberOf(id))}${hex(255 - strength)}')`,
  }
}
