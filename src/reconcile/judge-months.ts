import type { RunFinding } from '../wire/reconcile.ts'
import { evaluateMonth, type MonthRun } from './evaluate-month.ts'
import type { ReconcileParts } from './run-reconciliation.ts'

export interface MonthToDo {
  readonly month: number
  /** since when it is dirty; undefined: it is judged on demand */
  readonly since: Date | undefined
}

export interface Judged {
  readonly accesses: number
  readonly changed: number
  readonly findings: readonly RunFinding[]
}

/**
 * Judges months one after the other. One that cannot be judged is set aside with a finding: its earlier verdicts stand, it
 * stays to be judged, and every other month is judged. Throws when there is none that could be: then it is no row's fault.
 */
export async function judgeMonths(
  { database, log }: Pick<ReconcileParts, 'database' | 'log'>,
  months: readonly MonthToDo[],
  runOf: (place: number) => MonthRun,
): Promise<Judged> {
  const findings: RunFinding[] = []
  let [accesses, changed] = [0, 0]
  for (const [i, { month, since }] of months.entries()) {
    let step = ''
    const run = runOf(i)
    const onStep = (next: string) => {
      step = next
      run.onStep(next)
    }
    try {
      const outcome = await evaluateMonth({ ...run, onStep }, month)
      accesses += outcome.accesses
      changed += outcome.changed
    } catch (error) {
      log?.(`reconcile: ${month} was set aside at the step ${step}: ${causeOf(error)}`)
      findings.push(setAside(month, step))
      if (findings.length === months.length) throw error
      continue
    }
    // Data that came in while the month was judged keeps it dirty.
    if (since)
      await database.upkeep.query('DELETE FROM reconcile_dirty WHERE month = $1 AND since <= $2', [month, since])
  }
  return { accesses, changed, findings }
}

function setAside(month: number, step: string): RunFinding {
  const [year, number] = [Math.floor(month / 100), month % 100]
  const name = `${year}-${String(number).padStart(2, '0')}`
  return {
    code: 'month-set-aside',
    sentence: `${name}（民國 ${year - 1911} 年 ${number} 月）之查詢未能判定（「${step}」步驟失敗），先前的判定未變，其餘月份均已判定。請查看紀錄檔，排除原因後再勾稽一次。`,
    sentenceEn: `The accesses of ${name} could not be judged; their earlier verdicts stand, and all other months were judged. See the log, remove the cause and reconcile again.`,
  }
}

/** What the store said is wrong, by its code and name only: its words may quote a value. */
export function causeOf(error: unknown): string {
  const texts = [error, error instanceof Error ? error.cause : undefined].map((each) =>
    each instanceof Error ? each.message : '',
  )
  const named = texts.map((text) => /Code: (\d+)[\s\S]*\(([A-Z][A-Z_]+)\)/.exec(text)).find((found) => found !== null)
  if (named) return `ClickHouse ${named[1]} ${named[2]}`
  return error instanceof Error ? error.name : 'unknown'
}
