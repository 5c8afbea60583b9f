import type { Analytics } from '../analytics/analytics.ts'
import { EVIDENCE_KINDS, type EvidenceKind } from '../evidence/port.ts'
import type { AccessHit, AccessPage } from '../wire/access.ts'
import type { VerdictName } from '../wire/verdict.ts'
import { drawDay } from './draw-day.ts'
import { drawPath } from './draw-path.ts'
import { presentVerdict } from './list-verdicts.ts'
import { type Names, subjectLabel, wordFor } from './names.ts'
import type { Rule } from './rule.ts'
import type { RuleSet } from './rule-set.ts'
import { fillSentence, type Hit, type Story, summaryOf, tellStory } from './sentence.ts'
import { type StoredVerdict, VERDICT_COLUMNS } from './stored-verdict.ts'
import { fromSql } from './taipei-text.ts'
import { readWitnesses, type Witness, witnessSummary } from './witness.ts'

const MAX_HISTORY = 50
const BY_ID = 'access_id = toFixedString(unhex({id:String}), 16)'

type StoredPage = StoredVerdict & { witness_ids: string[][]; strengths: number[] }
interface StoredAccess {
  terminal: string
  action: string
  query_kind: string
  fields: string[]
  row_count: number
  import_id: string
  line: string
}

/** Everything one access's page shows, or undefined when there is no such access. Every claim comes from a stored record. */
export async function getAccess(
  analytics: Analytics,
  ruleSet: RuleSet,
  names: Names,
  id: string,
): Promise<AccessPage | undefined> {
  const params = { id }
  const [verdict] = await analytics.rows<StoredPage>(
    `SELECT ${VERDICT_COLUMNS}, arrayMap(w -> arrayMap(x -> lower(hex(x)), w), witnesses) AS witness_ids, strengths FROM (SELECT * FROM verdict_current WHERE ${BY_ID})`,
    { params },
  )
  const [access] = await analytics.rows<StoredAccess>(
    `SELECT terminal, action, query_kind, fields, row_count, import_id, line FROM access WHERE ${BY_ID}`,
    { params },
  )
  if (!verdict || !access) return undefined
  const hits = await readHits(analytics, ruleSet, verdict)
  const told = hits
    .map((hit) => presentHit(hit, fromSql(verdict.at)))
    .sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || Math.abs(b.points) - Math.abs(a.points) || b.strength - a.strength)
  const at = fromSql(verdict.at)
  const story: Story = {
    officer: verdict.officer,
    duty: verdict.duty,
    at,
    purpose: verdict.purpose,
    caseNo: verdict.case_no,
    queryKind: access.query_kind,
    agency: verdict.agency,
  }
  const [sentence, summary] = [tellStory(story, told, verdict.verdict), summaryOf(told)]
  const claim =
    ruleSet.claims.find(({ words }) => words.some((word) => verdict.purpose.includes(word)))?.claim ?? 'other'
  return {
    row: presentVerdict(verdict, ruleSet, names),
    sentence: sentence.zh,
    sentenceEn: sentence.en,
    summary: summary.zh,
    summaryEn: summary.en,
    rank: await placeInList(analytics, verdict),
    terminal: access.terminal,
    action: wordFor(access.action),
    queryKind: wordFor(access.query_kind),
    fields: access.fields,
    rowCount: Number(access.row_count),
    sourceId: verdict.source_id,
    importId: access.import_id,
    line: Number(access.line),
    hits: told,
    path: drawPath(
      { ...story, unit: `${verdict.unit}　${verdict.title}`, subjectLabel: subjectLabel(verdict.subject_hex) },
      hits,
    ),
    day: await drawDay(analytics, { officer: verdict.officer, at, terminal: access.terminal, claim }, hits),
    history: await readHistory(analytics, id),
    neighbours: await readNeighbours(analytics, verdict),
  }
}

const ORDER: Readonly<Record<AccessHit['kind'], number>> = { contradiction: 0, template: 1, flag: 2 }

async function readHits(analytics: Analytics, ruleSet: RuleSet, verdict: StoredPage): Promise<Hit[]> {
  const wanted = new Map<EvidenceKind, string[]>()
  const plans = verdict.rules.flatMap((id, i) => {
    const rule = ruleSet.rules.find((each) => each.id === id)
    return rule
      ? [{ rule, strength: Number(verdict.strengths[i] ?? 0), ids: idsByAlias(rule, verdict.witness_ids[i] ?? []) }]
      : []
  })
  for (const { ids } of plans)
    for (const { kind, id } of ids.values()) wanted.set(kind, [...(wanted.get(kind) ?? []), id])
  const witnesses = await readWitnesses(analytics, wanted)
  const counts = await countsOf(
    analytics,
    verdict,
    plans.map((plan) => plan.rule),
  )
  return plans.map(({ rule, strength, ids }) => ({
    rule,
    strength,
    count: counts.get(rule.id) ?? 0,
    witnesses: new Map(
      [...ids].flatMap(([alias, { id }]): [string, Witness][] => {
        const found = witnesses.get(id)
        return found ? [[alias, found]] : []
      }),
    ),
  }))
}

