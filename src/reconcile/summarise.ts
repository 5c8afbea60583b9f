import type { Analytics } from '../analytics/analytics.ts'
import type { VerdictBreakdown, VerdictCounts, VerdictFilter, VerdictSummary } from '../wire/verdict.ts'
import type { Names } from './names.ts'
import type { RuleSet } from './rule-set.ts'
import { fromSql } from './taipei-text.ts'
import { filterSql } from './verdict-filter.ts'

interface CountRow {
  key: string
  contradicted: string
  unexplained: string
  weak: string
  explained: string
}

const COUNTS = ['contradicted', 'unexplained', 'weak', 'explained']
  .map((name) => `countIf(verdict = '${name}') AS ${name}`)
  .join(', ')
const MAX_UNITS = 40

/** The figures beside a list: counts, and how they spread over days, systems, units, rules and the hours of the week. */
export async function summarise(
  analytics: Analytics,
  ruleSet: RuleSet,
  names: Names,
  filter: VerdictFilter,
): Promise<VerdictSummary> {
  const { where, params } = filterSql(filter)
  const grouped = (key: string, tail = 'ORDER BY key') =>
    analytics.rows<CountRow>(
      `SELECT ${key} AS key, ${COUNTS} FROM verdict_current WHERE ${where} GROUP BY key ${tail}`,
      { params },
    )
  const [whole] = await analytics.rows<CountRow & { low: string; high: string; n: string }>(
    `SELECT '' AS key, ${COUNTS}, toString(min(at)) AS low, toString(max(at)) AS high, count() AS n FROM verdict_current WHERE ${where}`,
    { params },
  )
  const isEmpty = whole === undefined || whole.n === '0'
  const byDay = await grouped("toString(toDate(at, 'Asia/Taipei'))")
  const rules = await analytics.rows<{ rule: string; n: string }>(
    `SELECT rule, count() AS n FROM (SELECT arrayJoin(rules) AS rule FROM verdict_current WHERE ${where}) GROUP BY rule ORDER BY n DESC, rule`,
    { params },
  )
  const heat = await analytics.rows<{ weekday: number; hour: number; total: string; open: string }>(
    `SELECT toDayOfWeek(at, 0, 'Asia/Taipei') AS weekday, toHour(at, 'Asia/Taipei') AS hour, count() AS total, countIf(verdict IN ('contradicted', 'unexplained')) AS open
     FROM verdict_current WHERE ${where} GROUP BY weekday, hour ORDER BY weekday, hour`,
    { params },
  )
  return {
    counts: countsOf(whole),
    from: isEmpty ? null : fromSql(whole.low).toISOString(),
    to: isEmpty ? null : fromSql(whole.high).toISOString(),
    byDay: byDay.map((row) => ({ day: row.key, counts: countsOf(row) })),
    bySystem: breakdown(await grouped('system'), names.system),
    byUnit: breakdown(
      await grouped('unit', `ORDER BY contradicted + unexplained DESC, key LIMIT ${MAX_UNITS}`),
      (unit) => unit || '（不明）',
    ),
    byRule: rules.flatMap(({ rule, n }) => {
      const known = ruleSet.rules.find((each) => each.id === rule)
      return known ? [{ rule, kind: known.kind, label: known.title, labelEn: known.titleEn, hits: Number(n) }] : []
    }),
    heat: heat.map((cell) => ({
      weekday: Number(cell.weekday),
      hour: Number(cell.hour),
      total: Number(cell.total),
      open: Number(cell.open),
    })),
    agencies: [
      ...new Map(names.systems.map((each) => [each.agency, { agency: each.agency, name: each.agencyName }])).values(),
    ],
    systems: names.systems.map((each) => ({ system: each.system, name: each.name })),
  }
}

function countsOf(row: CountRow | undefined): VerdictCounts {
  const number = (text: string | undefined) => Number(text ?? 0)
  return {
    contradicted: number(row?.contradicted),
    unexplained: number(row?.unexplained),
    weak: number(row?.weak),
    explained: number(row?.explained),
  }
}

const breakdown = (rows: readonly CountRow[], name: (key: string) => string): VerdictBreakdown =>
  rows.map((row) => ({ key: row.key, label: name(row.key), counts: countsOf(row) }))
