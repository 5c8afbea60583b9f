import { assert } from '../base/assert.ts'
import { type KeyPair, sortedKey } from './join-key.ts'
import type { Rule, RuleStep } from './rule.ts'

/** One join of a statement: a kind of evidence, or several kinds joined with each other by their case beforehand. */
export interface PlannedJoin {
  readonly kind: 'inner' | 'any' | 'absent'
  /** where the records of each step come from; a step's number names its columns: `r0_case_key` */
  readonly tables: readonly { readonly table: string; readonly step: number }[]
  readonly key: readonly (KeyPair & { readonly step: number })[]
  /** its records are joined by each day they touch */
  readonly isByDay: boolean
}

export interface PlannedRule {
  readonly rule: Rule
  /** equalities that are no part of the join's key */
  readonly equal: readonly (KeyPair & { readonly step: number })[]
}

/** One statement: the joins its rules have in common, and the rules that are tested on each joined row. */
export interface Statement {
  readonly source: 'work_access' | 'work_open'
  readonly joins: readonly PlannedJoin[]
  readonly rules: readonly PlannedRule[]
}

// Many records share these: joined on alone they multiply rows, beside another column they only widen the key.
const COARSE = new Set(['agency', 'unit'])
// Records of one case are few; only by it are kinds of evidence joined before an access is seen.
const CASE_KEY = 'case_key'

/**
 * Puts rules that walk the same way through the evidence into one statement. Half of a run's time went into joining the
 * same accesses with the same records again for the next rule.
 */
export function planRules(rules: readonly Rule[]): Statement[] {
  const planned = rules
    .filter((rule) => rule.query === undefined)
    .map((rule) => ({ rule, joins: joinsOf(rule), source: sourceOf(rule) }))
    .sort((x, y) => keyLength(x.joins) - keyLength(y.joins))
  const statements: { source: Statement['source']; joins: readonly PlannedJoin[]; rules: PlannedRule[] }[] = []
  for (const { rule, joins, source } of planned) {
    const [first, ...rest] = joins
    const same = statements.find(
      (each) =>
        each.source === source &&
        first !== undefined &&
        shapeOf(each.joins) === shapeOf(joins) &&
        isWithin(each.joins[0]?.key ?? [], first.key),
    )
    if (same) {
      same.rules.push({ rule, equal: (first?.key ?? []).filter((pair) => !has(same.joins[0]?.key ?? [], pair)) })
      continue
    }
    const coarse = (first?.key ?? []).filter((pair) => COARSE.has(pair.column))
    const equal = first && coarse.length < first.key.length ? coarse : []
    const narrowed = first ? [{ ...first, key: first.key.filter((pair) => !equal.includes(pair)) }, ...rest] : []
    statements.push({ source, joins: narrowed, rules: [{ rule, equal }] })
  }
  return statements
}

const sourceOf = (rule: Rule): Statement['source'] => (rule.unless.includes('strong') ? 'work_open' : 'work_access')
const keyLength = (joins: readonly PlannedJoin[]): number =>
  (joins[0]?.key ?? []).filter((pair) => !COARSE.has(pair.column)).length

type Key = PlannedJoin['key']
const has = (key: Key, pair: Key[number]): boolean =>
  key.some((each) => each.reference === pair.reference && each.column === pair.column && each.step === pair.step)
const isWithin = (small: Key, large: Key): boolean => small.every((pair) => has(large, pair))

// Everything but the first join's key, which may be wider in one rule than in another.
const shapeOf = (joins: readonly PlannedJoin[]): string =>
  JSON.stringify(joins.map((join, i) => (i === 0 ? { ...join, key: [] } : join)))

function joinsOf(rule: Rule): PlannedJoin[] {
  const joins: { -readonly [K in keyof PlannedJoin]: PlannedJoin[K] }[] = []
  const numbers = new Map(rule.path.map((step, i) => [step.as, i]))
  for (const [i, step] of rule.path.entries()) {
    const last = joins.at(-1)
    const key = keyOf(step, i, numbers)
    const before = last && i > 0 ? foldedInto(last, step, key) : undefined
    if (last && before) {
      last.tables = [...last.tables, { table: step.table, step: i }]
      last.key = sortedKey([...last.key, ...before])
    } else
      joins.push({ kind: kindOf(step), tables: [{ table: step.table, step: i }], key, isByDay: step.byDay === true })
  }
  return joins
}

function keyOf(step: RuleStep, i: number, numbers: ReadonlyMap<string, number>): Key {
  const pairs = Object.entries(step.on).map(([column, reference]) => {
    const [alias = '', name = ''] = reference.split('.')
    const number = numbers.get(alias)
    assert(alias === 'a' || number !== undefined, 'a path refers to earlier steps only')
    return { column, reference: alias === 'a' ? reference : `r${number}_${name}`, step: i }
  })
  if (step.byDay) pairs.push({ column: 'day', reference: 'a.day', step: i })
  return sortedKey(pairs)
}

// The rest of the step's key when its records hang together with the last join's by their case; undefined otherwise.
function foldedInto(last: PlannedJoin, step: RuleStep, key: Key): Key | undefined {
  if (last.kind !== 'inner' || kindOf(step) !== 'inner' || last.isByDay || step.byDay || last.tables.length > 1)
    return undefined
  const [of] = last.tables
  const own = last.key.find((pair) => pair.column === CASE_KEY)
  const bond = key.find(
    (pair) =>
      pair.column === CASE_KEY &&
      (pair.reference === `r${of?.step}_${CASE_KEY}` || (own && pair.reference === own.reference)),
  )
  const rest = key.filter((pair) => pair !== bond)
  return bond && rest.every((pair) => pair.reference.startsWith('a.')) ? rest : undefined
}

function kindOf(step: RuleStep): PlannedJoin['kind'] {
  return step.absent ? 'absent' : step.isAny ? 'any' : 'inner'
}

/** Whether the access's side of a key can be prepared: it needs nothing but the access. */
export const isPrepared = (key: Key): boolean => key.every((pair) => pair.reference.startsWith('a.'))
