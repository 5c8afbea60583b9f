import { randomUUID } from 'node:crypto'
import type { Analytics } from '../analytics/analytics.ts'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { asInstallation } from '../base/tenant.ts'
import { type Database, recorded } from '../database/database.ts'
import { inLongWork } from '../database/patience.ts'
import { recordEvent } from '../ledger/port.ts'
import { QUERY_TABLE } from './compile-statement.ts'
import { absentKinds, currentEvidence, joinPaths } from './current-evidence.ts'
import { causeOf, judgeMonths, type MonthToDo } from './judge-months.ts'
import { planRules } from './plan-rules.ts'
import type { RuleSet } from './rule-set.ts'
import { closeAbandonedRuns, endRun, insertRun, type LiveRun } from './run-store.ts'
import { dropWorkTables } from './work-tables.ts'

export interface ReconcileParts {
  readonly analytics: Analytics
  readonly database: Database
  readonly clock: Clock
  /** told why something could not be judged, without what was in it */
  readonly log?: (line: string) => void
}

export interface RunRequest {
  /** ISO instants; whole months that overlap are judged anew. Neither: the months that new data touched. */
  readonly from?: string
  readonly to?: string
  readonly startedBy: { readonly account: string; readonly post: string }
  /** told of each step as it begins */
  readonly onStep?: (step: string) => void
}

export interface Runner {
  start(
    request: RunRequest,
  ): Promise<Result<{ readonly runId: string; readonly work: Promise<void> }, { readonly code: 'busy' }>>
  live(runId: string): LiveRun | undefined
  settle(): Promise<void>
}

/** Runs reconciliations, one at a time. */
export function newRunner(parts: ReconcileParts, rulesNow: () => RuleSet): Runner {
  let current: (LiveRun & { work: Promise<void> }) | undefined
  return {
    // Whoever starts it, a run judges every agency's accesses.
    start: (request) =>
      asInstallation(async () => {
        if (current) return fail({ code: 'busy' as const })
        const ruleSet = rulesNow()
        const runId = randomUUID()
        const live: LiveRun = { runId, progress: 0, step: '', accesses: 0 }
        const now = { ...live, work: Promise.resolve() }
        // Taken before the first await, so that two cannot start; given back whatever becomes of it.
        current = now
        const leave = () => {
          current = undefined
        }
        try {
          await openRun(parts, runId, request, ruleSet.version)
          now.work = inLongWork(() =>
            parts.database.exclusively('reconcile', () => carryOut(parts, ruleSet, request, now)),
          ).finally(leave)
        } catch (error) {
          leave()
          throw error
        }
        return ok({ runId, work: now.work })
      }),
    live: (runId) => (current?.runId === runId ? current : undefined),
    settle: async () => {
      await current?.work.catch(() => undefined)
    },
  }
}

// One run at a time: whichever record still says `running` is of one whose end could not be written.
async function openRun(
  { database, clock }: ReconcileParts,
  runId: string,
  request: RunRequest,
  version: string,
): Promise<void> {
  await closeAbandonedRuns(database.upkeep, clock.now())
  await insertRun(database.upkeep, runId, request, version, clock.now())
}

async function carryOut(parts: ReconcileParts, ruleSet: RuleSet, request: RunRequest, live: LiveRun): Promise<void> {
  const { analytics, database, clock } = parts
  try {
    const months = await monthsToDo(parts, request)
    await dropWorkTables(analytics)
    const kinds = kindsRead(ruleSet)
    const tableOf = await currentEvidence(analytics, kinds)
    const absent = await absentKinds(analytics, kinds, tableOf)
    const statements = planRules(ruleSet.rules)
    await joinPaths(analytics, statements, tableOf)
    const judgedAt = clock.now().toISOString().replace('T', ' ').replace('Z', '')
    const judged = await judgeMonths(parts, months, (place) => {
      let steps = 0
      const onStep = (step: string) => {
        live.step = step
        request.onStep?.(step)
        live.progress = (place + Math.min(++steps / (ruleSet.rules.length + 2), 1)) / months.length
      }
      return { analytics, ruleSet, tableOf, absent, runId: live.runId, judgedAt, onStep }
    })
    const { accesses, changed, findings } = judged
    live.accesses = accesses
    await dropWorkTables(analytics)
    await database.transaction(async (tx) => {
      await endRun(tx, live.runId, { state: 'done', at: clock.now(), accesses, changed, error: null, findings })
      const receipt = await recordEvent(tx, {
        kind: 'reconcile',
        at: clock.now(),
        actor: request.startedBy.account,
        actorPost: request.startedBy.post,
        subjectRef: `run:${live.runId}`,
        reason: '',
        detail: { ruleSet: ruleSet.version, accesses, changed, setAside: findings.length },
      })
      return recorded(receipt, undefined)
    })
  } catch (error) {
    parts.log?.(`reconcile: failed at the step ${live.step}: ${causeOf(error)}`)
    await endRun(database.upkeep, live.runId, {
      state: 'failed',
      at: clock.now(),
      accesses: live.accesses,
      changed: 0,
      error: `「${live.step}」步驟失敗；先前的判定未變。 Failed at this step; earlier verdicts stand.`,
    })
    throw error
  }
}

async function monthsToDo({ analytics, database }: ReconcileParts, request: RunRequest): Promise<MonthToDo[]> {
  // A month whose accesses were all taken away has verdicts still, which go.
  const parts = await analytics.rows<{ partition: string }>(
    "SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND table IN ('access', 'verdict_current') AND active AND rows > 0 ORDER BY partition",
  )
  const present = parts.map((part) => Number(part.partition))
  const dirty = new Map(
    (await database.query<{ month: number; since: Date }>('SELECT month, since FROM reconcile_dirty')).map((row) => [
      row.month,
      row.since,
    ]),
  )
  const isWanted = (month: number): boolean => {
    if (request.from === undefined && request.to === undefined) return dirty.has(month)
    return (
      (request.from === undefined || month >= monthOf(request.from)) &&
      (request.to === undefined || month <= monthOf(request.to))
    )
  }
  return present.filter(isWanted).map((month) => ({ month, since: dirty.get(month) }))
}

function monthOf(iso: string): number {
  const at = new Date(iso)
  return at.getUTCFullYear() * 100 + at.getUTCMonth() + 1
}

const kindsRead = (ruleSet: RuleSet): readonly string[] => [
  ...new Set([
    'post',
    ...ruleSet.rules.flatMap((rule) => rule.path.map((step) => step.table)),
    ...[...ruleSet.queries.values()].flatMap((text) => [...text.matchAll(QUERY_TABLE)].map((match) => match[2] ?? '')),
  ]),
]
