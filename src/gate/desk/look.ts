import { canonicalJson } from '../../base/canonical-json.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import type { Decision } from '../decision.ts'
import type { DiscloseFailure, Disclosure } from '../disclose.ts'
import { answerChallenge, type ChallengeAnswer, challengeFor, type Draw } from './challenge.ts'
import type { VerdictDeps } from './decide-request.ts'
import { actedBy, requestEvent, type Via } from './make-request.ts'
import { notify } from './notices.ts'
import {
  type DecidedQuestion,
  decideQuestion,
  type Question,
  type QuestionDeps,
  type QuestionFailure,
} from './question.ts'
import { nextState, type RequestRefusal } from './request.ts'
import { applyChange, factsOf, findRequest, lockRequest } from './request-store.ts'

export interface LookDeps extends VerdictDeps, QuestionDeps {
  readonly draw: Draw
}

export interface Looker {
  readonly account: string
  /** when this session last proved presence with a passkey */
  readonly stepUpAt?: Date | undefined
}

export type LookAnswer =
  | { readonly kind: 'shown'; readonly decided: DecidedQuestion; readonly disclosure: Disclosure }
  | { readonly kind: 'challenge'; readonly id: string; readonly decided: DecidedQuestion }
  /** not at once: the decision says what can be done */
  | { readonly kind: 'refused'; readonly decided: DecidedQuestion }

export type LookFailure =
  | QuestionFailure
  | DiscloseFailure
  | RequestRefusal
  | 'unknown'
  | 'out-of-scope'
  | 'challenge-refused'

/** Of a person's looks one opens at a time: whoever asks many at once may be decided on anew so many times. */
const MAX_DECIDED_AGAIN = 3

/** Decides a question and, when it may be looked at at once, lets the answer out. A refusal is recorded like a look. */
export async function look(
  deps: LookDeps,
  looker: Looker,
  question: Question,
  answer?: ChallengeAnswer,
): Promise<Result<LookAnswer, LookFailure>> {
  let looked = await lookOnce(deps, looker, question, answer)
  // What was allowed when it was decided may be over the limit now: the new decision says so, and is recorded.
  for (let again = 0; again < MAX_DECIDED_AGAIN && !looked.ok && looked.error === 'decision-stale'; again++)
    looked = await lookOnce(deps, looker, question, answer)
  return looked
}

async function lookOnce(
  deps: LookDeps,
  looker: Looker,
  question: Question,
  answer: ChallengeAnswer | undefined,
): Promise<Result<LookAnswer, LookFailure>> {
  const found = await decideQuestion(deps, looker.account, question, looker.stepUpAt)
  if (!found.ok) return found
  const decided = found.value
  if (decided.decision.outcome !== 'permit') {
    await recordRefusal(deps, decided)
    return ok({ kind: 'refused', decided })
  }
  if (answer) {
    const kept = await answerChallenge(deps.database, decided, answer, deps.clock.now())
    if (!kept.ok) return kept
    return discloseTo(deps, decided)
  }
  const challenge = await challengeFor(deps.database, decided, deps.clock.now(), deps.draw)
  if (challenge !== undefined) return ok({ kind: 'challenge', id: challenge, decided })
  return discloseTo(deps, decided)
}

/**
 * Looks at what an approval or an emergency opened. Everything is asked and decided again: what has changed since (case
 * closed for good, mask, volume, the official's post) counts, and what was bound must be exactly what is shown.
 */
