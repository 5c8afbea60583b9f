import { ok, type Result } from '../../base/result.ts'
import { recorded } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { tokensOf } from '../asked.ts'
import { findCanaries } from '../canary.ts'
import type { CaseFacts } from '../decision.ts'
import type { RecentDisclosure } from '../recent-disclosures.ts'
import type { QuerySample } from '../sample-query.ts'
import { approverOf } from './decide-request.ts'
import type { LookDeps } from './look.ts'
import { decideQuestion } from './question.ts'
import { approvalsOf, findRequest, type StoredApproval, type StoredRequest } from './request-store.ts'

const RECENT_DAYS = 30

/** Everything an approver needs on one screen (gateways.md f4). */
export interface ApproverView {
  readonly request: StoredRequest
  readonly approvals: readonly StoredApproval[]
  /** undefined when no case is stated or its system does not answer */
  readonly caseFacts: CaseFacts | undefined
  /** what this officer asked about this subject in the last thirty days */
  readonly recent: readonly RecentDisclosure[]
  /** undefined when the request has ended or its database does not answer */
  readonly sample: KeptSample | undefined
}

export type KeptSample = Pick<QuerySample, 'disclosureCode' | 'first' | 'count' | 'isCut' | 'k'> & {
  readonly columns: readonly { readonly title: string; readonly titleEn: string }[]
}

/** What this approver may see of a request. The sample is made once for him, under the strongest mask, and recorded. */
export async function approverView(
  deps: LookDeps,
  id: string,
  account: string,
): Promise<Result<ApproverView, 'unknown' | 'own-request' | 'not-approver' | 'conflict' | 'systems-unavailable'>> {
  const request = await findRequest(deps.database, id)
  if (!request) return { ok: false, error: 'unknown' }
  const approver = await approverOf(deps, request, account)
  if (!approver.ok) return approver
  const { agency, caseNumber, subjectToken } = request
  const facts =
    caseNumber === ''
      ? undefined
      : await deps.gate.caseFacts({ agency, caseNumber, subjectToken, account: request.account })
  await recordView(deps, request, account)
  return ok({
    request,
    approvals: await approvalsOf(deps.database, id),
    caseFacts: facts?.ok ? facts.value : undefined,
    recent: await deps.gate.recent(request.account, subjectToken, RECENT_DAYS),
    sample: await sampleFor(deps, request, account),
  })
}

/** Facts of the case are asked anew at each view: each is on record, and a sealed subject among them a finding. */
async function recordView({ database, clock, office }: LookDeps, request: StoredRequest, account: string) {
  const at = clock.now()
  const viewer = await office.asker(account)
  const post = viewer ? `${viewer.unit} ${viewer.post}` : ''
  await database.transaction(async (tx) => {
    const receipt = await recordEvent(tx, {
      kind: 'gate-asked',
      at,
      actor: account,
      actorPost: post,
      subjectRef: `request:${request.id}`,
      reason: '',
      detail: { by: 'approver', case: request.caseNumber, subject: request.subjectToken },
    })
    await findCanaries(tx, tokensOf([request.subjectToken]), { at, code: '', account, post })
    return recorded(receipt, undefined)
  })
}

async function sampleFor(deps: LookDeps, stored: StoredRequest, account: string): Promise<KeptSample | undefined> {
  const [kept] = await deps.database.query<{ sample: KeptSample }>(
    'SELECT sample FROM gate_sample WHERE request = $1 AND approver = $2',
    [stored.id, account],
  )
  if (kept) return kept.sample
  if (!stored.sealedParameters) return undefined
  const parameters = deps.seal.open(stored.id, stored.sealedParameters)
  const decided = await decideQuestion(deps, stored.account, { ...stored, parameters }, undefined)
  const viewer = await deps.office.asker(account)
  if (!decided.ok || !viewer) return undefined
  const made = await deps.gate.sample({
    decision: decided.value.decision,
    // The look is the approver's own and stands in the ledger under his account.
    request: { ...decided.value.request, asker: viewer, act: 'query' },
    binds: parameters,
    receiver: { name: viewer.name, unit: viewer.unit },
  })
  if (!made.ok) return undefined
  const { disclosureCode, first, count, isCut, k, columns } = made.value
  const sample: KeptSample = {
    ...{ disclosureCode, first, count, isCut, k },
    columns: columns.map(({ title, titleEn }) => ({ title, titleEn })),
  }
  await deps.database.upkeep.query(
    'INSERT INTO gate_sample (request, approver, sample) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [stored.id, account, JSON.stringify(sample)],
  )
  return sample
}
