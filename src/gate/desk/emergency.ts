import type { Json } from '../../base/canonical-json.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { taipeiDay, taipeiInstant } from '../../base/roc-date.ts'
import { type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { takeTurn } from '../asked.ts'
import { actedBy, type Via } from './acted-by.ts'
import type { VerdictDeps } from './decide-request.ts'
import { aboutOf, isJustification, requestEvent, storedOf } from './make-request.ts'
import { notify } from './notices.ts'
import type { OfficePerson, Prove } from './office.ts'
import type { DecidedQuestion } from './question.ts'
import { holdsFor, noteQuestion } from './record-asked.ts'
import { insertRequest, type StoredRequest } from './request-store.ts'

export const MINUTE_MS = 60_000
const REVIEW_MS = 3 * 86_400_000
export const EMERGENCY_LOOKS = 5
/** as long as a denial may be asked for: whoever stands at the counter confirms at once or not at all */
const CONFIRM_MS = 15 * MINUTE_MS
const MAX_UNCONFIRMED = 3

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
  const refusal = await standsAgainst(deps, asker.account)
  if (refusal) return fail(refusal)
  const presence = await prove(binding)
  if (!presence.ok) return presence
  const now = deps.clock.now()
  const until = new Date(now.getTime() + decision.minutes * MINUTE_MS)
  const request: StoredRequest = {
    ...storedOf(deps, decided, justification, now),
    ...{ kind: 'emergency', state: 'approved', template: 'supervisor' },
    ...{ expiresAt: until, usableUntil: until, usesLeft: EMERGENCY_LOOKS },
  }
  const readers = await readersOf(deps, request)
  return deps.database.transaction(async (tx) => {
    const turn = { account: asker.account, at: now, counted: decided.request.subjectsToday }
    if (!(await takeTurn(tx, turn, holdsFor(deps, decided)))) return unchanged(fail('decision-stale'))
    if (!(await mayOpen(tx, asker.account, now))) return unchanged(fail('too-many-emergencies'))
    await insertRequest(tx, request, presence.value.evidence)
    const receipt = await recordOpening(tx, request, readers, until, presence.value.evidence, now)
    await noteQuestion(tx, decided, receipt, now)
    return recorded(receipt, ok(request))
  })
}

/** Who is told that somebody broke the glass: his superiors and the ethics office. */
export async function readersOf({ office }: Pick<VerdictDeps, 'office'>, { account, agency }: StoredRequest) {
  const superiors = await office.approversOf(account, 'supervisor')
  return [...superiors, ...(await office.ethicsOf(agency))]
}

/** One at a time for each person, and counted again: of many at once no more are opened than a day allows. */
export async function mayOpen(tx: Queryable, account: string, now: Date): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`emergency:${account}`])
  return !(await hasSpentDay(tx, account, now))
}

/** What an opened emergency leaves: the review he owes, its event as his own act, and the notices. */
export async function recordOpening(
  tx: Queryable,
  request: StoredRequest,
  readers: readonly OfficePerson[],
  until: Date,
  evidence: Json,
  now: Date,
) {
  await tx.query('INSERT INTO gate_review (request, account, agency, due_at) VALUES ($1, $2, $3, $4)', [
    ...[request.id, request.account, request.agency, new Date(now.getTime() + REVIEW_MS)],
  ])
  const { detail, ...event } = requestEvent(request, now)
  const receipt = await recordEvent(tx, {
    ...{ ...event, kind: 'emergency-opened', reason: request.justification },
    detail: { ...detail, until: until.toISOString(), evidence },
  })
  await notify(tx, readers, { kind: 'emergency', request: request.id, about: aboutOf(request), at: now })
  return receipt
}

/**
 * A system asks to break the glass in an official's name. It opens nothing: it waits, a quarter of an hour, until he says on
 * his own page, with his own passkey, that it is he. The asking is the system's act; his is the confirming.
 */
export async function askEmergency(
  deps: VerdictDeps,
  decided: DecidedQuestion,
  justification: string,
  via: Via,
): Promise<Result<StoredRequest, EmergencyFailure | 'too-many-pending'>> {
  const { decision, asker } = decided
  if (decision.outcome !== 'break-glass') return fail('not-requestable')
  if (!isJustification(justification)) return fail('justification-missing')
  const refusal = await standsAgainst(deps, asker.account)
  if (refusal) return fail(refusal)
  const now = deps.clock.now()
  const request: StoredRequest = {
    ...storedOf(deps, decided, justification, now),
    ...{ kind: 'emergency', state: 'pending', template: 'supervisor' },
    ...{ expiresAt: new Date(now.getTime() + CONFIRM_MS), usableUntil: null, usesLeft: 0 },
  }
  return deps.database.transaction(async (tx) => {
    const turn = { account: asker.account, at: now, counted: decided.request.subjectsToday }
    if (!(await takeTurn(tx, turn, holdsFor(deps, decided)))) return unchanged(fail('decision-stale'))
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`emergency:${asker.account}`])
    const waiting = await tx.query(
      "SELECT 1 FROM gate_request WHERE account = $1 AND kind = 'emergency' AND state = 'pending' AND expires_at > $2",
      [asker.account, now],
    )
    if (waiting.length >= MAX_UNCONFIRMED) return unchanged(fail('too-many-pending'))
    await insertRequest(tx, request, null)
    const event = { ...requestEvent(request, now), kind: 'emergency-asked', reason: justification } as const
    const receipt = await recordEvent(tx, actedBy(event, via))
    await noteQuestion(tx, decided, receipt, now)
    const about = `${request.query}（經 ${via.system}）`
    await notify(tx, [asker.account], { kind: 'emergency-waits', request: request.id, about, at: now })
    return recorded(receipt, ok(request))
  })
}

/** What keeps somebody from a further emergency, whoever asks for it. */
export async function standsAgainst(
  { database, clock }: Pick<VerdictDeps, 'database' | 'clock'>,
  account: string,
): Promise<'review-overdue' | 'too-many-emergencies' | undefined> {
  if (await hasOverdueReview(database, account, clock.now())) return 'review-overdue'
  return (await hasSpentDay(database, account, clock.now())) ? 'too-many-emergencies' : undefined
}

// What a system asked for and nobody confirmed was none of his.
async function hasSpentDay(db: Queryable, account: string, now: Date): Promise<boolean> {
  const [row] = await db.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM gate_request WHERE account = $1 AND kind = 'emergency' AND usable_until IS NOT NULL AND asked_at >= $2",
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
