import { assertNever } from '../base/assert.ts'
import { compareSql, isStatedSql } from './join-key.ts'
import { type Rule, type RuleCondition, type RuleStep, STRONG } from './rule.ts'

const LATE_HOURS = 72
const WEAK_CAP = 2

/** Name under which a statement knows a rule's `alias.column`. Every word in it has passed the rule's schema. */
export type Resolve = (reference: string) => string

/** `a.x` as it is; a record's column by the number of its step: `r0_x`. Two rules of one shape get the same names. */
export function resolverOf(rule: Rule): Resolve {
  const numbers = new Map(rule.path.map((step, i) => [step.as, i]))
  return (reference) => {
    const [alias = '', column = ''] = reference.split('.')
    return alias === 'a' ? reference : `r${numbers.get(alias)}_${column}`
  }
}

/** What must be true of the access alone. */
export function accessConditions(rule: Rule): string[] {
  const { claims, agencies, actions, hasCase, hours } = rule.when
  const references = new Set(rule.path.flatMap(equalities).filter((reference) => reference.startsWith('a.')))
  return [
    ...(claims ? [`a.claim IN (${list(claims)})`] : []),
    ...(agencies ? [`a.agency IN (${list(agencies)})`] : []),
    ...(actions ? [`a.action IN (${list(actions)})`] : []),
    ...(hasCase === undefined ? [] : [hasCase ? "a.case_key != ''" : "a.case_key = ''"]),
    ...(hours ? [`toHour(a.at, 'Asia/Taipei') >= ${hours[0]} AND toHour(a.at, 'Asia/Taipei') < ${hours[1]}`] : []),
    ...[...references].sort().map(isStatedSql),
  ]
}

// What a step's records must equal, or nearly.
const equalities = (step: RuleStep): readonly string[] => [
  ...Object.values(step.on),
  ...(step.where ?? []).flatMap(({ equals, oneEditFrom }) => equals ?? oneEditFrom ?? []),
]

const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ')

/** What must be true of the joined records and the access together. */
export function recordConditions(rule: Rule, resolve: Resolve): string[] {
  return rule.path.flatMap((step) => {
    const column = (name: string) => resolve(`${step.as}.${name}`)
    const conditions = equalities(step)
      .filter((reference) => !reference.startsWith('a.'))
      .map((reference) => isStatedSql(resolve(reference)))
    if (step.within) {
      const [from, to] = step.within
      const [before, after] = step.graceHours ?? [0, 0]
      conditions.push(`a.at >= ${column(from)}${hours('-', before)}`, `a.at < ${column(to)}${hours('+', after)}`)
    }
    if (step.near) {
      const { column: name, beforeMinutes, afterMinutes } = step.near
      conditions.push(
        `${column(name)} >= a.at - INTERVAL ${beforeMinutes} MINUTE`,
        `${column(name)} <= a.at + INTERVAL ${afterMinutes} MINUTE`,
      )
    }
    return [
      ...conditions,
      ...(step.where ?? []).flatMap((where) => [
        ...knownOnBothSides(rule, column(where.column), where, resolve),
        conditionSql(column(where.column), where, resolve),
      ]),
    ]
  })
}

const hours = (sign: string, count: number): string => (count === 0 ? '' : ` ${sign} INTERVAL ${count} HOUR`)

// Silence is no contradiction: where one side is not on record, nothing speaks against the access.
function knownOnBothSides({ kind }: Rule, left: string, { differs }: RuleCondition, resolve: Resolve): string[] {
  return kind === 'contradiction' && differs ? [`${left} != ''`, `${resolve(differs)} != ''`] : []
}

function conditionSql(left: string, where: RuleCondition, resolve: Resolve): string {
  if (where.is !== undefined) return typeof where.is === 'boolean' ? `${left} = ${where.is}` : `${left} = '${where.is}'`
  if (where.in) return `${left} IN (${list(where.in)})`
  if (where.equals) return compareSql(left, '=', resolve(where.equals))
  if (where.differs) return differsSql(left, resolve(where.differs))
  if (where.oneEditFrom) return oneEditSql(left, resolve(where.oneEditFrom))
  if (where.beforeAccessHours !== undefined)
    return `${left} + INTERVAL ${minutes(where.beforeAccessHours)} MINUTE < a.at`
  if (where.afterAccessHours !== undefined) return `${left} > a.at + INTERVAL ${minutes(where.afterAccessHours)} MINUTE`
  if (where.byNextWorkday) return `${left} < ${NEXT_WORKDAY_ENDS}`
  return assertNever(where as never, 'condition')
}

// A spreadsheet takes the zeros that lead a staff number: 0403 and 403 may be one person, and speak against nobody.
const withoutZeros = (officer: string): string => `replaceRegexpOne(${officer}, ':0+', ':')`

function differsSql(left: string, right: string): string {
  const areOfficers = [left, right].every((each) => /\.officer$/.test(each))
  return areOfficers ? `${withoutZeros(left)} != ${withoutZeros(right)}` : compareSql(left, '!=', right)
}

// Monday after a Friday or a weekend; a holiday makes it later, which no calendar here knows.
const NEXT_WORKDAY_ENDS = `toDateTime64(toStartOfDay(a.at, 'Asia/Taipei'), 3, 'UTC') + INTERVAL multiIf(toDayOfWeek(a.at, 0, 'Asia/Taipei') = 5, 4, toDayOfWeek(a.at, 0, 'Asia/Taipei') = 6, 3, 2) DAY`

// The distance costs far more than what rules nearly all pairs out. One edit leaves the lengths one apart, or the same
// with one other byte, or with two neighbours exchanged.
function oneEditSql(left: string, right: string): string {
  const lengths = `toInt64(length(${left})) - toInt64(length(${right}))`
  const isNear = `${left} != ${right} AND if(${lengths} = 0, byteHammingDistance(${left}, ${right}) <= 2, abs(${lengths}) = 1)`
  return `if(${isNear}, damerauLevenshteinDistance(${left}, ${right}), 0) = 1`
}

export const minutes = (count: number): number => Math.round(count * 60)

/** A rule's records that are witnesses when it fires, in the order of its path. */
export const witnessesOf = (rule: Rule): readonly RuleStep[] => rule.path.filter((step) => !step.absent && !step.isAny)

/** What makes a template's records weak: made by the official himself, or written down long after the look. */
export function weakness(rule: Rule, resolve: Resolve): string[] {
  if (rule.kind !== 'template' || rule.strength < STRONG) return []
  const own = [...witnessesOf(rule).map((step) => `${step.as}.recorded_by`), ...rule.selfMade].map((reference) =>
    compareSql(resolve(reference), '=', 'a.officer'),
  )
  const late = witnessesOf(rule).map(
    (step) => `${resolve(`${step.as}.recorded_at`)} > a.at + INTERVAL ${LATE_HOURS} HOUR`,
  )
  return [...own, ...late]
}

/** Strengths a template's hit can have: as declared, and when its records are weak. */
export const strengthsOf = (rule: Rule): { readonly full: number; readonly weak: number } => ({
  full: rule.kind === 'template' ? rule.strength : 0,
  weak: Math.min(rule.strength, WEAK_CAP),
})
