import { randomUUID } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { type Database, type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import type { EvaluationAnswer, EvaluationBody } from '../../wire/authzen.ts'
import { type HoldsAt, noteAsked, takeTurn } from '../asked.ts'
import type { QueryGate } from '../create-gate.ts'
import type { Desk } from '../desk/create-desk.ts'
import type { DecidedQuestion } from '../desk/question.ts'
import { holdsFor } from '../desk/record-asked.ts'
import { type ReasonCode, reasonsTold, reasonWords } from '../reasons.ts'
import { type ApprovalRefusal, approvalFor } from './approval-token.ts'
import { cannotDo, type Duty, dutiesOf } from './duties.ts'
import { type KeptEvaluation, keepEvaluations, owesReceipts } from './evaluation-store.ts'
import type { AskingSystem, DecisionPoint, Judged, SearchAsk } from './protocol.ts'
import { readQuestion, tupleHash } from './read-question.ts'
import { searchPoint } from './search.ts'
import type { TokenSigner } from './signed-token.ts'

export interface PointDeps {
  readonly database: Database
  readonly clock: Clock
  readonly gate: QueryGate
  readonly desk: Desk
  readonly signer: TokenSigner
  /** accounts of an agency that may ask at all: whom a search for subjects goes through */
  readonly officialsOf: (agency: string) => Promise<readonly string[]>
}

export interface OurJudged extends Judged {
  readonly kept: Omit<KeptEvaluation, 'id'>
  /** by what count of subjects it was judged, and whether another count would say the same */
  readonly turn?: { readonly counted: number; readonly also: readonly string[]; readonly holdsAt: HoldsAt } | undefined
  /** an approval this permit uses up */
  readonly spends?: { readonly request: string; readonly account: string } | undefined
  /** the reason as its asker may know it, where the kept one says more */
  readonly told?: ReasonCode | undefined
  /** hash of the asked tuple, for what a denial offers */
  readonly tuple: Buffer
  readonly template?: string | undefined
}

export type OurPoint = DecisionPoint<OurJudged>

const OFFER_MS = 15 * 60_000
const MS_PER_SECOND = 1000

/** The gate as an AuthZEN decision point: the same questions, facts and policies as for people at the counter. */
export function createDecisionPoint(deps: PointDeps): OurPoint {
  const judge: OurPoint['judge'] = (system, evaluation, before) => judgeOne(deps, system, evaluation, before)
  return {
    judge,
    settle: (system, judged) => settle(deps, system, judged),
    search: async (system, kind, ask) => {
      const { found, subjects } = await searchPoint(deps, judge, system, kind, ask)
      await recordSearch(deps, system, kind, ask, found.length, subjects)
      return found
    },
  }
}

async function judgeOne(
  deps: PointDeps,
  system: AskingSystem,
  evaluation: EvaluationBody,
  before: readonly OurJudged[],
): Promise<OurJudged> {
  const base = bareOf(evaluation)
  const read = readQuestion(evaluation)
  if (!read.ok) return refused(base, read.error)
  const { looker, question } = read.value
  const kept = { ...base.kept, act: question.act, purpose: question.purpose, caseNumber: question.caseNumber }
  // A system speaks for its own agency's records; of others it does not even learn what the policies say.
  if (deps.gate.catalogue.query(question.query, question.version)?.agency !== system.agency)
    return refused({ ...base, kept }, 'unknown-query')
  // Of one batch each counts those before it, so that many at once open no more than one after the other.
  const also = before.filter((each) => each.kept.account === looker.account).map((each) => each.kept.subjectToken)
  const decided = await deps.desk.decideFor(looker, question, also)
  if (!decided.ok) return refused({ ...base, kept }, decided.error)
  const { request, decision } = decided.value
  const full = {
    ...base,
    kept: { ...kept, subjectToken: request.resource.subjectToken, policyVersion: decision.policyVersion },
    turn: { counted: request.subjectsToday, also, holdsAt: holdsFor(deps.desk, decided.value) },
  }
  return permitOrRefuse(deps, system, evaluation, full, decided.value)
}

type Bare = Pick<OurJudged, 'kept' | 'tuple' | 'turn'>

function bareOf(evaluation: EvaluationBody): Bare {
  const { subject, action, resource } = evaluation
  return {
    tuple: tupleHash(evaluation),
    kept: {
      account: subject.id,
      query: resource.id,
      act: action.name,
      purpose: '',
      caseNumber: '',
      subjectToken: '',
      outcome: 'deny',
      reason: '',
      policyVersion: '',
      duties: [],
    },
  }
}

async function permitOrRefuse(
  deps: PointDeps,
  system: AskingSystem,
  { context }: EvaluationBody,
  bare: Bare,
  decided: DecidedQuestion,
): Promise<OurJudged> {
  const { decision } = decided
  const approval = await approvalFor(deps, system, context?.['approval'], decided)
  if (decision.outcome !== 'permit' && !approval?.ok) return notNow(bare, decided, approval)
  const duties = dutiesOf(decision)
  if (cannotDo(duties, context).length > 0) return refused(bare, 'obligation-unsupported')
  if (await owesReceipts(deps.database, system.system, deps.clock.now())) return refused(bare, 'receipts-missing')
  return {
    ...bare,
    decision: true,
    kept: { ...bare.kept, outcome: 'permit', reason: decision.reasons.code, duties: duties.map(({ id }) => id) },
    ...(approval?.ok && decision.outcome !== 'permit' && { spends: approval.value }),
    context: { ...wordsOf(decided), obligations: duties satisfies readonly Duty[] },
  }
}

function notNow(
  bare: Bare,
  decided: DecidedQuestion,
  approval: Result<unknown, ApprovalRefusal> | undefined,
): OurJudged {
  const { decision } = decided
  const template = { 'needs-approval': undefined, 'break-glass': 'break_glass', permit: undefined, deny: undefined }
  const offered = decision.outcome === 'needs-approval' ? decision.template : template[decision.outcome]
  const failed = approval && !approval.ok ? { reason: approval.error, next_action: NEXT[approval.error] } : {}
  return {
    ...bare,
    decision: false,
    kept: { ...bare.kept, outcome: decision.outcome, reason: decision.reasons.code },
    told: reasonsTold(decision.reasons.all)[0],
    template: offered,
    context: {
      ...wordsOf(decided),
      reason: decision.outcome === 'needs-approval' ? 'approval_required' : reasonsTold(decision.reasons.all)[0],
      ...failed,
    },
  }
}

const NEXT: Record<ApprovalRefusal, 'request' | 'retry' | 'none'> = {
  approval_unverifiable: 'request',
  approval_expired: 'request',
  out_of_scope: 'request',
  grant_pending: 'retry',
  policy_denied: 'none',
}

/** What is told of a decision: the reasons its asker may know, and no policy that names another. */
function wordsOf({ decision }: DecidedQuestion) {
  const told = reasonsTold(decision.reasons.all)
  const { zh, en } = reasonWords(told[0] ?? decision.reasons.code)
  const isWhole =
    told.length === decision.reasons.all.length && told.every((each) => decision.reasons.all.includes(each))
  return {
    reason_user: { 'zh-TW': zh, en },
    reason_admin: { en: told.join(', ') },
    policy: { id: isWhole ? decision.policies.join(',') : '', version: decision.policyVersion },
  }
}

function refused(bare: Bare, reason: string): OurJudged {
  return { ...bare, decision: false, kept: { ...bare.kept, outcome: 'deny', reason }, context: { reason } }
}

async function settle(
  deps: PointDeps,
  system: AskingSystem,
  judged: readonly OurJudged[],
): Promise<Result<readonly EvaluationAnswer[], 'decision-stale'>> {
  const at = deps.clock.now()
  return deps.database.transaction(async (tx) => {
    if (!(await takeTurns(tx, judged, at))) return unchanged(fail('decision-stale'))
    const spent: OurJudged[] = []
    for (const each of judged) spent.push(await spend(tx, deps, system, each))
    const kept = spent.map((each) => ({ ...each.kept, id: randomUUID() }))
    const { receipt } = await keepEvaluations(tx, system, kept, at)
    const answers = spent.map((each, i) => answerOf(deps, system, each, kept[i]?.id ?? '', at))
    return receipt ? recorded(receipt, ok(answers)) : unchanged(ok(answers))
  })
}

/** Whether what was judged by the counts of a moment ago may still be told; each asker's turn is taken, in one order. */
async function takeTurns(tx: Queryable, judged: readonly OurJudged[], at: Date): Promise<boolean> {
  const accounts = [...new Set(judged.flatMap(({ turn, kept }) => (turn ? [kept.account] : [])))].sort()
  for (const account of accounts) {
    const own = judged.flatMap(({ turn, kept }) => (turn && kept.account === account ? [turn] : []))
    const [first] = own
    // Counts only grow: where the first one stands all those that were taken after it do.
    if (first && (await takeTurn(tx, { account, at, counted: first.counted }, () => false))) continue
    for (const turn of own) if (!(await takeTurn(tx, { account, at, ...turn }, turn.holdsAt))) return false
  }
  return true
}

// An approval holds for one look: of two systems that bring it at once the second is refused here.
async function spend(tx: Queryable, { desk }: PointDeps, system: AskingSystem, each: OurJudged): Promise<OurJudged> {
  if (!each.spends || system.isShadow) return each
  const used = await desk.spendIn(tx, each.spends.request, each.spends.account, system)
  return used.ok ? each : refused(each, used.error === 'expired' ? 'approval_expired' : 'approval_used')
}

function answerOf(
  deps: PointDeps,
  { system, isShadow }: AskingSystem,
  judged: OurJudged,
  id: string,
  at: Date,
): EvaluationAnswer {
  const stamped = { evaluation_id: id, evaluated_at: at.toISOString() }
  if (isShadow) {
    const { outcome, reason } = judged.kept
    return { decision: true, context: { ...stamped, shadow: { outcome, reason: judged.told ?? reason } } }
  }
  const offer = judged.decision || judged.template === undefined ? {} : offerOf(deps, system, judged, id, at)
  return { decision: judged.decision, context: { ...stamped, ...judged.context, ...offer } }
}

/** The denial's invitation to ask for approval, bound to exactly what was denied (ARAP). */
function offerOf({ signer }: PointDeps, system: string, { tuple, template }: OurJudged, evaluation: string, at: Date) {
  const expires = new Date(at.getTime() + OFFER_MS)
  const token = signer.sign({
    use: 'denial',
    sub: system,
    evaluation_id: evaluation,
    binding_hash: tuple.toString('base64url'),
    exp: Math.floor(expires.getTime() / MS_PER_SECOND),
  })
  return { access_request: { template, expires_at: expires.toISOString(), binding_token: token } }
}

async function recordSearch(
  deps: PointDeps,
  system: AskingSystem,
  kind: string,
  ask: SearchAsk,
  results: number,
  subjects: readonly string[],
) {
  const at = deps.clock.now()
  const actor = `system:${system.system}`
  await deps.database.transaction(async (tx) => {
    const {
      account = '',
      query,
      act,
    } = {
      account: ask.subject.id,
      query: ask.resource.id ?? '',
      act: ask.action?.name ?? '',
    }
    const receipt = await recordEvent(tx, {
      kind: 'gate-searched',
      at,
      actor,
      actorPost: '',
      subjectRef: `search:${kind}`,
      reason: '',
      detail: { account, query, act, results, subjects },
    })
    const { agency } = system
    const [subjectToken = ''] = subjects
    await noteAsked(tx, [{ eventId: receipt.eventId, account: account || actor, post: '', agency, subjectToken }], at)
    return recorded(receipt, undefined)
  })
}
