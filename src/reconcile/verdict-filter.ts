import type { QueryParams } from '../analytics/analytics.ts'
import { type VerdictFilter, verdictNames } from '../wire/verdict.ts'
import { toSql } from './taipei-text.ts'

/** A filter as a WHERE condition over verdict_current, every value bound. */
export function filterSql(filter: VerdictFilter): { readonly where: string; readonly params: QueryParams } {
  const conditions: string[] = ['1']
  const params: Record<string, string | number | readonly string[]> = {}
  const add = (condition: string, name: string, value: string | number | readonly string[]) => {
    conditions.push(condition)
    params[name] = value
  }
  if (filter.from !== undefined)
    add("at >= toDateTime64({from:String}, 3, 'UTC')", 'from', toSql(new Date(filter.from)))
  if (filter.to !== undefined) add("at < toDateTime64({to:String}, 3, 'UTC')", 'to', toSql(new Date(filter.to)))
  for (const name of ['agency', 'system', 'unit', 'officer'] as const) {
    const value = filter[name]
    if (value !== undefined) add(`${name} = {${name}:String}`, name, value)
  }
  if (filter.subject !== undefined)
    add('subject = toFixedString(unhex({subject:String}), 16)', 'subject', filter.subject)
  const verdicts = filter.verdict?.split(',').filter((each) => (verdictNames as readonly string[]).includes(each))
  if (verdicts && verdicts.length > 0) add('toString(verdict) IN {verdicts:Array(String)}', 'verdicts', verdicts)
  if (filter.rule !== undefined) add('has(rules, {rule:String})', 'rule', filter.rule)
  if (filter.text !== undefined && filter.text !== '')
    add(
      '(positionCaseInsensitiveUTF8(purpose, {text:String}) > 0 OR positionCaseInsensitiveUTF8(case_no, {text:String}) > 0)',
      'text',
      filter.text,
    )
  if (filter.hour !== undefined) add("toHour(at, 'Asia/Taipei') = {hour:UInt8}", 'hour', filter.hour)
  if (filter.weekday !== undefined)
    add("toDayOfWeek(at, 0, 'Asia/Taipei') = {weekday:UInt8}", 'weekday', filter.weekday)
  return { where: conditions.join(' AND '), params }
}
