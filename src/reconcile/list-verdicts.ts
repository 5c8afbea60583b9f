import type { Analytics } from '../analytics/analytics.ts'
import type { VerdictFilter, VerdictList, VerdictListQuery, VerdictRow } from '../wire/verdict.ts'
import { type Names, officerLabel, subjectLabel } from './names.ts'
import { orderedVerdicts } from './ordered-verdicts.ts'
import type { Rule } from './rule.ts'
import type { RuleSet } from './rule-set.ts'
import { type StoredVerdict, VERDICT_COLUMNS } from './stored-verdict.ts'
import { fromSql } from './taipei-text.ts'
import { filterSql } from './verdict-filter.ts'

/** Accesses with their verdicts, by rank or by time; the total counts the whole filter. */
export async function listVerdicts(
  analytics: Analytics,
  ruleSet: RuleSet,
  names: Names,
  query: VerdictListQuery,
): Promise<VerdictList> {
  const { sort, offset, limit, ...filter } = query
  const { where, params } = filterSql(filter)
  const order = sort === 'time' ? 'v.at DESC, v.access_id' : 'v.rank DESC, v.at DESC, v.access_id'
  const [counted] = await analytics.rows<{ n: string }>(`SELECT count() AS n FROM verdict_current WHERE ${where}`, {
    params,
  })
  const rows = await analytics.rows<StoredVerdict>(
    `SELECT ${VERDICT_COLUMNS} FROM (SELECT * FROM verdict_current AS v WHERE ${where} ORDER BY ${order} LIMIT {limit:UInt32} OFFSET {offset:UInt32})`,
    { params: { ...params, limit, offset } },
  )
  return { total: Number(counted?.n), rows: rows.map((row) => presentVerdict(row, ruleSet, names)) }
}

/** All rows of a filter, by rank, in bounded memory; ends when `signal` says that nobody reads on. */
export async function* streamVerdicts(
  analytics: Analytics,
  ruleSet: RuleSet,
  names: Names,
  filter: VerdictFilter,
  signal?: AbortSignal,
): AsyncGenerator<VerdictRow> {
  for await (const row of orderedVerdicts(analytics, filter, signal)) yield presentVerdict(row, ruleSet, names)
}

export function presentVerdict(row: StoredVerdict, ruleSet: RuleSet, names: Names): VerdictRow {
  const why = whyOf(row, ruleSet)
  return {
    accessId: row.id,
    verdict: row.verdict,
    score: Number(row.score),
    rank: Number(row.rank),
    rules: row.rules,
    sourceId: row.source_id,
    at: fromSql(row.at).toISOString(),
    agency: row.agency,
    agencyName: names.agency(row.agency),
    system: row.system,
    systemName: names.system(row.system),
    officer: row.officer,
    officerLabel: officerLabel(row.officer, row.duty),
    unit: row.unit,
    title: row.title,
    purpose: row.purpose,
    caseNo: row.case_no,
    subjectKind: row.subject_kind,
    subjectLabel: subjectLabel(row.subject_hex),
    why: why.map((rule) => rule.title).join('；') || NOTHING.zh,
    whyEn: why.map((rule) => rule.titleEn).join('; ') || NOTHING.en,
  }
}

const NOTHING = { zh: '查無任何佐證', en: 'No evidence of any kind' }
const SHOWN_REASONS = 2
const ORDER: Readonly<Record<Rule['kind'], number>> = { contradiction: 0, flag: 1, template: 2 }

/** The two reasons that say most: contradictions, then flags by weight; for the explained, what explains them. */
function whyOf(row: StoredVerdict, ruleSet: RuleSet): readonly Rule[] {
  const hits = row.rules.flatMap((id) => ruleSet.rules.find((rule) => rule.id === id) ?? [])
  const isExplained = row.verdict === 'explained' || row.verdict === 'weak'
  const told = hits.filter((rule) =>
    isExplained ? rule.kind === 'template' || rule.points >= 10 : rule.kind !== 'template' && rule.points > 0,
  )
  return told
    .sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || b.points - a.points || b.strength - a.strength)
    .slice(0, SHOWN_REASONS)
}
