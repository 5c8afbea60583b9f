import type { Rule } from './rule.ts'

/** Rules that others set aside: rule → the rules among its `unless`. `strong` is no rule. */
export function setAsideBy(rules: readonly Rule[]): ReadonlyMap<string, readonly string[]> {
  const known = new Set(rules.map(({ id }) => id))
  return new Map(
    rules.flatMap(({ id, unless }) => {
      const others = unless.filter((each) => known.has(each))
      return others.length === 0 ? [] : [[id, others] as const]
    }),
  )
}
