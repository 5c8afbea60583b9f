import type { Json } from '../../base/canonical-json.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { type Outcome, type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import type { QueryGate } from '../create-gate.ts'
import { actedBy, type Via } from './acted-by.ts'
import type { RequestDeps } from './make-request.ts'
import { isJustification, requestEvent } from './make-request.ts'
import { notify } from './notices.ts'
import type { ConflictAct, OfficePerson, Prove } from './office.ts'
import { nextState, type RequestRefusal, type RequestState } from './request.ts'
import { applyChange, factsOf, findRequest, lockRequest, type StoredRequest } from './request-store.ts'

export interface Verdict {
  readonly verdict: 'approve' | 'reject'
  readonly reason: string
  /** asked for approvals, over the request's binding */
  readonly prove: Prove
}

export type VerdictFailure =
  | RequestRefusal
  | 'unknown'
  | 'not-approver'
  | 'conflict'
  | 'presence-refused'
  | 'reason-missing'
  | 'systems-unavailable'

export interface VerdictDeps extends RequestDeps {
  readonly gate: QueryGate
}

/**
 * An approver's word. Refused for one's own request, for anybody the organisation chart does not name, for conflicts of
 * interest (household, subordinate, deputy, working on the same case), and without the passkey's signature over the
 * binding. Who decides in another's place is written down with whose.
 */
export async function decideRequest(
  deps: VerdictDeps,
  id: string,
  account: string,
  given: Verdict,
): Promise<Result<RequestState, VerdictFailure>> {
  const request = await findRequest(deps.database, id)
  if (!request) return fail('unknown')
  const approver = await approverOf(deps, request, account)
  if (!approver.ok) return approver
  if (given.verdict === 'reject' && !isJustification(given.reason)) return fail('reason-missing')
  let evidence: Json = {}
  if (given.verdict === 'approve') {
    const presence = await given.prove(request.binding)
    if (!presence.ok) return presence
    evidence = presence.value.evidence
  }
  return deps.database.transaction((tx) => writeVerdict(deps, tx, id, approver.value, given, evidence))
}

/** Whether this account may decide on this request, with everything that speaks against it. */
export async function approverOf(
  { office, gate }: Pick<VerdictDeps, 'office' | 'gate'>,
  request: StoredRequest,
  account: string,
  act: ConflictAct = 'approve',
): Promise<Result<OfficePerson, 'own-request' | 'not-approver' | 'conflict' | 'systems-unavailable'>> {
  if (account === request.account) return fail('own-request')
  // An emergency that a system asked for waits for the official himself, and for nobody else's word.
  if (request.kind === 'emergency') return fail('not-approver')
  const approver = (await office.approversOf(request.account, request.template)).find(
    (each) => each.account === account,
  )
  if (!approver) return fail('not-approver')
  if (await office.conflict(account, request.account, act)) return fail('conflict')
  if (request.caseNumber === '') return ok(approver)
  const { agency, caseNumber, subjectToken } = request
  const facts = await gate.caseFacts({ agency, caseNumber, subjectToken, account })
  if (!facts.ok) return fail('systems-unavailable')
  // Who works on the case himself would approve his own matter.
  return facts.value.isAskerAssigned ? fail('conflict') : ok(approver)
}

async function writeVerdict(
  { clock }: RequestDeps,
  tx: Queryable,
  id: string,
  approver: OfficePerson,
  given: Verdict,
  evidence: Json,
): Promise<Outcome<Result<RequestState, VerdictFailure>>> {
  const now = clock.now()
  const request = await lockRequest(tx, id)
  if (!request) return unchanged(fail('unknown'))
  const change = nextState(
    await factsOf(tx, request),
    { type: given.verdict, by: approver.actingFor?.account ?? approver.account },
    now,
  )
  if (!change.ok) return unchanged(change)
  await tx.query(
    `INSERT INTO gate_approval (request, approver, approver_name, approver_post, verdict, reason, at, evidence, acting_for)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[id, approver.account, approver.name, postOf(approver), given.verdict, given.reason, now],
      ...[JSON.stringify(evidence), approver.actingFor?.account ?? ''],
    ],
  )
  await applyChange(tx, id, change.value, now)
  const receipt = await recordEvent(tx, {
    ...requestEvent(request, now),
    kind: given.verdict === 'approve' ? 'request-approved' : 'request-rejected',
    actor: approver.account,
    actorPost: postOf(approver),
    reason: given.reason,
    detail: {
      ...{ ...requestEvent(request, now).detail, state: change.value.state, evidence },
      ...(approver.actingFor && { actingFor: approver.actingFor.account }),
    },
  })
  if (change.value.state !== 'pending') await tellAsker(tx, request, approver, now)
  return recorded(receipt, ok(change.value.state))
}

const postOf = ({ unit, post, actingFor }: OfficePerson): string =>
  actingFor ? `${unit} ${post}（代理${actingFor.post}）` : `${unit} ${post}`

function tellAsker(tx: Queryable, request: StoredRequest, approver: OfficePerson, at: Date): Promise<void> {
  const { account, personName: name, unit, post, agency } = request
  const about = `${approver.unit} ${approver.name}`
  return notify(tx, [{ account, name, unit, post, agency }], {
    kind: 'request-decided',
    request: request.id,
    about,
    at,
  })
}

/** Takes back a request nobody has decided on. */
export async function withdrawRequest(
  { database, clock }: RequestDeps,
  id: string,
  account: string,
  via?: Via,
): Promise<Result<RequestState, RequestRefusal | 'unknown'>> {
  return database.transaction(async (tx) => {
    const now = clock.now()
    const request = await lockRequest(tx, id)
    if (!request) return unchanged(fail('unknown'))
    const change = nextState(await factsOf(tx, request), { type: 'withdraw', by: account }, now)
    if (!change.ok) return unchanged(change)
    await applyChange(tx, id, change.value, now)
    const event = { ...requestEvent(request, now), kind: 'request-withdrawn', reason: '' } as const
    const receipt = await recordEvent(tx, actedBy(event, via))
    return recorded(receipt, ok(change.value.state))
  })
}
