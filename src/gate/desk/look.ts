import { fail, ok, type Result } from '../../base/result.ts'
import { type Queryable, type Recorded, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { type DiscloseFailure, type Disclosure, renderingOf } from '../disclose.ts'
import type { ExportFormat } from '../export-disclosure.ts'
import { actedBy, type Via } from './acted-by.ts'
import { answerChallenge, type ChallengeAnswer, challengeFor, type Draw } from './challenge.ts'
import type { VerdictDeps } from './decide-request.ts'
import { requestEvent } from './make-request.ts'
import {
  type DecidedQuestion,
  decideQuestion,
  type Question,
  type QuestionDeps,
  type QuestionFailure,
} from './question.ts'
import { type AskedBy, holdsFor, recordAsked, type ToldQuestion, untilCurrent } from './record-asked.ts'
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
  | { readonly kind: 'shown'; readonly decided: ToldQuestion; readonly disclosure: Disclosure }
  | { readonly kind: 'challenge'; readonly id: string; readonly decided: ToldQuestion }
  /** not at once: the decision says what can be done */
  | { readonly kind: 'refused'; readonly decided: ToldQuestion }

export type LookFailure =
  | QuestionFailure
  | DiscloseFailure
  | RequestRefusal
  | 'unknown'
  | 'out-of-scope'
  /** opened for another act than this one */
  | 'other-act'
  | 'format-refused'
  | 'challenge-refused'

/** What is done with the answer: seen on screen, or taken along in this form. */
export type Taking = 'screen' | ExportFormat

/** The act that a way of taking is: what is approved for one is approved for that alone. */
export const actOf = (taking: Taking): Question['act'] =>
  taking === 'screen' ? 'query' : taking === 'pdf' ? 'print' : 'export'

/** Decides a question and, when it may be looked at at once, lets the answer out. A refusal is recorded like a look. */
export const look = (
  deps: LookDeps,
  looker: Looker,
  question: Question,
  answer?: ChallengeAnswer,
  taking: Taking = 'screen',
): Promise<Result<LookAnswer, LookFailure>> => untilCurrent(() => lookOnce(deps, looker, question, answer, taking))

async function lookOnce(
  deps: LookDeps,
  looker: Looker,
  question: Question,
  answer: ChallengeAnswer | undefined,
  taking: Taking,
): Promise<Result<LookAnswer, LookFailure>> {
  const found = await decideQuestion(deps, looker.account, question, looker.stepUpAt)
  if (!found.ok) return found
  const decided = found.value
  if (decided.decision.outcome !== 'permit') return refusedTo(deps, decided, 'look')
  if (!isTakenAs(decided, taking)) return refusedFormat(deps, decided, 'look')
  if (answer) {
    const kept = await answerChallenge(deps.database, decided, answer, deps.clock.now())
    if (kept.ok) return discloseTo(deps, decided)
    // That it would have been shown is told too.
    const told = await recordAsked(deps, decided, 'challenge')
    return told.ok ? kept : told
  }
  const challenge = await challengeFor(deps.database, decided, deps.clock.now(), deps.draw)
  if (challenge === undefined) return discloseTo(deps, decided)
  const told = await recordAsked(deps, decided, 'challenge')
  return told.ok ? ok({ kind: 'challenge', id: challenge, decided: told.value }) : told
}

async function refusedTo(
  deps: LookDeps,
  decided: DecidedQuestion,
  by: AskedBy,
): Promise<Result<LookAnswer, LookFailure>> {
  const told = await recordAsked(deps, decided, by)
  return told.ok ? ok({ kind: 'refused', decided: told.value }) : told
}

async function refusedFormat(
  deps: LookDeps,
  decided: DecidedQuestion,
  by: AskedBy,
): Promise<Result<never, LookFailure>> {
  const told = await recordAsked(deps, decided, by)
  return told.ok ? fail('format-refused') : told
}

/** Whether what is rendered by the server only is asked for in a form that allows it: before anything is spent on it. */
const isTakenAs = ({ query, decision }: DecidedQuestion, taking: Taking): boolean =>
  taking === 'screen' || taking === 'pdf' || renderingOf(query, decision) !== 'server'

/**
 * Looks at what an approval or an emergency opened, by the act it was opened for and no other. Everything is asked and
 * decided again: what has changed since (case closed for good, mask, volume, the official's post) counts, and what was
 * bound must be exactly what is shown.
 */
export const lookByRequest = (
  deps: LookDeps,
  looker: Looker,
  id: string,
  taking: Taking = 'screen',
): Promise<Result<LookAnswer, LookFailure>> => untilCurrent(() => lookByRequestOnce(deps, looker, id, taking))

async function lookByRequestOnce(
  deps: LookDeps,
  looker: Looker,
  id: string,
  taking: Taking,
): Promise<Result<LookAnswer, LookFailure>> {
  const stored = await findRequest(deps.database, id)
  if (!stored) return fail('unknown')
  if (stored.account !== looker.account) return fail('not-yours')
  if (!stored.sealedParameters) return fail(stored.state === 'expired' ? 'expired' : 'ended')
  if (stored.act !== actOf(taking) && !(stored.act === 'copy' && taking === 'screen')) return fail('other-act')
  const question: Question = { ...stored, parameters: deps.seal.open(id, stored.sealedParameters) }
  const found = await decideQuestion(deps, looker.account, question, looker.stepUpAt)
  if (!found.ok) return found
  const decided = found.value
  const { outcome } = decided.decision
  if (outcome === 'deny') return refusedTo(deps, decided, 'approved-look')
  if (!isTakenAs(decided, taking)) return refusedFormat(deps, decided, 'approved-look')
  if (outcome === 'permit') return discloseTo(deps, decided)
  const fits = outcome === (stored.kind === 'approval' ? 'needs-approval' : 'break-glass')
  if (!fits || !decided.binding.equals(stored.binding)) {
    const told = await recordAsked(deps, decided, 'approved-look')
    return told.ok ? fail('out-of-scope') : told
  }
  const used = await spendRequest(deps, id, looker.account)
  if (used.ok) return discloseTo(deps, decided, id)
  const told = await recordAsked(deps, decided, 'approved-look')
  return told.ok ? used : told
}

/** Uses up one look of an approval or an emergency. Of two at the same moment only one succeeds. */
const spendRequest = (deps: LookDeps, id: string, account: string) =>
  deps.database.transaction(async (tx) => {
    const spent = await spendIn(deps, tx, id, account)
    return spent.ok ? recorded(spent.value, ok(undefined)) : unchanged(spent)
  })

/** The same in a transaction that does more: for rows that are in another system's hands. */
export async function spendIn(
  { clock }: Pick<LookDeps, 'clock'>,
  tx: Queryable,
  id: string,
  account: string,
  via?: Via,
): Promise<Result<Recorded, RequestRefusal | 'unknown'>> {
  const now = clock.now()
  const request = await lockRequest(tx, id)
  if (!request) return fail('unknown')
  const change = nextState(await factsOf(tx, request), { type: 'use', by: account }, now)
  if (!change.ok) return change
  await applyChange(tx, id, change.value, now)
  const event = { ...requestEvent(request, now), kind: 'request-used', reason: '' } as const
  return ok(await recordEvent(tx, actedBy(event, via)))
}

async function discloseTo(
  deps: LookDeps,
  decided: DecidedQuestion,
  approval?: string,
): Promise<Result<LookAnswer, LookFailure>> {
  const { decision, request, asker, question } = decided
  const disclosed = await deps.gate.disclose({
    decision,
    request,
    binds: question.parameters,
    receiver: { name: asker.name, unit: asker.unit },
    holdsAt: holdsFor(deps, decided),
    ...(approval !== undefined && { approval }),
  })
  // Its opening is on record.
  const told = decided as ToldQuestion
  return disclosed.ok ? ok({ kind: 'shown', decided: told, disclosure: disclosed.value }) : disclosed
}
