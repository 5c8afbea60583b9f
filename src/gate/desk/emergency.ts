import { fail, ok, type Result } from '../../base/result.ts'
import { taipeiDay, taipeiInstant } from '../../base/roc-date.ts'
import { type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { takeTurn } from '../asked.ts'
import type { VerdictDeps } from './decide-request.ts'
import { isJustification, requestEvent, storedOf } from './make-request.ts'
import { notify } from './notices.ts'
import type { Prove } from './office.ts'
import type { DecidedQuestion } from './question.ts'
import { holdsFor, noteQuestion } from './record-asked.ts'
import { insertRequest, type StoredRequest } from './request-store.ts'

const MINUTE_MS = 60_000
const REVIEW_MS = 3 * 86_400_000
const LOOKS = 5

/** Emergencies one person may open from midnight to midnight in Taipei. Who needs more calls his superior. */
export const MAX_EMERGENCIES_A_DAY = 3

export type EmergencyFailure =
  | 'not-requestable'
  | 'justification-missing'
  | 'presence-refused'
  | 'review-overdue'
  | 'too-many-emergencies'
  | 'decision-stale'

/**
 * Breaks the glass: for some minutes this one question is open to this one person. His superior and the ethics office are
 * told in the same transaction, and a review is opened that he owes. Who owes an overdue one cannot break the glass again, nor
 * can who has done so as often as one day allows.
 */
export async function openEmergency(
  deps: VerdictDeps,
  decided: DecidedQuestion,
  justification: string,
  prove: Prove,
): Promise<Result<StoredRequest, EmergencyFailure>> {
  const { decision, asker, binding } = decided
  if (decision.outcome !== 'break-glass') return fail('not-requestable')
  if (!isJustification(justification)) return fail('justification-missing')
  if (await hasOverdueReview(deps.database, asker.account, deps.clock.now())) return fail('review-overdue')
  if (await hasSpentDay(deps.database, asker.account, deps.clock.now())) return fail('too-many-emergencies')
  const presence = await prove(binding)
  if (!presence.ok) return presence
  const now = deps.clock.now()
  const until = new Date(now.getTime() + decision.minutes * MINUTE_MS)
  const request: StoredRequest = {
    ...storedOf(deps, decided, justification, now),
    kind: 'emergency',
    state: 'approved',
    template: 'supervisor',
    expiresAt: until,
    usableUntil: until,
    usesLeft: LOOKS,
  }
  const superiors = await deps.office.approversOf(asker.account, 'supervisor')
  const ethics = await deps.office.ethicsOf(asker.agency)
  const dueAt = new Date(now.getTime() + REVIEW_MS)
  return deps.database.transaction(async (tx) => {
    const turn = { account: request.account, at: now, counted: decided.request.subjectsToday }
    if (!(await takeTurn(tx, turn, holdsFor(deps, decided)))) return unchanged(fail('decision-stale'))
    // One at a time for each person, and counted again: of many at once no more are opened than a day allows.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`emergency:${asker.account}`])
    if (await hasSpentDay(tx, asker.account, now)) return unchanged(fail('too-many-emergencies'))
    await insertRequest(tx, request, presence.value.evidence)
    await tx.query('INSERT INTO gate_review (request, account, agency, due_at) VALUES ($1, $2, $3, $4)', [
      ...[request.id, request.account, request.agency, dueAt],
    ])
    const receipt = await recordEvent(tx, {
      ...requestEvent(request, now),
      kind: 'emergency-opened',
      reason: justification,
      detail: { ...requestEvent(request, now).detail, until: until.toISOString(), evidence: presence.value.evidence },
    })
    await noteQuestion(tx, decided, receipt, now)
    await notify(tx, [...superiors, ...ethics], {
      kind: 'emergency',
      request: request.id,
      about: `${request.unit} ${request.personName}`,
      at: now,
    })
    return recorded(receipt, ok(request))
  })
}

async function hasSpentDay(db: Queryable, account: string, now: Date): Promise<boolean> {
  const [row] = await db.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM gate_request WHERE account = $1 AND kind = 'emergency' AND asked_at >= $2",
    [account, taipeiInstant(taipeiDay(now))],
  )
  return (row?.n ?? 0) >= MAX_EMERGENCIES_A_DAY
}

async function hasOverdueReview(database: Queryable, account: string, now: Date): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1 FROM gate_review WHERE account = $1 AND conclusion = '' AND stated_at IS NULL AND due_at <= $2 LIMIT 1`,
    [account, now],
  )
  return rows.length > 0
}