export async function lookByRequest(
  deps: LookDeps,
  looker: Looker,
  id: string,
): Promise<Result<LookAnswer, LookFailure>> {
  const stored = await findRequest(deps.database, id)
  if (!stored) return fail('unknown')
  if (stored.account !== looker.account) return fail('not-yours')
  if (!stored.sealedParameters) return fail(stored.state === 'expired' ? 'expired' : 'ended')
  const question: Question = { ...stored, parameters: deps.seal.open(id, stored.sealedParameters) }
  const found = await decideQuestion(deps, looker.account, question, looker.stepUpAt)
  if (!found.ok) return found
  const decided = found.value
  const { outcome } = decided.decision
  if (outcome === 'deny') {
    await recordRefusal(deps, decided)
    return ok({ kind: 'refused', decided })
  }
  if (outcome === 'permit') return discloseTo(deps, decided)
  const fits = outcome === (stored.kind === 'approval' ? 'needs-approval' : 'break-glass')
  if (!fits || !decided.binding.equals(stored.binding)) return fail('out-of-scope')
  const used = await spendRequest(deps, id, looker.account)
  return used.ok ? discloseTo(deps, decided, id) : used
}

/** Uses up one look of an approval or an emergency. Of two at the same moment only one succeeds. */
export async function spendRequest(
  { database, clock }: LookDeps,
  id: string,
  account: string,
  via?: Via,
): Promise<Result<undefined, RequestRefusal | 'unknown'>> {
  return database.transaction(async (tx) => {
    const now = clock.now()
    const request = await lockRequest(tx, id)
    if (!request) return unchanged(fail('unknown'))
    const change = nextState(await factsOf(tx, request), { type: 'use', by: account }, now)
    if (!change.ok) return unchanged(change)
    await applyChange(tx, id, change.value, now)
    const event = { ...requestEvent(request, now), kind: 'request-used', reason: '' } as const
    const receipt = await recordEvent(tx, actedBy(event, via))
    return recorded(receipt, ok(undefined))
  })
}

async function discloseTo(
  { gate, decider }: LookDeps,
  decided: DecidedQuestion,
  approval?: string,
): Promise<Result<LookAnswer, LookFailure>> {
  const { decision, request, asker, question } = decided
  const disclosed = await gate.disclose({
    decision,
    request,
    binds: question.parameters,
    receiver: { name: asker.name, unit: asker.unit },
    holdsAt: (subjectsToday) => isSame(decider().decide({ ...request, subjectsToday }), decision),
    ...(approval !== undefined && { approval }),
  })
  return disclosed.ok ? ok({ kind: 'shown', decided, disclosure: disclosed.value }) : disclosed
}

const isSame = (now: Decision, before: Decision): boolean =>
  now.outcome === before.outcome && canonicalJson(now.obligations) === canonicalJson(before.obligations)

/** A refused question is kept: many of them, or one about a neighbour, tell as much as a look. */
async function recordRefusal(deps: LookDeps, { asker, request, decision }: DecidedQuestion): Promise<void> {
  const now = deps.clock.now()
  const readers = await readersOf(deps, asker.account, asker.agency, decision)
  await deps.database.transaction(async (tx) => {
    const receipt = await recordEvent(tx, {
      kind: 'gate-refused',
      at: now,
      actor: asker.account,
      actorPost: asker.post,
      subjectRef: `query:${request.resource.query}@${request.resource.version}`,
      reason: '',
      detail: {
        outcome: decision.outcome,
        reasons: decision.reasons.all,
        policies: decision.policies,
        policyVersion: decision.policyVersion,
        purpose: request.purpose,
        case: request.case?.number ?? '',
        subject: request.resource.subjectToken,
        act: request.act,
      },
    })
    const about = `${asker.unit} ${asker.name}`
    await notify(tx, readers, { kind: 'reported', request: null, about, at: now })
    return recorded(receipt, undefined)
  })
}

async function readersOf({ office }: LookDeps, account: string, agency: string, { outcome, obligations }: Decision) {
  // Who is to be told of an emergency is told when the glass is broken, not when it is offered.
  if (outcome === 'break-glass') return []
  const whom = new Set(obligations.flatMap((each) => (each.type === 'notify' ? [each.whom] : [])))
  return [
    ...(whom.has('supervisor') ? await office.approversOf(account, 'supervisor') : []),
    ...(whom.has('ethics') ? await office.ethicsOf(agency) : []),
  ]
}
