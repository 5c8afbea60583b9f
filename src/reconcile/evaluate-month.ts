import type { Analytics, QueryParams } from '../analytics/analytics.ts'
import { compileQuery, compileRule, type TableOf } from './compile-rule.ts'
import { type Rule, STRONG } from './rule.ts'
import type { RuleSet } from './rule-set.ts'

// Grouping spills to disk beyond this, so that a month of any size stays within memory.
const SPILL_BYTES = 3_000_000_000
const SETTINGS = {
  max_bytes_before_external_group_by: SPILL_BYTES,
  max_bytes_before_external_sort: SPILL_BYTES,
  join_algorithm: 'hash',
  // Reordered joins with run-time filters never ended here where a rule also excludes accesses by a set.
  query_plan_optimize_join_order_limit: 0,
  enable_join_runtime_filters: 0,
} as const
// What each verdict weighs before its reasons are added.
const BASE = { contradicted: 0, unexplained: 10, weak: 2, explained: -30 } as const
export interface MonthOutcome {
  readonly accesses: number
  readonly changed: number
}

export interface MonthRun {
  readonly analytics: Analytics
  readonly ruleSet: RuleSet
  readonly tableOf: TableOf
  readonly runId: string
  /** `YYYY-MM-DD HH:MM:SS.mmm` UTC */
  readonly judgedAt: string
  readonly onStep: (step: string) => void
}

/**
 * Judges every access of one month (YYYYMM, UTC) anew: evaluates all rules, keeps every hit with its witnesses, and
 * replaces the month's verdicts in one atomic step. A crash before that step leaves the old verdicts as they were.
 */
export async function evaluateMonth(run: MonthRun, month: number): Promise<MonthOutcome> {
  const { analytics, ruleSet } = run
  await prepareAccesses(run, month)
  const inOrder = [
    ...ruleSet.rules.filter((rule) => rule.kind === 'template'),
    ...ruleSet.rules.filter((rule) => rule.kind === 'flag' && rule.unless.length === 0),
  ]
  const later = ruleSet.rules.filter((rule) => !inOrder.includes(rule))
  for (const rule of inOrder) await evaluateRule(run, rule)
  await fill(
    analytics,
    'work_open',
    `SELECT * FROM work_access WHERE access_id NOT IN (SELECT access_id FROM work_hit WHERE strength >= ${STRONG})`,
  )
  for (const rule of later) await evaluateRule(run, rule)
  run.onStep(`${month} 判定 verdicts`)
  await judge(run)
  return replaceMonth(run, month)
}

async function fill(analytics: Analytics, table: string, select: string, params: QueryParams = {}): Promise<void> {
  await analytics.command(`DROP TABLE IF EXISTS ${table} SYNC`)
  await analytics.command(`CREATE TABLE ${table} ENGINE = MergeTree ORDER BY tuple() AS ${select}`, {
    params,
    settings: SETTINGS,
  })
}

async function prepareAccesses(run: MonthRun, month: number): Promise<void> {
  const { analytics, ruleSet, tableOf } = run
  run.onStep(`${month} 準備 preparing`)
  const params: Record<string, string | number | readonly string[]> = { month }
  const claims = ruleSet.claims.map(({ claim, words }, i) => {
    params[`words_${i}`] = words
    params[`claim_${i}`] = claim
    return `multiSearchAny(access.purpose, {words_${i}:Array(String)}), {claim_${i}:String}`
  })
  await fill(
    analytics,
    'work_access',
    `SELECT access.access_id AS access_id, access.at AS at, access.agency AS agency, access.system AS system, access.officer AS officer,
       access.terminal AS terminal, access.action AS action, access.query_kind AS query_kind, access.subject_kind AS subject_kind, access.subject AS subject,
       access.purpose AS purpose, access.case_no AS case_no, access.case_key AS case_key, access.fields AS fields, access.source_id AS source_id,
       post.unit AS unit, post.title AS title, post.duty AS duty, post.person AS person, toLowCardinality(multiIf(${claims.join(', ')}, 'other')) AS claim
     FROM access ASOF LEFT JOIN ${tableOf('post')} AS post ON post.officer = access.officer AND access.at >= post.valid_from
     WHERE toYYYYMM(access.at) = {month:UInt32}`,
    params,
  )
  await analytics.command('DROP TABLE IF EXISTS work_hit SYNC')
  await analytics.command(
    `CREATE TABLE work_hit (rule LowCardinality(String), access_id FixedString(16), witnesses Array(FixedString(16)), strength UInt8, count UInt32)
     ENGINE = MergeTree ORDER BY rule`,
  )
}

async function evaluateRule(run: MonthRun, rule: Rule): Promise<void> {
  run.onStep(rule.title)
  const query = rule.query === undefined ? undefined : run.ruleSet.queries.get(rule.query)
  const sql = query === undefined ? compileRule(rule, run.tableOf) : compileQuery(rule, query, run.tableOf)
  await run.analytics.command(
    `INSERT INTO work_hit SELECT {rule:String}, access_id, witnesses, strength, count FROM (${sql})`,
    {
      params: { rule: rule.id },
      settings: SETTINGS,
    },
  )
}

