import { minutes } from './compile-rule.ts'
import type { PlannedJoin } from './plan-rules.ts'
import type { Rule, RuleStep } from './rule.ts'

/** A month's first instant and the next month's, as SQL. */
export interface MonthSpan {
  readonly from: string
  readonly to: string
}

/** The span of a month YYYYMM, UTC. */
export function monthSpan(month: number): MonthSpan {
  const instant = (index: number) =>
    `toDateTime64('${new Date(Date.UTC(Math.floor(month / 100), index, 1)).toISOString().slice(0, 10)} 00:00:00', 3, 'UTC')`
  return { from: instant((month % 100) - 1), to: instant(month % 100) }
}

type Name = (step: number, column: string) => string

/**
 * Which records can matter to accesses of the month at all, as a condition; empty when none is ruled out. It only keeps
 * the joined side small: the rules' own conditions decide.
 */
export function boundsSql(
  join: PlannedJoin,
  rules: readonly Rule[],
  name: Name,
  table: string,
  month: MonthSpan,
): string {
  const [first] = join.tables
  if (join.latest !== undefined && first) return latestBounds(join, rules, name, table, month)
  if (join.kind !== 'inner') return ''
  const each = rules.map((rule) =>
    join.tables.flatMap(({ step }) => stepBounds(rule.path[step], (column) => name(step, column), month)).join(' AND '),
  )
  if (each.includes('')) return ''
  const distinct = [...new Set(each)]
  return distinct.length === 1 ? (distinct[0] ?? '') : distinct.map((bounds) => `(${bounds})`).join(' OR ')
}

function stepBounds(step: RuleStep | undefined, column: (name: string) => string, { from, to }: MonthSpan): string[] {
  if (!step) return []
  const bounds: string[] = []
  if (step.within) {
    const [before, after] = step.graceHours ?? [0, 0]
    bounds.push(
      `${column(step.within[0])} < ${to} + INTERVAL ${before} HOUR`,
      `${column(step.within[1])} > ${from} - INTERVAL ${after} HOUR`,
    )
  }
  if (step.near)
    bounds.push(
      `${column(step.near.column)} >= ${from} - INTERVAL ${step.near.beforeMinutes} MINUTE`,
      `${column(step.near.column)} <= ${to} + INTERVAL ${step.near.afterMinutes} MINUTE`,
    )
  for (const where of step.where ?? []) {
    if (where.beforeAccessHours !== undefined)
      bounds.push(`${column(where.column)} < ${to} - INTERVAL ${minutes(where.beforeAccessHours)} MINUTE`)
    if (where.afterAccessHours !== undefined)
      bounds.push(`${column(where.column)} > ${from} + INTERVAL ${minutes(where.afterAccessHours)} MINUTE`)
  }
  return bounds
}

// Of the records before the month only each key's last can be the latest of an access in it, and only while it lasts; but
// it hides earlier ones even where it does not last.
function latestBounds(
  join: PlannedJoin,
  rules: readonly Rule[],
  name: Name,
  table: string,
  { from, to }: MonthSpan,
): string {
  const step = join.tables[0]?.step ?? 0
  const latest = name(step, join.latest ?? '')
  const key = join.key.map((pair) => name(pair.step, pair.column)).join(', ')
  const ends = rules.map((rule) => {
    const { within, graceHours } = rule.path[step] ?? {}
    return within && `${name(step, within[1])} > ${from} - INTERVAL ${graceHours?.[1] ?? 0} HOUR`
  })
  const lasting = ends.every((each) => each !== undefined) ? `(${[...new Set(ends)].join(' OR ')})` : ''
  const of =
    lasting === '' ? '' : ` AND (${key}) IN (SELECT ${key} FROM ${table} WHERE ${latest} < ${from} AND ${lasting})`
  const last = `(${key}, ${latest}) IN (SELECT ${key}, max(${latest}) FROM ${table} WHERE ${latest} < ${from}${of} GROUP BY ${key})`
  return `${latest} < ${to} AND (${latest} >= ${from} OR (${lasting === '' ? '' : `${lasting} AND `}${last}))`
}
