import { createHash } from 'node:crypto'
import { canonicalJson } from '../base/canonical-json.ts'
import type { RuleSet } from './rule-set.ts'

/** What an office may set of a rule; what the rule is stands in its file. */
export interface RuleSetting {
  readonly isOn: boolean
  readonly points: number
  readonly strength: number
}

export interface AdjustedRules {
  /** every rule, as set: what was hit before is still told in its words */
  readonly all: RuleSet
  /** those that are evaluated */
  readonly active: RuleSet
  readonly off: ReadonlySet<string>
}

/** The rules with an office's settings, under a version of their own when there are any. Settings of no rule are ignored. */
export function adjustRuleSet(base: RuleSet, settings: ReadonlyMap<string, RuleSetting>): AdjustedRules {
  const known = [...settings].filter(([id]) => base.rules.some((rule) => rule.id === id)).sort()
  const rules = base.rules.map((rule) => {
    const set = settings.get(rule.id)
    return set ? { ...rule, points: set.points, strength: set.strength } : rule
  })
  const off = new Set(known.filter(([, { isOn }]) => !isOn).map(([id]) => id))
  const all = { ...base, rules, version: known.length === 0 ? base.version : versionOf(base, known) }
  return { all, active: { ...all, rules: rules.filter(({ id }) => !off.has(id)) }, off }
}

function versionOf(base: RuleSet, settings: readonly (readonly [string, RuleSetting])[]): string {
  const text = canonicalJson(settings.map(([id, { isOn, points, strength }]) => [id, isOn, points, strength]))
  return createHash('sha256').update(`${base.version}${text}`).digest('hex').slice(0, 12)
}
