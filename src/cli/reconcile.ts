import { setTimeout } from 'node:timers/promises'
import type { RunRecord } from '../wire/reconcile.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'

const POLL_MS = 250

export interface ReconcileOptions {
  readonly from?: string
  readonly to?: string
  readonly json?: boolean
}

/** Starts a reconciliation and waits for its end, telling its steps; 2 when something was set aside. */
export async function reconcile(
  connection: Connection,
  context: CommandContext,
  options: ReconcileOptions,
): Promise<number> {
  let run = await connection.post<RunRecord>('/api/runs', {
    ...(options.from !== undefined && { from: toInstant(options.from) }),
    ...(options.to !== undefined && { to: toInstant(options.to) }),
  })
  const { runId } = run
  while (run.state === 'running') {
    if (context.isTerminal) context.talk(`\r勾稽中 ${Math.round((run.progress ?? 0) * 100)}% ${run.step}\u001b[K`)
    await setTimeout(POLL_MS)
    const { runs } = await connection.get<{ runs: RunRecord[] }>('/api/runs')
    run = runs.find((each) => each.runId === runId) ?? run
  }
  if (context.isTerminal) context.talk('\r\u001b[K')
  if (options.json) context.out(`${JSON.stringify(run)}\n`)
  if (run.state === 'failed') {
    context.talk(`勾稽失敗 failed: ${run.error ?? ''}\n`)
    return exitCodes.failed
  }
  context.talk(
    `已判定 ${run.accesses?.toLocaleString() ?? '—'} 筆，變動 ${run.changed?.toLocaleString() ?? '—'} 筆（規則集 ${run.ruleSet}）\n`,
  )
  for (const { sentence, sentenceEn } of run.findings) context.talk(`  ! ${sentence} ${sentenceEn}\n`)
  return run.findings.length > 0 ? exitCodes.findings : exitCodes.done
}

// A bare day means its first moment in Taipei.
const toInstant = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00+08:00` : text)
