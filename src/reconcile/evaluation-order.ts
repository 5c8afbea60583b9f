import type { Rule } from './rule.ts'

/** Templates first, then plain flags, then all that others may set aside: a rule is set aside only by rules before it. */
export function evaluationOrder(rules: readonly Rule[]): Rule[] {
  const first = [
    ...rules.filter((rule) => rule.kind === 'template'),
    ...rules.filter((rule) => rule.kind === 'flag' && rule.unless.length === 0),
  ]
  return [...first, ...rules.filter((rule) => !first.includes(rule))]
}

/** Rules that others set aside: rule → the ones among its `unless` that come before it. `strong` is no rule. */
export function setAsideBy(rules: readonly Rule[]): ReadonlyMap<string, readonly string[]> {
  const before = new Set<string>()
  const found = new Map<string, readonly string[]>()
  for (const rule of evaluationOrder(rules)) {
    const others = rule.unless.filter((each) => before.has(each))
    if (others.length > 0) found.set(rule.id, others)
    before.add(rule.id)
  }
  return found
}
