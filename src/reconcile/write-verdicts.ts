import type { Analytics } from '../analytics/analytics.ts'
import { assert } from '../base/assert.ts'
import type { MonthOutcome, MonthRun } from './evaluate-month.ts'
import type { HitCode } from './hit-code.ts'
import { BASE } from './settle.ts'
import { SETTINGS } from './work-tables.ts'

const CARRIED = [
  'access_id',
  'at',
  'agency',
  'system',
  'officer',
  'unit',
  'title',
  'duty',
  'subject_kind',
  'subject',
  'purpose',
  'case_no',
  'source_id',
]
const JUDGED = 'verdict, strength, score, rank, main_rule, rules, strengths, witnesses, fingerprint, run_id'
const COLUMNS = `${CARRIED.join(', ')}, ${JUDGED}`
const ACCESS = CARRIED.map((column) => `a.${column} AS ${column}`).join(', ')
// What needs no person's eyes, by far the most, goes straight into the table; only the rest is ranked.
const QUIET = "verdict = 'explained'"
const DECODED = `h.strengths AS strengths, arrayMap(h -> {names:Array(String)}[reinterpretAsUInt8(h) + 1], h.best) AS rules,
  arrayMap(h -> reinterpret(substring(h, 3), 'Array(FixedString(16))'), h.best) AS witnesses,
  cityHash64(rules, strengths, witnesses, toString(verdict), score) AS fingerprint, {run:String} AS run_id`

/** Replaces the month's verdicts by what `work_settled` says, in one step, after its changes were added to the history. */
export async function writeVerdicts(
  run: MonthRun,
  month: number,
  accesses: number,
  code: HitCode,
): Promise<MonthOutcome> {
  const { analytics } = run
  await analytics.command('DROP TABLE IF EXISTS verdict_next SYNC')
  await analytics.command('CREATE TABLE verdict_next AS verdict_current')
  const params = { names: code.rules.map((rule) => rule.id), run: run.runId }
  for (const select of [quietSql(), rankedSql()])
    await analytics.command(`INSERT INTO verdict_next (${COLUMNS}) ${select}`, { params, settings: SETTINGS })
  assert((await countOf(analytics, 'verdict_next')) === accesses, 'every access has one verdict')
  const changed = await appendHistory(run, month)
  // A month whose every access was taken away has nothing to replace by: the engine refuses an empty source.
  const replace = accesses === 0 ? `DROP PARTITION ${month}` : `REPLACE PARTITION ${month} FROM verdict_next`
  await analytics.command(`ALTER TABLE verdict_current ${replace}`)
  await analytics.command('DROP TABLE verdict_next SYNC')
  return { accesses, changed }
}

const quietSql = (): string =>
  `SELECT ${COLUMNS} FROM (SELECT ${ACCESS}, h.verdict AS verdict, h.strength AS strength, h.score AS score, h.score AS rank, h.main_rule AS main_rule, ${DECODED}
   FROM work_access AS a INNER JOIN (SELECT * FROM work_settled WHERE ${QUIET}) AS h ON h.n = a.n)`

// An access that no rule hit stands in no row of work_settled: unexplained, for no other reason.
function rankedSql(): string {
  // The k-th row of one official, or on one subject, for the same reason counts a k-th: one story does not fill the list.
  const nth = (by: string) => `row_number() OVER (PARTITION BY ${by}, main_rule ORDER BY score DESC, at, access_id)`
  const subject = "if(subject_kind = 'none', toString(access_id), toString(subject))"
  return `SELECT ${COLUMNS} FROM (
    SELECT *, if(score > 0, toInt32(round(score / greatest(${nth('officer')}, ${nth(subject)}))), score) AS rank FROM (
      SELECT ${ACCESS}, if(h.verdict = '', 'unexplained', h.verdict) AS verdict, h.strength AS strength,
        if(h.verdict = '', ${BASE.unexplained}, h.score) AS score, h.main_rule AS main_rule, ${DECODED}
      FROM (SELECT * FROM work_access WHERE n NOT IN (SELECT n FROM work_settled WHERE ${QUIET})) AS a
      LEFT JOIN (SELECT * FROM work_settled WHERE NOT ${QUIET}) AS h ON h.n = a.n))`
}

// History first, verdicts second: a crash between the two repeats the month, and the rows already there are not added again.
async function appendHistory({ analytics, ruleSet, runId, judgedAt }: MonthRun, month: number): Promise<number> {
  const before = await countOf(analytics, 'verdict_history')
  await analytics.command(
    `INSERT INTO verdict_history SELECT n.access_id, n.at, toDateTime64({judged:String}, 3, 'UTC'), {run:String}, {version:String}, n.verdict, n.score, n.rules, n.fingerprint, n.agency
     FROM verdict_next AS n
     LEFT ANTI JOIN (SELECT access_id, argMax(fingerprint, judged_at) AS last FROM verdict_history WHERE toYYYYMM(at) = {month:UInt32} GROUP BY access_id) AS h
       ON h.access_id = n.access_id AND h.last = n.fingerprint`,
    { params: { judged: judgedAt, run: runId, version: ruleSet.version, month }, settings: SETTINGS },
  )
  return (await countOf(analytics, 'verdict_history')) - before
}

async function countOf(analytics: Analytics, table: 'verdict_next' | 'verdict_history'): Promise<number> {
  const [counted] = await analytics.rows<{ n: string }>(`SELECT count() AS n FROM ${table}`)
  return Number(counted?.n)
}
