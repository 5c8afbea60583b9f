import { type Outcome, type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent, recordEvents } from '../../ledger/port.ts'
import type { ShadowReport } from '../../wire/authzen.ts'
import { noteAsked } from '../asked.ts'
import type { AskingSystem } from './protocol.ts'

/** One decision as it is kept. `outcome` is what the policies said, also where the system is only watched. */
export interface KeptEvaluation {
  readonly id: string
  readonly account: string
  readonly query: string
  readonly act: string
  readonly purpose: string
  readonly caseNumber: string
  /** keyed pseudonym; goes into the event, not into this table */
  readonly subjectToken: string
  readonly outcome: string
  readonly reason: string
  readonly policyVersion: string
  readonly duties: readonly string[]
}

/** A system may owe this many receipts older than the grace before its permits stop. */
export const MAX_OWED = 10
const GRACE_MS = 10 * 60_000
const MAX_REPORT_ROWS = 200
const MAX_DUTIES = 20

/** Writes decisions and their events; the answers may go out once the transaction around this has been committed. */
export async function keepEvaluations(
  tx: Queryable,
  { system, agency, isShadow }: AskingSystem,
  kept: readonly KeptEvaluation[],
  at: Date,
): Promise<Outcome<void>> {
  const column = (of: (each: KeptEvaluation) => unknown) => kept.map(of)
  await tx.query(
    `INSERT INTO evaluation (id, account, query, act, purpose, outcome, reason, policy_version, duties, system, at, is_shadow,
       agency)
     SELECT id, account, query, act, purpose, outcome, reason, policy_version, string_to_array(duties, ' '), $10, $11, $12, $13
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       AS kept (id, account, query, act, purpose, outcome, reason, policy_version, duties)`,
    [
      ...[column(({ id }) => id), column(({ account }) => account), column(({ query }) => query)],
      ...[column(({ act }) => act), column(({ purpose }) => purpose), column(({ outcome }) => outcome)],
      ...[column(({ reason }) => reason), column(({ policyVersion }) => policyVersion)],
      ...[column(({ duties }) => duties.join(' ')), system, at, isShadow, agency],
    ],
    'keep-evaluations',
  )
  const receipts = await recordEvents(
    tx,
    kept.map((each) => ({
      kind: 'gate-evaluated',
      at,
      // The system asked, in his name; no list of his acts holds what he did not do.
      actor: `system:${system}`,
      actorPost: '',
      subjectRef: `evaluation:${each.id}`,
      reason: '',
      place: `system:${system}`,
      detail: {
        onBehalfOf: each.account,
        system,
        isShadow,
        query: each.query,
        act: each.act,
        purpose: each.purpose,
        case: each.caseNumber,
        subject: each.subjectToken,
        outcome: each.outcome,
        reason: each.reason,
        policyVersion: each.policyVersion,
        duties: each.duties,
      },
    })),
  )
  const [first] = receipts
  if (!first) return unchanged(undefined)
  const asked = kept.map(({ account, subjectToken }, i) => ({
    ...{ eventId: receipts[i]?.eventId ?? '', account, post: '', agency, subjectToken },
  }))
  await noteAsked(
    tx,
    asked.filter(({ subjectToken }) => subjectToken !== ''),
    at,
  )
  return recorded(first, undefined)
}

/** Whether a system owes so many receipts that it gets no further permit. */
export async function owesReceipts(database: Queryable, system: string, now: Date): Promise<boolean> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM (SELECT 1 FROM evaluation
       WHERE system = $1 AND at < $2 AND receipt_at IS NULL AND outcome = 'permit' AND NOT is_shadow LIMIT $3) owed`,
    [system, new Date(now.getTime() - GRACE_MS), MAX_OWED],
  )
  return (row?.n ?? 0) >= MAX_OWED
}

export interface Receipt {
  readonly evaluation: string
  readonly fulfilled: readonly string[]
  readonly rows: number
}

/**
 * Keeps what a system says it did. `incomplete`: it names less than its permit obliged it to; that too is kept and
 * recorded, and the permit stays owed. `unknown`: no such permit of this system, or told before.
 */
export async function keepReceipt(
  tx: Queryable,
  system: string,
  { evaluation, fulfilled, rows }: Receipt,
  now: Date,
): Promise<Outcome<'kept' | 'incomplete' | 'unknown'>> {
  const [found] = await tx.query<{ duties: string[]; account: string }>(
    `SELECT duties, account FROM evaluation
     WHERE id = $1 AND system = $2 AND outcome = 'permit' AND receipt_at IS NULL FOR UPDATE`,
    [evaluation, system],
  )
  if (!found) return unchanged('unknown')
  const missing = found.duties.filter((duty) => !fulfilled.includes(duty))
  await tx.query('UPDATE evaluation SET fulfilled = $2, rows = $3, receipt_at = $4 WHERE id = $1', [
    ...[evaluation, fulfilled.slice(0, MAX_DUTIES), rows, missing.length === 0 ? now : null],
  ])
  const receipt = await recordEvent(tx, {
    kind: 'receipt',
    at: now,
    actor: `system:${system}`,
    actorPost: '',
    subjectRef: `evaluation:${evaluation}`,
    reason: '',
    detail: { account: found.account, fulfilled, missing, rows },
  })
  return recorded(receipt, missing.length === 0 ? 'kept' : 'incomplete')
}

/** What systems that are only watched would have been refused since `from`. */
export async function shadowReport(database: Queryable, from: Date): Promise<ShadowReport> {
  const [totals] = await database.query<{ all: number; stopped: number }>(
    `SELECT count(*)::int AS all, count(*) FILTER (WHERE outcome <> 'permit')::int AS stopped
     FROM evaluation WHERE is_shadow AND at >= $1`,
    [from],
  )
  const rows = await database.query<ShadowReport['rows'][number] & Record<string, unknown>>(
    `SELECT system, account, query, reason, count(*)::int AS count FROM evaluation
     WHERE is_shadow AND outcome <> 'permit' AND at >= $1
     GROUP BY system, account, query, reason ORDER BY count DESC, account, query LIMIT $2`,
    [from, MAX_REPORT_ROWS],
  )
  return {
    from: from.toISOString(),
    evaluations: totals?.all ?? 0,
    wouldBeStopped: totals?.stopped ?? 0,
    rows: [...rows],
  }
}
