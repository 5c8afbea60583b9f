import { randomUUID } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import type { Database } from '../../database/database.ts'
import { recordAct } from '../../ledger/port.ts'
import type { EvaluationAnswer, EvaluationBody } from '../../wire/authzen.ts'
import type { QueryGate } from '../create-gate.ts'
import type { Desk } from '../desk/create-desk.ts'
import type { DecidedQuestion } from '../desk/question.ts'
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
  /** an approval this permit uses up */
  readonly spends?: { readonly request: string; readonly account: string } | undefined
  /** hash of the asked tuple, for what a denial offers */
  readonly tuple: Buffer
  readonly template?: string | undefined
}

export type OurPoint = DecisionPoint<OurJudged>

const OFFER_MS = 15 * 60_000
const MS_PER_SECOND = 1000

/** The gate as an AuthZEN decision point: the same questions, facts and policies as for people at the counter. */
export function createDecisionPoint(deps: PointDeps): OurPoint {
  const judge: OurPoint['judge'] = (system, evaluation) => judgeOne(deps, system, evaluation)
  return {
    judge,
    settle: (system, judged) => settle(deps, system, judged),
    search: async (system, kind, ask) => {
      const found = await searchPoint(deps, judge, system, kind, ask)
      await recordSearch(deps, system, kind, ask, found.length)
      return found
    },
  }
}

async function judgeOne(deps: PointDeps, system: AskingSystem, evaluation: EvaluationBody): Promise<OurJudged> {
  const base = bareOf(evaluation)
  const read = readQuestion(evaluation)
  if (!read.ok) return refused(base, read.error)
  const { looker, question } = read.value
  const kept = { ...base.kept, act: question.act, purpose: question.purpose, caseNumber: question.caseNumber }
  // A system speaks for its own agency's records; of others it does not even learn what the policies say.
  if (deps.gate.catalogue.query(question.query, question.version)?.agency !== system.agency)
    return refused({ ...base, kept }, 'unknown-query')
  const decided = await deps.desk.decide(looker, question)
  if (!decided.ok) return refused({ ...base, kept }, decided.error)
  const { request, decision } = decided.value
  const full = {
    ...base,
    kept: { ...kept, subjectToken: request.resource.subjectToken, policyVersion: decision.policyVersion },
  }
  return permitOrRefuse(deps, system, evaluation, full, decided.value)
}

type Bare = Pick<OurJudged, 'kept' | 'tuple'>

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
    template: offered,
    context: {
      ...wordsOf(decided),
      reason: decision.outcome === 'needs-approval' ? 'approval_required' : decision.reasons.code,
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

function wordsOf({ decision }: DecidedQuestion) {
  const { forPerson, forAuditor } = decision.reasons
  return {
    reason_user: { 'zh-TW': forPerson.zh, en: forPerson.en },
    reason_admin: { en: forAuditor },
    policy: { id: decision.policies.join(','), version: decision.policyVersion },
  }
}

function refused(bare: Bare, reason: string): OurJudged {
  return { ...bare, decision: false, kept: { ...bare.kept, outcome: 'deny', reason }, context: { reason } }
}

async function settle(
  deps: PointDeps,
  system: AskingSystem,
  judged: readonly OurJudged[],
): Promise<readonly EvaluationAnswer[]> {
  const spent: OurJudged[] = []
  for (const each of judged) spent.push(await spend(deps, system, each))
  const at = deps.clock.now()
  const kept = spent.map((each) => ({ ...each.kept, id: randomUUID() }))
  await deps.database.transaction((tx) => keepEvaluations(tx, system, kept, at))
  return spent.map((each, i) => answerOf(deps, system, each, kept[i]?.id ?? '', at))
}

// An approval holds for one look: of two systems that bring it at once the second is refused here.
async function spend({ desk }: PointDeps, system: AskingSystem, each: OurJudged): Promise<OurJudged> {
  if (!each.spends || system.isShadow) return each
  const used = await desk.spend(each.spends.request, each.spends.account, system)
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
    return { decision: true, context: { ...stamped, shadow: { outcome, reason } } }
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

async function recordSearch(deps: PointDeps, system: AskingSystem, kind: string, ask: SearchAsk, results: number) {
  const at = deps.clock.now()
  await recordAct(deps.database, {
    kind: 'gate-searched',
    at,
    actor: `system:${system.system}`,
    actorPost: '',
    subjectRef: `search:${kind}`,
    reason: '',
    detail: { account: ask.subject.id ?? '', query: ask.resource.id ?? '', act: ask.action?.name ?? '', results },
  })
}
