import type { Analytics } from '../analytics/analytics.ts'
import { compileQuery, compileStatement, preparedKeys, type TableOf } from './compile-statement.ts'
import { hitCode } from './hit-code.ts'
import { monthSpan } from './month-span.ts'
import { planRules, type Statement } from './plan-rules.ts'
import { type PreparedMonth, prepareAccesses } from './prepare-accesses.ts'
import type { RuleSet } from './rule-set.ts'
import { setAsideBy } from './set-aside.ts'
import { settledSql } from './settle.ts'
import { fillWorkTable, SETTINGS } from './work-tables.ts'
import { writeVerdicts } from './write-verdicts.ts'

export interface MonthOutcome {
  readonly accesses: number
  readonly changed: number
}

export interface MonthRun {
  readonly analytics: Analytics
  readonly ruleSet: RuleSet
  readonly tableOf: TableOf
  /** kinds of evidence without a record */
  readonly absent: ReadonlySet<string>
  readonly runId: string
  /** `YYYY-MM-DD HH:MM:SS.mmm` UTC */
  readonly judgedAt: string
  readonly onStep: (step: string) => void
  /** accesses of a month that are worked on in memory; more go by way of the disk */
  readonly maxInMemory?: number
}

type Source = Statement['source']

/**
 * Judges every access of one month (YYYYMM, UTC) anew: evaluates all rules, keeps every hit with its witnesses, and
 * replaces the month's verdicts in one atomic step. A crash before that step leaves the old verdicts as they were.
 */
export async function evaluateMonth(run: MonthRun, month: number): Promise<MonthOutcome> {
  const { analytics, ruleSet, onStep } = run
  const code = hitCode(ruleSet.rules)
  const statements = planRules(ruleSet.rules)
  onStep(`${month} 準備 preparing`)
  const prepared = await prepareAccesses(run, month, preparedKeys(statements), code)
  await addHits(run, month, statements, 'work_access')
  onStep(`${month} 未有佐證 without evidence`)
  await fillOpen(analytics, prepared)
  await addHits(run, month, statements, 'work_open')
  onStep(`${month} 判定 verdicts`)
  await fillWorkTable(analytics, {
    name: 'work_settled',
    engine: prepared.engine,
    select: settledSql(code, ruleSet.rules),
  })
  return writeVerdicts(run, month, prepared.accesses, code)
}

/** Every rule that reads this table of accesses. */
async function addHits(run: MonthRun, month: number, statements: readonly Statement[], source: Source): Promise<void> {
  const { ruleSet } = run
  const parts = {
    tableOf: run.tableOf,
    code: hitCode(ruleSet.rules),
    month: monthSpan(month),
    setAside: setAsideBy(ruleSet.rules),
  }
  const add = async (step: string, sql: string) => {
    run.onStep(step)
    await run.analytics.command(`INSERT INTO work_hit (n, bits, strong, hits) ${sql}`, { settings: SETTINGS })
  }
  for (const statement of statements.filter((each) => each.source === source && canHit(each, run.absent)))
    await add(statement.rules.map(({ rule }) => rule.title).join('、'), compileStatement(statement, parts))
  for (const rule of ruleSet.rules) {
    const text = rule.query === undefined ? undefined : ruleSet.queries.get(rule.query)
    if (text !== undefined && rule.unless.includes('strong') === (source === 'work_open'))
      await add(rule.title, compileQuery(rule, text, parts))
  }
}

const canHit = ({ joins }: Statement, absent: ReadonlySet<string>): boolean =>
  joins.every(({ kind, tables }) => kind === 'absent' || tables.every(({ table }) => !absent.has(table)))

const fillOpen = (analytics: Analytics, { engine }: PreparedMonth): Promise<void> =>
  fillWorkTable(analytics, {
    name: 'work_open',
    engine,
    select: 'SELECT * FROM work_access WHERE n NOT IN (SELECT n FROM work_hit WHERE strong)',
  })
