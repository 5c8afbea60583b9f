import { assert } from '../base/assert.ts'
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
export function boundsSql(join: PlannedJoin, rules: readonly Rule[], name: Name, month: MonthSpan): string {
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

const DAY_MS = 86_400_000

/** The days of the month that a record touches, as SQL that yields a row for each; `dayOf` says the same of an access. */
export function daysSql(join: PlannedJoin, rules: readonly Rule[], month: MonthSpan): string {
  const step = join.tables[0]?.step ?? 0
  const within = rules.map((rule) => rule.path[step]?.within).find((each) => each !== undefined)
  assert(within, 'what is joined by day lasts from one time to another')
  const [starts, ends] = within
  const grace = (side: 0 | 1) => Math.max(...rules.map((rule) => rule.path[step]?.graceHours?.[side] ?? 0))
  const day = (column: string, hours: number) => `intDiv(${sinceSql(column, month)} + ${hours * 3_600_000}, ${DAY_MS})`
  return `arrayJoin(range(toUInt8(greatest(0, ${day(starts, -grace(0))})), toUInt8(least(31, ${day(ends, grace(1))}) + 1)))`
}

/** The day of the month of an access, from 0. */
export const dayOf = (column: string, month: MonthSpan): string =>
  `toUInt8(intDiv(${sinceSql(column, month)}, ${DAY_MS}))`

const sinceSql = (column: string, { from }: MonthSpan): string =>
  `(toUnixTimestamp64Milli(${column}) - toUnixTimestamp64Milli(${from}))`