/** Witness ids stand in the order of the path's steps that witness; named queries give approvals only. */
function idsByAlias(
  rule: Rule,
  ids: readonly string[],
): ReadonlyMap<string, { readonly kind: EvidenceKind; readonly id: string }> {
  const steps = rule.path
    .filter((step) => !step.absent && !step.isAny)
    .map((step) => ({ alias: step.as, kind: step.table as EvidenceKind }))
  const named = rule.query ? [{ alias: 'r', kind: 'approval' as const }] : steps
  return new Map(named.flatMap(({ alias, kind }, i) => (ids[i] ? [[alias, { kind, id: ids[i] }] as const] : [])))
}

// The size of a crowd, a volume, a reuse, counted again from the verdicts: it is a figure about many rows, not a record.
async function countsOf(
  analytics: Analytics,
  verdict: StoredPage,
  rules: readonly Rule[],
): Promise<ReadonlyMap<string, number>> {
  const params = { officer: verdict.officer, subject: verdict.subject_hex, at: verdict.at, case_no: verdict.case_no }
  const same = "toYYYYMM(v.at) = toYYYYMM(toDateTime64({at:String}, 3, 'UTC'))"
  const subject = 'v.subject = toFixedString(unhex({subject:String}), 16)'
  const questions: Readonly<Record<string, string>> = {
    'case-reused': `SELECT uniqExact(subject) AS n FROM verdict_current AS v WHERE v.officer = {officer:String} AND ${same} AND has(v.rules, 'case-reused') AND v.case_no = {case_no:String}`,
    crowd: `SELECT uniqExact(officer) AS n FROM verdict_current AS v WHERE ${subject} AND ${same} AND has(v.rules, 'crowd')`,
    probing: `SELECT count() AS n FROM verdict_current AS v WHERE v.officer = {officer:String} AND ${subject} AND abs(dateDiff('minute', v.at, toDateTime64({at:String}, 3, 'UTC'))) <= 10`,
    volume: `SELECT count() AS n FROM verdict_current AS v WHERE v.officer = {officer:String} AND toDate(v.at, 'Asia/Taipei') = toDate(toDateTime64({at:String}, 3, 'UTC'), 'Asia/Taipei') AND v.strength < 3`,
  }
  const counts = new Map<string, number>()
  for (const { id } of rules) {
    const question = questions[id]
    if (question === undefined) continue
    const [row] = await analytics.rows<{ n: string }>(question, { params })
    counts.set(id, Number(row?.n))
  }
  return counts
}

function presentHit(hit: Hit, at: Date): AccessHit {
  return {
    rule: hit.rule.id,
    kind: hit.rule.kind,
    strength: hit.strength,
    points: hit.rule.points,
    sentence: fillSentence(hit.rule.sentence, hit, at, 'zh'),
    sentenceEn: fillSentence(hit.rule.sentenceEn, hit, at, 'en'),
    evidence: [...hit.witnesses.values()].map((witness) => ({
      evidenceId: witness.id,
      kind: witness.kind,
      kindTitle: EVIDENCE_KINDS[witness.kind].title,
      summary: witnessSummary(witness, at),
      recordedAt: witness.recordedAt?.toISOString() ?? null,
      knownAt: witness.knownAt.toISOString(),
      importId: witness.importId,
      line: witness.line,
    })),
  }
}

async function placeInList(analytics: Analytics, verdict: StoredPage): Promise<number> {
  const [row] = await analytics.rows<{ n: string }>(
    'SELECT count() + 1 AS n FROM verdict_current WHERE rank > {rank:Int32}',
    { params: { rank: Number(verdict.rank) } },
  )
  return Number(row?.n)
}

async function readHistory(analytics: Analytics, id: string): Promise<AccessPage['history']> {
  const rows = await analytics.rows<{
    judged: string
    run_id: string
    verdict: VerdictName
    score: number
    rule_set: string
  }>(
    `SELECT toString(judged_at) AS judged, run_id, toString(verdict) AS verdict, score, rule_set FROM verdict_history WHERE ${BY_ID} ORDER BY judged_at DESC LIMIT ${MAX_HISTORY}`,
    { params: { id } },
  )
  return rows.map((row) => ({
    at: fromSql(row.judged).toISOString(),
    runId: row.run_id,
    verdict: row.verdict,
    score: Number(row.score),
    ruleSet: row.rule_set,
  }))
}

// The rows before and after in the list by rank, among those that want looking at.
async function readNeighbours(analytics: Analytics, verdict: StoredPage): Promise<AccessPage['neighbours']> {
  const params = { rank: Number(verdict.rank), at: verdict.at, id: verdict.id }
  const place = '(v.rank, v.at, lower(hex(v.access_id)))'
  const here = "({rank:Int32}, toDateTime64({at:String}, 3, 'UTC'), {id:String})"
  const find = (sign: string, direction: string) =>
    analytics.rows<{ id: string }>(
      `SELECT lower(hex(access_id)) AS id FROM verdict_current AS v WHERE v.verdict IN ('contradicted', 'unexplained', 'weak') AND ${place} ${sign} ${here}
       ORDER BY v.rank ${direction}, v.at ${direction}, lower(hex(v.access_id)) ${direction} LIMIT 1`,
      { params },
    )
  const [[previous], [next]] = [await find('>', 'ASC'), await find('<', 'DESC')]
  return { previous: previous?.id ?? null, next: next?.id ?? null }
}