/** Contradicted beats unexplained beats weak beats explained: any contradiction decides; else the strongest template. */
async function judge({ analytics, ruleSet, runId }: MonthRun): Promise<void> {
  const { rules } = ruleSet
  const params = {
    names: rules.map((rule) => rule.id),
    kinds: rules.map((rule) => ({ template: 0, contradiction: 1, flag: 2 })[rule.kind]),
    points: rules.map((rule) => rule.points),
    run: runId,
  }
  const indexOf = (name: string) => `indexOf({names:Array(String)}, ${name})`
  // Per access: its hits sorted, one for each rule (the strongest, ties by witness so that the choice never varies).
  const hits = `SELECT access_id AS id, arraySort(h -> (h.1, -h.2, h.3), groupArray((toString(rule), toInt16(strength), witnesses, count))) AS all,
      arrayFilter((h, i) -> i = 1 OR h.1 != all[i - 1].1, all, arrayEnumerate(all)) AS best FROM work_hit GROUP BY access_id`
  const kind = (name: string) => `{kinds:Array(UInt8)}[${indexOf(name)}]`
  const point = (name: string) => `{points:Array(Int32)}[${indexOf(name)}]`
  await fill(
    analytics,
    'work_verdict',
    `SELECT a.access_id AS access_id, at, agency, system, officer, unit, title, duty, subject_kind, subject, purpose, case_no, source_id,
       arrayMap(h -> h.1, best) AS rules, arrayMap(h -> toUInt8(h.2), best) AS strengths, arrayMap(h -> h.3, best) AS witnesses,
       arrayMax(arrayConcat([0], strengths)) AS strength,
       multiIf(arrayExists(r -> ${kind('r')} = 1, rules), 'contradicted', strength >= ${STRONG}, 'explained', strength > 0, 'weak', 'unexplained') AS verdict,
       toInt32(arraySum(arrayMap(r -> ${point('r')}, arrayConcat(rules, [''])))
         + multiIf(verdict = 'contradicted', ${BASE.contradicted}, verdict = 'explained', ${BASE.explained},
           verdict = 'weak', ${BASE.weak}, ${BASE.unexplained})) AS score,
       arraySort(r -> (-(${kind('r')} = 1), -${point('r')}, -strengths[indexOf(rules, r)], r), rules)[1] AS main_rule,
       cityHash64(rules, strengths, witnesses, verdict, score) AS fingerprint, {run:String} AS run_id
     FROM work_access AS a LEFT JOIN (${hits}) AS h ON h.id = a.access_id`,
    params,
  )
}

const COLUMNS = [
  'access_id, at, agency, system, officer, unit, title, duty, subject_kind, subject, purpose',
  'case_no, source_id, verdict, strength, score, rank, main_rule, rules, strengths, witnesses, fingerprint, run_id',
].join(', ')

async function replaceMonth(run: MonthRun, month: number): Promise<MonthOutcome> {
  const { analytics } = run
  await analytics.command('DROP TABLE IF EXISTS verdict_next SYNC')
  await analytics.command('CREATE TABLE verdict_next AS verdict_current')
  // The k-th row of one official, or on one subject, for the same reason counts a k-th: one story does not fill the list.
  const nth = (by: string) => `row_number() OVER (PARTITION BY ${by}, main_rule ORDER BY score DESC, at, access_id)`
  const subject = "if(subject_kind = 'none', toString(access_id), toString(subject))"
  const ranked = `SELECT *, toInt32(round(score / greatest(${nth('officer')}, ${nth(subject)}))) AS rank
    FROM work_verdict WHERE verdict IN ('contradicted', 'unexplained')`
  await analytics.command(`INSERT INTO verdict_next (${COLUMNS}) SELECT ${COLUMNS} FROM (${ranked})`, {
    settings: SETTINGS,
  })
  await analytics.command(
    `INSERT INTO verdict_next (${COLUMNS}) SELECT ${COLUMNS.replace('rank,', 'score AS rank,')} FROM work_verdict WHERE verdict NOT IN ('contradicted', 'unexplained')`,
    { settings: SETTINGS },
  )
  const changed = await appendHistory(run, month)
  const [counted] = await analytics.rows<{ n: string }>('SELECT count() AS n FROM verdict_next')
  await analytics.command(`ALTER TABLE verdict_current REPLACE PARTITION ${month} FROM verdict_next`)
  await analytics.command('DROP TABLE verdict_next SYNC')
  return { accesses: Number(counted?.n), changed }
}

// History first, verdicts second: a crash between the two repeats the month, and the rows already there are not added again.
async function appendHistory({ analytics, ruleSet, runId, judgedAt }: MonthRun, month: number): Promise<number> {
  const [before] = await analytics.rows<{ n: string }>('SELECT count() AS n FROM verdict_history')
  await analytics.command(
    `INSERT INTO verdict_history SELECT n.access_id, n.at, toDateTime64({judged:String}, 3, 'UTC'), {run:String}, {version:String}, n.verdict, n.score, n.rules, n.fingerprint, n.agency
     FROM verdict_next AS n
     LEFT ANTI JOIN (SELECT access_id, argMax(fingerprint, judged_at) AS last FROM verdict_history WHERE toYYYYMM(at) = {month:UInt32} GROUP BY access_id) AS h
       ON h.access_id = n.access_id AND h.last = n.fingerprint`,
    { params: { judged: judgedAt, run: runId, version: ruleSet.version, month }, settings: SETTINGS },
  )
  const [after] = await analytics.rows<{ n: string }>('SELECT count() AS n FROM verdict_history')
  return Number(after?.n) - Number(before?.n)
}
