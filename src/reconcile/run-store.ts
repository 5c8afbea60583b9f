import type { Queryable, Upkeep } from '../database/database.ts'
import type { RunFinding, RunRecord } from '../wire/reconcile.ts'
import type { RunRequest } from './run-reconciliation.ts'

/** Figures of a run while it runs in this process. */
export interface LiveRun {
  readonly runId: string
  progress: number
  step: string
  accesses: number
}

interface RunRow {
  run_id: string
  state: RunRecord['state']
  started_at: Date
  ended_at: Date | null
  window_from: Date | null
  window_to: Date | null
  rule_set: string
  /** null where the run covers more than the reader serves */
  accesses: string | null
  changed: string | null
  error: string | null
  findings: RunFinding[]
}

export async function insertRun(
  db: Upkeep,
  runId: string,
  request: RunRequest,
  ruleSet: string,
  at: Date,
): Promise<void> {
  await db.query(
    "INSERT INTO reconcile_run (run_id, state, started_at, started_by, window_from, window_to, rule_set) VALUES ($1, 'running', $2, $3, $4, $5, $6)",
    [runId, at, request.startedBy.account, request.from ?? null, request.to ?? null, ruleSet],
  )
}

export async function endRun(
  db: Queryable,
  runId: string,
  end: {
    readonly state: 'done' | 'failed'
    readonly at: Date
    readonly accesses: number
    readonly changed: number
    readonly error: string | null
    readonly findings?: readonly RunFinding[]
  },
): Promise<void> {
  await db.query(
    'UPDATE reconcile_run SET state = $2, ended_at = $3, accesses = $4, changed = $5, error = $6, findings = $7 WHERE run_id = $1',
    [runId, end.state, end.at, end.accesses, end.changed, end.error, JSON.stringify(end.findings ?? [])],
  )
}

const MAX_LISTED = 200

export async function readRuns(db: Queryable): Promise<readonly RunRow[]> {
  return db.query<RunRow>('SELECT * FROM shown_run ORDER BY started_at DESC LIMIT $1', [MAX_LISTED])
}

/** A run that a stopped program left open, or whose end could not be written, did not finish; its months are still dirty. */
export async function closeAbandonedRuns(db: Upkeep, at: Date): Promise<void> {
  await db.query("UPDATE reconcile_run SET state = 'failed', ended_at = $1, error = $2 WHERE state = 'running'", [
    at,
    '程式中止；先前的判定未變。 The program stopped; earlier verdicts stand.',
  ])
}

export function presentRun(row: RunRow, live: LiveRun | undefined): RunRecord {
  return {
    runId: row.run_id,
    state: row.state,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    from: row.window_from?.toISOString() ?? null,
    to: row.window_to?.toISOString() ?? null,
    accesses: row.accesses === null ? null : (live?.accesses ?? Number(row.accesses)),
    changed: row.changed === null ? null : Number(row.changed),
    ruleSet: row.rule_set,
    progress: live?.progress ?? null,
    step: live?.step ?? '',
    error: row.error,
    findings: row.findings,
  }
}
