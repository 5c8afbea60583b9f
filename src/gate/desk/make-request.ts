import { randomUUID } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { type Database, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { takeTurn } from '../asked.ts'
import type { Decider } from '../decide.ts'
import { actedBy, type Via } from './acted-by.ts'
import { notify } from './notices.ts'
import type { Office } from './office.ts'
import { type DecidedQuestion, maskOf } from './question.ts'
import { holdsFor, noteQuestion } from './record-asked.ts'
import { pendingUntil } from './request.ts'
import { insertRequest, type StoredRequest } from './request-store.ts'
import type { ParameterSeal } from './sealed-text.ts'

export const MIN_JUSTIFICATION = 6
export const MAX_JUSTIFICATION = 500
const MAX_PENDING = 50

export interface RequestDeps {
  readonly database: Database
  readonly clock: Clock
  readonly office: Office
  /** the decision function of this moment */
  readonly decider: () => Decider
  readonly seal: ParameterSeal
}

export type RequestFailure =
  | 'not-requestable'
  | 'justification-missing'
  | 'nobody-to-approve'
  | 'too-many-pending'
  | 'decision-stale'

/**
 * Sends a question that needs approval to whoever may approve it. The request is bound to exactly what would be shown.
 * Fails when the question may be looked at without it, or not even with it.
 */
export async function makeRequest(
  deps: RequestDeps,
  decided: DecidedQuestion,
  justification: string,
  via?: Via,
): Promise<Result<StoredRequest, RequestFailure>> {
  const { decision } = decided
  if (decision.outcome !== 'needs-approval') return fail('not-requestable')
  if (!isJustification(justification)) return fail('justification-missing')
  const approvers = await deps.office.approversOf(decided.asker.account, decision.template)
  if (approvers.length < (decision.template === 'two-persons' ? 2 : 1)) return fail('nobody-to-approve')
  const now = deps.clock.now()
  const request: StoredRequest = {
    ...storedOf(deps, decided, justification, now),
    kind: 'approval',
    state: 'pending',
    template: decision.template,
    expiresAt: pendingUntil(now),
    usableUntil: null,
    usesLeft: 0,
  }
  return deps.database.transaction(async (tx) => {
    const turn = { account: request.account, at: now, counted: decided.request.subjectsToday }
    if (!(await takeTurn(tx, turn, holdsFor(deps, decided)))) return unchanged(fail('decision-stale'))
    const [count] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM gate_request WHERE account = $1 AND state = 'pending' AND expires_at > $2`,
      [request.account, now],
    )
    if ((count?.n ?? 0) >= MAX_PENDING) return unchanged(fail('too-many-pending'))
    await insertRequest(tx, request, null)
    const event = { ...requestEvent(request, now), kind: 'request-made', reason: justification } as const
    const receipt = await recordEvent(tx, actedBy(event, via))
    await noteQuestion(tx, decided, receipt, now)
    await notify(tx, approvers, {
      kind: 'request-waits',
      request: request.id,
      about: aboutOf(request, via),
      at: now,
    })
    return recorded(receipt, ok(request))
  })
}

export const isJustification = (text: string): boolean =>
  text.trim().length >= MIN_JUSTIFICATION && text.length <= MAX_JUSTIFICATION

/** What every request holds, whoever decides on it. */
export function storedOf(
  { seal }: RequestDeps,
  { asker, request, decision, question, binding }: DecidedQuestion,
  justification: string,
  now: Date,
): Omit<StoredRequest, 'kind' | 'state' | 'template' | 'expiresAt' | 'usableUntil' | 'usesLeft'> {
  const id = randomUUID()
  return {
    id,
    account: asker.account,
    personName: asker.name,
    unit: asker.unit,
    post: asker.post,
    agency: request.resource.agency,
    query: request.resource.query,
    version: request.resource.version,
    act: request.act,
    purpose: request.purpose,
    caseNumber: question.caseNumber,
    subjectToken: request.resource.subjectToken,
    maskLevel: maskOf(decision),
    rowCap: request.resource.rows,
    sealedParameters: seal.seal(id, question.parameters),
    binding,
    reasons: decision.reasons.all,
    justification,
    policyVersion: decision.policyVersion,
    askedAt: now,
  }
}

/** Whom a notice is about, and through which system he came. */
export const aboutOf = ({ unit, personName }: StoredRequest, via?: Via): string =>
  via ? `${unit} ${personName}（經 ${via.system}）` : `${unit} ${personName}`

/** The part of an event all acts on a request share. */
export const requestEvent = (request: StoredRequest, at: Date) => ({
  at,
  actor: request.account,
  actorPost: `${request.unit} ${request.post}`,
  subjectRef: `request:${request.id}`,
  detail: {
    query: `${request.query}@${request.version}`,
    act: request.act,
    purpose: request.purpose,
    case: request.caseNumber,
    subject: request.subjectToken,
    maskLevel: request.maskLevel,
    binding: request.binding.toString('hex'),
    reasons: request.reasons,
    policyVersion: request.policyVersion,
  },
})
