import { fail, ok, type Result } from '../../base/result.ts'
import { type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import type { VerdictDeps } from './decide-request.ts'
import { isJustification, requestEvent } from './make-request.ts'
import { findRequest } from './request-store.ts'

/** What an emergency still owes: the officer's account of it, and somebody else's judgement. */
export interface EmergencyReview {
  readonly request: string
  readonly account: string
  readonly personName: string
  readonly unit: string
  readonly query: string
  readonly purpose: string
  readonly justification: string
  readonly openedAt: Date
  readonly dueAt: Date
  readonly statement: string
  readonly statedAt: Date | null
  readonly conclusion: '' | 'justified' | 'unjustified'
  readonly remark: string
  readonly reviewer: string
  readonly reviewedAt: Date | null
  /** how often it was really looked at */
  readonly looks: number
}

const COLUMNS = `v.request, v.account, r.person_name AS "personName", r.unit, r.query, r.purpose, r.justification,
  r.asked_at AS "openedAt", v.due_at AS "dueAt", v.statement, v.stated_at AS "statedAt", v.conclusion, v.remark,
  v.reviewer, v.reviewed_at AS "reviewedAt",
  (SELECT count(*)::int FROM disclosure d WHERE d.approval = r.id::text) AS looks`
const MAX_REVIEWS = 200

/** The emergencies of one official, newest first. */
export const reviewsOf = (database: Queryable, account: string): Promise<readonly EmergencyReview[]> =>
  database.query<EmergencyReview & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM gate_review v JOIN gate_request r ON r.id = v.request
     WHERE v.account = $1 ORDER BY r.asked_at DESC LIMIT ${MAX_REVIEWS}`,
    [account],
  )

/** Emergencies of an agency, those without a judgement first, by when it is due. */
export const reviewsOfAgency = (database: Queryable, agency: string): Promise<readonly EmergencyReview[]> =>
  database.query<EmergencyReview & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM gate_review v JOIN gate_request r ON r.id = v.request
     WHERE v.agency = $1 ORDER BY v.conclusion <> '', v.due_at LIMIT ${MAX_REVIEWS}`,
    [agency],
  )

export type ReviewFailure =
  | 'unknown'
  | 'not-yours'
  | 'own-request'
  | 'ended'
  | 'justification-missing'
  | 'conflict'
  | 'systems-unavailable'

/** The officer explains what he did; later than due, too: the debt is paid by paying it. */
export async function stateReview(
  { database, clock }: Pick<VerdictDeps, 'database' | 'clock'>,
  id: string,
  account: string,
  statement: string,
): Promise<Result<undefined, ReviewFailure>> {
  if (!isJustification(statement)) return fail('justification-missing')
  const request = await findRequest(database, id)
  if (request?.kind !== 'emergency') return fail('unknown')
  if (request.account !== account) return fail('not-yours')
  const now = clock.now()
  return database.transaction(async (tx) => {
    const rows = await tx.query(
      'UPDATE gate_review SET statement = $2, stated_at = $3 WHERE request = $1 AND stated_at IS NULL RETURNING request',
      [id, statement, now],
    )
    if (rows.length === 0) return unchanged(fail('ended'))
    const receipt = await recordEvent(tx, {
      ...requestEvent(request, now),
      kind: 'emergency-stated',
      reason: statement,
    })
    return recorded(receipt, ok(undefined))
  })
}

/** Somebody else judges: nobody his own emergency, his superior's, his reports', his household's, or one in a case he handles. */
export async function concludeReview(
  { database, clock, office, gate }: Pick<VerdictDeps, 'database' | 'clock' | 'office' | 'gate'>,
  id: string,
  reviewer: { readonly account: string; readonly post: string },
  given: { readonly conclusion: 'justified' | 'unjustified'; readonly remark: string },
): Promise<Result<undefined, ReviewFailure>> {
  if (!isJustification(given.remark)) return fail('justification-missing')
  const request = await findRequest(database, id)
  if (request?.kind !== 'emergency') return fail('unknown')
  if (request.account === reviewer.account) return fail('own-request')
  if (await office.conflict(reviewer.account, request.account, 'judge')) return fail('conflict')
  const { agency, caseNumber, subjectToken } = request
  if (caseNumber !== '') {
    const facts = await gate.caseFacts({ agency, caseNumber, subjectToken, account: reviewer.account })
    if (!facts.ok) return fail('systems-unavailable')
    if (facts.value.isAskerAssigned) return fail('conflict')
  }
  const now = clock.now()
  return database.transaction(async (tx) => {
    const rows = await tx.query(
      `UPDATE gate_review SET conclusion = $2, remark = $3, reviewer = $4, reviewed_at = $5
       WHERE request = $1 AND conclusion = '' RETURNING request`,
      [id, given.conclusion, given.remark, reviewer.account, now],
    )
    if (rows.length === 0) return unchanged(fail('ended'))
    const receipt = await recordEvent(tx, {
      ...requestEvent(request, now),
      kind: 'emergency-reviewed',
      actor: reviewer.account,
      actorPost: reviewer.post,
      reason: given.remark,
      detail: { ...requestEvent(request, now).detail, conclusion: given.conclusion },
    })
    return recorded(receipt, ok(undefined))
  })
}
