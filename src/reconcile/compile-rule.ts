import { assertNever } from '../base/assert.ts'
import { type Rule, type RuleCondition, type RuleStep, STRONG } from './rule.ts'

/** Table that stands for an evidence kind in this run. */
export type TableOf = (kind: string) => string

// References that mean nothing when empty; an access without them cannot match.
const NON_EMPTY: Readonly<Record<string, string>> = {
  'a.subject': "a.subject_kind != 'none'",
  'a.case_key': "a.case_key != ''",
  'a.terminal': "a.terminal != ''",
  'a.person': "a.person != toFixedString('', 16)",
}
/** Where a named query reads evidence. */
export const QUERY_TABLE = /\b(FROM|JOIN)\s+evidence_(\w+)\b/g
const LATE_HOURS = 72
const WEAK_CAP = 2

/**
 * Turns a declared rule into ClickHouse SQL that yields access_id, witnesses, strength, count. Reads `work_access`, or
 * `work_open` (accesses without strong evidence) where the rule is set aside by strong evidence anyway. Every word that
 * reaches the text has passed the rule's schema, which admits names and plain words only.
 */
export function compileRule(rule: Rule, tableOf: TableOf): string {
  const joined = rule.path.map((step) => joinSql(step, tableOf))
  const conditions = [...rule.path.flatMap(stepConditions), ...unlessConditions(rule)]
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  return `SELECT a.access_id AS access_id, ${witnessesSql(rule)} AS witnesses, ${strengthSql(rule)} AS strength, 0 AS count FROM ${sourceSql(rule)} AS a${joined.join('')}${where}`
}

/** A named query as SQL of the same shape, over the run's tables. */
export function compileQuery(rule: Rule, text: string, tableOf: TableOf): string {
  const body = text
    .replace(/^--.*$/gm, '')
    .replace(QUERY_TABLE, (_, keyword: string, kind: string) => `${keyword} ${tableOf(kind)}`)
  const conditions = unlessConditions(rule)
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  return `SELECT a.access_id AS access_id, a.witnesses AS witnesses, 0 AS strength, a.count AS count FROM (${body.trim()}) AS a${where}`
}

function sourceSql(rule: Rule): string {
  const table = rule.unless.includes('strong') ? 'work_open' : 'work_access'
  const conditions = accessConditions(rule)
  return conditions.length === 0 ? table : `(SELECT * FROM ${table} AS a WHERE ${conditions.join(' AND ')})`
}

function accessConditions(rule: Rule): string[] {
  const { claims, agencies, actions, hasCase, hours } = rule.when
  const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')
  const references = new Set(rule.path.flatMap((step) => Object.values(step.on)))
  return [
    ...(claims ? [`a.claim IN (${list(claims)})`] : []),
    ...(agencies ? [`a.agency IN (${list(agencies)})`] : []),
    ...(actions ? [`a.action IN (${list(actions)})`] : []),
    ...(hasCase === undefined ? [] : [hasCase ? "a.case_key != ''" : "a.case_key = ''"]),
    ...(hours ? [`toHour(a.at, 'Asia/Taipei') >= ${hours[0]} AND toHour(a.at, 'Asia/Taipei') < ${hours[1]}`] : []),
    ...Object.entries(NON_EMPTY).flatMap(([reference, condition]) => (references.has(reference) ? [condition] : [])),
  ]
}

function joinSql(step: RuleStep, tableOf: TableOf): string {
  const keys = Object.entries(step.on).map(([column, reference]) => `${step.as}.${column} = ${reference}`)
  const kind = step.absent
    ? 'LEFT ANTI JOIN'
    : step.isAny
      ? 'LEFT SEMI JOIN'
      : step.latest
        ? 'ASOF INNER JOIN'
        : 'INNER JOIN'
  if (step.latest) keys.push(`a.at >= ${step.as}.${step.latest}`)
  return ` ${kind} ${tableOf(step.table)} AS ${step.as} ON ${keys.join(' AND ')}`
}

function stepConditions(step: RuleStep): string[] {
  const conditions: string[] = []
  if (step.within) {
    const [from, to] = step.within
    const [before, after] = step.graceHours ?? [0, 0]
    conditions.push(
      `a.at >= ${step.as}.${from} - INTERVAL ${before} HOUR`,
      `a.at < ${step.as}.${to} + INTERVAL ${after} HOUR`,
    )
  }
  if (step.near) {
    const { column, beforeMinutes, afterMinutes } = step.near
    conditions.push(
      `${step.as}.${column} >= a.at - INTERVAL ${beforeMinutes} MINUTE`,
      `${step.as}.${column} <= a.at + INTERVAL ${afterMinutes} MINUTE`,
    )
  }
  return [...conditions, ...(step.where ?? []).map((where) => conditionSql(step.as, where))]
}

function conditionSql(alias: string, where: RuleCondition): string {
  const left = `${alias}.${where.column}`
  if (where.is !== undefined) return typeof where.is === 'boolean' ? `${left} = ${where.is}` : `${left} = '${where.is}'`
  if (where.in) return `${left} IN (${where.in.map((word) => `'${word}'`).join(', ')})`
  if (where.equals) return `${left} = ${where.equals}`
  if (where.differs) return `${left} != ${where.differs}`
  if (where.oneEditFrom)
    return `${where.oneEditFrom} != '' AND damerauLevenshteinDistance(${left}, ${where.oneEditFrom}) = 1`
  if (where.beforeAccessHours !== undefined)
    return `${left} + INTERVAL ${minutes(where.beforeAccessHours)} MINUTE < a.at`
  if (where.afterAccessHours !== undefined) return `${left} > a.at + INTERVAL ${minutes(where.afterAccessHours)} MINUTE`
  return assertNever(where as never, 'condition')
}

const minutes = (hours: number): number => Math.round(hours * 60)

function unlessConditions(rule: Rule): string[] {
  const rules = rule.unless.filter((each) => each !== 'strong')
  if (rules.length === 0) return []
  return [
    `a.access_id NOT IN (SELECT access_id FROM work_hit WHERE rule IN (${rules.map((each) => `'${each}'`).join(', ')}))`,
  ]
}

const witnesses = (rule: Rule): readonly RuleStep[] => rule.path.filter((step) => !step.absent && !step.isAny)

function witnessesSql(rule: Rule): string {
  const ids = witnesses(rule).map((step) => `${step.as}.evidence_id`)
  return ids.length === 0 ? "CAST([], 'Array(FixedString(16))')" : `[${ids.join(', ')}]`
}

// Made by himself, or written down long after the look: such a record explains little, whatever it says.
function strengthSql(rule: Rule): string {
  if (rule.kind !== 'template') return '0'
  if (rule.strength < STRONG) return String(rule.strength)
  const own = [...witnesses(rule).map((step) => `${step.as}.recorded_by`), ...rule.selfMade].map(
    (reference) => `${reference} = a.officer`,
  )
  const late = witnesses(rule).map((step) => `${step.as}.recorded_at > a.at + INTERVAL ${LATE_HOURS} HOUR`)
  return `if(${[...own, ...late].join(' OR ')}, ${WEAK_CAP}, ${rule.strength})`
}
