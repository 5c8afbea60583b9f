import type { Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { serves } from '../../base/tenant.ts'
import type { Database, Queryable } from '../../database/database.ts'
import type { QueryGate } from '../create-gate.ts'
import type { Decider } from '../decide.ts'
import { type ExportFormat, exportDisclosure } from '../export-disclosure.ts'
import type { Via } from './acted-by.ts'
import { approverView } from './approver-view.ts'
import { askAssignment } from './ask-assignment.ts'
import type { ChallengeAnswer, Draw } from './challenge.ts'
import { drawPerMille } from './challenge.ts'
import { confirmEmergency } from './confirm-emergency.ts'
import { approverOf, decideRequest, type Verdict, withdrawRequest } from './decide-request.ts'
import { askEmergency, openEmergency } from './emergency.ts'
import { actOf, type LookDeps, type Looker, look, lookByRequest, spendIn, type Taking } from './look.ts'
import { makeRequest } from './make-request.ts'
import { myCases } from './my-cases.ts'
import { listNotices, markNoticesRead } from './notices.ts'
import type { Office, Prove } from './office.ts'
import { type DecidedQuestion, decideQuestion, type Question, type QuestionFailure } from './question.ts'
import { recordAsked, untilCurrent } from './record-asked.ts'
import { approvalsOf, expireRequests, findRequest, pendingOf, requestsOf, type StoredRequest } from './request-store.ts'
import { concludeReview, type EmergencyReview, reviewsOf, reviewsOfAgency, stateReview } from './review.ts'
import { parameterSeal } from './sealed-text.ts'

export interface DeskParts {
  readonly database: Database
  readonly clock: Clock
  readonly gate: QueryGate
  /** the decision function of this moment: a change of policies swaps it whole */
  readonly decider: () => Decider
  readonly office: Office
  /** 32 bytes: what was typed waits sealed under it */
  readonly sealKey: Buffer
  readonly draw?: Draw
}

export type Desk = ReturnType<typeof createDesk>

/** The counter of the gate: questions, requests, approvals, emergencies and what they owe. */
export function createDesk(parts: DeskParts) {
  const { database, clock, office } = parts
  const deps: LookDeps = {
    ...parts,
    seal: parameterSeal(parts.sealKey),
    now: () => clock.now(),
    draw: parts.draw ?? drawPerMille,
  }
  return {
    look: (looker: Looker, question: Question, answer?: ChallengeAnswer) => look(deps, looker, question, answer),
    /** to take along, decided as the act this form is */
    take: (looker: Looker, question: Question, taking: ExportFormat, answer?: ChallengeAnswer) =>
      look(deps, looker, { ...question, act: actOf(taking) }, answer, taking),
    lookByRequest: (looker: Looker, id: string, taking?: Taking) => lookByRequest(deps, looker, id, taking),
    /** uses up one look in the caller's transaction, for rows that are in another system's hands */
    spendIn: (tx: Queryable, id: string, account: string, via: Via) => spendIn(deps, tx, id, account, via),
    decider: parts.decider,
    /** for the decision point, which records what it tells; `also`: subjects of its batch that stand before this one */
    decideFor: (looker: Looker, question: Question, also: readonly string[]) =>
      decideQuestion(deps, looker.account, question, looker.stepUpAt, also),
    request: (looker: Looker, question: Question, justification: string, via?: Via) =>
      asking(deps, { looker, via, by: 'request' }, question, (decided) =>
        makeRequest(deps, decided, justification, via),
      ),
    emergency: (looker: Looker, question: Question, why: string, prove: Prove) =>
      asking(deps, { looker, by: 'emergency' }, question, (decided) => openEmergency(deps, decided, why, prove)),
    /** a system asks in his name; what it claims of his presence is not believed */
    askEmergency: (account: string, question: Question, why: string, via: Via) =>
      asking(deps, { looker: { account }, via, by: 'emergency' }, question, (decided) =>
        askEmergency(deps, decided, why, via),
      ),
    confirmEmergency: (looker: Looker, id: string, prove: Prove) => confirmEmergency(deps, looker, id, prove),
    verdict: (id: string, account: string, given: Verdict) => decideRequest(deps, id, account, given),
    withdraw: (id: string, account: string, via?: Via) => withdrawRequest(deps, id, account, via),
    approverView: (id: string, account: string) => approverView(deps, id, account),
    find: (id: string) => findRequest(database, id),
    approvals: (id: string) => approvalsOf(database, id),
    requestsOf: async (account: string) => {
      await expireRequests(database, clock.now())
      return requestsOf(database, account)
    },
    inbox: (account: string) => inboxOf(deps, account),
    notices: (account: string) => listNotices(database, account),
    readNotices: (account: string) => markNoticesRead(database, account, clock.now()),
    assignment: (account: string, agency: string, caseNumber: string, reason: string) =>
      askAssignment(deps, account, agency, caseNumber, reason),
    myCases: (agency: string, account: string, post: string) => myCases(deps, agency, account, post),
    reviewsOf: (account: string) => reviewsOf(database, account),
    reviewsFor: (account: string, role: string) => reviewsFor(deps, account, role),
    file: exportDisclosure,
    state: (id: string, account: string, statement: string) => stateReview(deps, id, account, statement),
    conclude: (
      id: string,
      reviewer: { readonly account: string; readonly post: string },
      given: { readonly conclusion: 'justified' | 'unjustified'; readonly remark: string },
    ) => concludeReview(deps, id, reviewer, given),
    office,
  }
}

/** Decides and asks for more; that it cannot be asked for tells something of the person too, and is put on record first. */
const asking = <T, E extends string>(
  deps: LookDeps,
  { looker, via, by }: { looker: Looker; via?: Via | undefined; by: 'request' | 'emergency' },
  question: Question,
  ask: (decided: DecidedQuestion) => Promise<Result<T, E | 'decision-stale'>>,
): Promise<Result<T, E | QuestionFailure | 'decision-stale'>> =>
  untilCurrent<T, E | QuestionFailure>(async () => {
    const decided = await decideQuestion(deps, looker.account, question, looker.stepUpAt)
    if (!decided.ok) return decided
    const asked = await ask(decided.value)
    if (asked.ok || asked.error === 'decision-stale') return asked
    const told = await recordAsked(deps, decided.value, by, via)
    return told.ok ? asked : told
  })

/** Own emergencies for an official; for who judges them, those of the agencies he serves. */
async function reviewsFor(deps: LookDeps, account: string, role: string): Promise<readonly EmergencyReview[]> {
  if (role === 'officer') return reviewsOf(deps.database, account)
  const agencies = await agenciesOf(deps, account)
  return (await Promise.all(agencies.map((agency) => reviewsOfAgency(deps.database, agency)))).flat()
}

// An office of the county serves every agency behind the gate; some people serve several (兼辦).
async function agenciesOf({ office, gate }: LookDeps, account: string): Promise<readonly string[]> {
  const asker = await office.asker(account)
  if (!asker) return []
  const all = [...new Set(gate.catalogue.dataSets.map(({ agency }) => agency))]
  return asker.agency === '' ? all : [...new Set([asker.agency, ...all.filter(serves)])]
}

/** Requests that wait for this person's word, oldest first. */
async function inboxOf(deps: LookDeps, account: string): Promise<readonly StoredRequest[]> {
  const now = deps.clock.now()
  const agencies = await agenciesOf(deps, account)
  const waiting = (await Promise.all(agencies.map((agency) => pendingOf(deps.database, agency, now)))).flat()
  const mine: StoredRequest[] = []
  for (const request of waiting) {
    const may = await approverOf(deps, request, account, 'list')
    const given = await approvalsOf(deps.database, request.id)
    if (may.ok && !given.some(({ approver }) => approver === account)) mine.push(request)
  }
  return mine
}
