import { fail, ok, type Result } from '../../base/result.ts'
import type { AccessRequestBody } from '../../wire/authzen.ts'
import type { EmergencyFailure } from '../desk/emergency.ts'
import type { RequestFailure } from '../desk/make-request.ts'
import type { QuestionFailure } from '../desk/question.ts'
import { stateAt } from '../desk/request.ts'
import { findRequest, type StoredRequest } from '../desk/request-store.ts'
import { approvalState } from './approval-token.ts'
import type { PointDeps } from './decision-point.ts'
import type { AskingSystem } from './protocol.ts'
import { readQuestion, tupleHash } from './read-question.ts'

export type AccessRequestFailure =
  | 'invalid_denial_binding'
  | 'expired_denial'
  | 'idempotency_conflict'
  | 'not_requestable'
  | QuestionFailure
  | RequestFailure
  | EmergencyFailure

const MS_PER_SECOND = 1000

/**
 * Asks for what was denied (Access Request and Approval Profile). The denial's token must be ours, young, and bound to the
 * very tuple asked for. The same idempotency key again gives the same request; with another tuple it is a conflict. Then
 * it is a request like any other: the organisation chart decides who approves, with a passkey, on our own page. An emergency
 * waits for the official himself: a system's word that he is there is no proof, and only his own passkey opens it.
 */
export async function requestAccess(
  deps: PointDeps,
  system: AskingSystem,
  body: AccessRequestBody,
  idempotencyKey: string,
): Promise<Result<StoredRequest, AccessRequestFailure>> {
  const evaluation = { ...body, context: body.context as Record<string, unknown> }
  const tuple = tupleHash(evaluation)
  const known = await knownRequest(deps, system, idempotencyKey, tuple)
  if (!known.ok || known.value) return known.ok && known.value ? ok(known.value) : fail('idempotency_conflict')
  const bound = checkDenial(deps, system, body, tuple)
  if (!bound.ok) return bound
  const read = readQuestion(evaluation)
  if (!read.ok) return fail('not_requestable')
  const { looker, question } = read.value
  const justification = body.context.business_justification
  const made = body.requested_access?.emergency
    ? await deps.desk.askEmergency(looker.account, question, justification, system)
    : await deps.desk.request(looker, question, justification, system)
  if (!made.ok) return made
  await deps.database.upkeep.query(
    'INSERT INTO wire_request (request, system, idempotency_key, tuple) VALUES ($1, $2, $3, $4)',
    [made.value.id, system.system, idempotencyKey, tuple],
  )
  return ok(made.value)
}

async function knownRequest(
  { database }: PointDeps,
  { system }: AskingSystem,
  key: string,
  tuple: Buffer,
): Promise<Result<StoredRequest | undefined, 'conflict'>> {
  const [row] = await database.query<{ request: string; tuple: Buffer }>(
    'SELECT request, tuple FROM wire_request WHERE system = $1 AND idempotency_key = $2',
    [system, key],
  )
  if (!row) return ok(undefined)
  return row.tuple.equals(tuple) ? ok(await findRequest(database, row.request)) : fail('conflict')
}

function checkDenial(
  { signer, clock }: PointDeps,
  { system }: AskingSystem,
  { denial }: AccessRequestBody,
  tuple: Buffer,
): Result<undefined, 'invalid_denial_binding' | 'expired_denial'> {
  const claims = signer.open(denial.binding_token)
  if (!claims.ok) return fail('invalid_denial_binding')
  const { use, sub, evaluation_id: evaluation, binding_hash: hash, exp } = claims.value
  const isBound =
    use === 'denial' &&
    sub === system &&
    evaluation === denial.evaluation_id &&
    hash === tuple.toString('base64url') &&
    typeof exp === 'number'
  if (!isBound) return fail('invalid_denial_binding')
  return exp * MS_PER_SECOND > clock.now().getTime() ? ok(undefined) : fail('expired_denial')
}

export interface Task {
  readonly task: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
}

const STATUS = {
  pending: 'pending',
  approved: 'approved',
  used: 'approved',
  rejected: 'denied',
  expired: 'expired',
  withdrawn: 'cancelled',
} as const

/** How a request stands, as the profile words it; undefined when it is not this system's. */
export async function taskOf(
  deps: PointDeps,
  { system }: AskingSystem,
  id: string,
  origin: string,
): Promise<Task | undefined> {
  const [own] = await deps.database.query('SELECT 1 FROM wire_request WHERE request = $1 AND system = $2', [id, system])
  const request = own && (await findRequest(deps.database, id))
  if (!request) return undefined
  const approvals = await deps.desk.approvals(id)
  const given = approvals.filter(({ verdict }) => verdict === 'approve')
  const total = request.kind === 'emergency' ? 1 : request.template === 'two-persons' ? 2 : 1
  const facts = {
    ...request,
    approvedBy: given.map(({ approver }) => approver),
    usableUntil: request.usableUntil ?? undefined,
  }
  const state = stateAt(facts, deps.clock.now())
  const here = `${origin}/access/v1/requests/${id}`
  const task = {
    id,
    status: STATUS[state],
    status_endpoint: here,
    progress: {
      current_step: given.length,
      total_steps: total,
      step_name: request.kind === 'emergency' ? 'own_confirmation' : request.template,
    },
    links: {
      review: request.kind === 'emergency' ? `${origin}/queries` : `${origin}/approvals/${id}`,
      cancel: `${here}/cancel`,
    },
  }
  if (state !== 'approved' || !request.usableUntil) return { task }
  const approval = {
    id,
    approved_at: (approvals.at(-1)?.at ?? request.askedAt).toISOString(),
    approved_until: request.usableUntil.toISOString(),
    state: approvalState(deps, system, request),
  }
  return { task, result: { mode: 'reevaluate', approval } }
}

/** Takes a pending request of this system back, as its asker would. */
export async function cancelAccess(deps: PointDeps, asking: AskingSystem, id: string): Promise<boolean> {
  const [own] = await deps.database.query('SELECT 1 FROM wire_request WHERE request = $1 AND system = $2', [
    ...[id, asking.system],
  ])
  const request = own && (await findRequest(deps.database, id))
  if (!request) return false
  return (await deps.desk.withdraw(id, request.account, asking)).ok
}
