import type {
  ApproverView,
  EmergencyReview,
  LookAnswer,
  StoredApproval,
  StoredRequest,
  ToldQuestion,
} from '../../gate/port.ts'
import { type QueryGate, reasonsTold, reasonWords } from '../../gate/port.ts'
import type {
  ApprovalPage,
  LookAnswerView,
  OutcomeView,
  RequestView,
  ReviewView,
  ShownView,
} from '../../wire/gate-desk.ts'

/**
 * A decision as it leaves the server, its question on record: words for the person and what he can do. Reasons that say
 * something of a case are for who is assigned to it; all of them stand in the ledger.
 */
export function outcomeView({ decision, binding }: ToldQuestion): OutcomeView {
  const mask = decision.obligations.find((each) => each.type === 'mask')
  const all = reasonsTold(decision.reasons.all)
  const reason = all[0] ?? decision.reasons.code
  return {
    outcome: decision.outcome,
    reason,
    words: reasonWords(reason),
    all: [...all],
    template: decision.outcome === 'needs-approval' ? decision.template : null,
    minutes: decision.outcome === 'break-glass' ? decision.minutes : null,
    needsStepUp: all.includes('step-up'),
    maskLevel: mask?.level ?? 'strong',
    binding: binding.toString('hex'),
    policyVersion: decision.policyVersion,
  }
}

/** Renders an opened disclosure as a sheet with the mark in its ground. */
export type RenderSheet = (answer: LookAnswer & { readonly kind: 'shown' }) => Promise<Uint8Array | undefined>

/**
 * A look's answer with its rows, all of them taken: the page shows at most what the query's cap allows. What only the
 * server may render comes as a sheet and never as rows.
 */
export async function lookView(answer: LookAnswer, render: RenderSheet): Promise<LookAnswerView> {
  const outcome = outcomeView(answer.decided)
  if (answer.kind === 'challenge') return { kind: 'challenge', outcome, challenge: answer.id, shown: null }
  if (answer.kind === 'refused') return { kind: 'refused', outcome, challenge: null, shown: null }
  return { kind: 'shown', outcome, challenge: null, shown: await shownView(answer, render) }
}

async function shownView(answer: LookAnswer & { readonly kind: 'shown' }, render: RenderSheet): Promise<ShownView> {
  const { disclosure } = answer
  const rows: (string | null)[][] = []
  const sheet = disclosure.rendering === 'server' ? await render(answer) : undefined
  if (disclosure.rendering !== 'server') for await (const row of disclosure.rows) rows.push([...row])
  return {
    code: disclosure.disclosureCode,
    watermark: disclosure.watermark,
    rendering: disclosure.rendering,
    maskLevel: disclosure.maskLevel,
    at: disclosure.at.toISOString(),
    columns: disclosure.columns.map(({ name, title, titleEn, identifier }) => ({
      ...{ name, title, titleEn },
      isAmount: identifier === 'amount',
    })),
    rows,
    sheet: sheet ? Buffer.from(sheet).toString('base64') : null,
    isCut: disclosure.ended()?.state === 'cut',
  }
}

/**
 * A request as it leaves the server: never what was typed, only what it is about. Who decides on it reads every reason,
 * who asked those he may be told.
 */
export function requestView(
  gate: QueryGate,
  request: StoredRequest,
  approvals: readonly StoredApproval[],
  reader: 'asker' | 'approver',
): RequestView {
  const reasons = reader === 'asker' ? reasonsTold(request.reasons) : request.reasons
  const query = gate.catalogue.query(request.query, request.version)
  const purpose = gate.catalogue.purpose(request.purpose)
  return {
    id: request.id,
    kind: request.kind,
    state: request.state,
    personName: request.personName,
    unit: request.unit,
    post: request.post,
    agency: request.agency,
    query: request.query,
    queryTitle: query?.title ?? request.query,
    queryTitleEn: query?.titleEn ?? request.query,
    purposeTitle: purpose?.title ?? request.purpose,
    purposeTitleEn: purpose?.titleEn ?? request.purpose,
    caseNumber: request.caseNumber,
    act: request.act,
    template: request.template,
    reasons: reasons.map((code) => ({ code, ...reasonWords(code) })),
    justification: request.justification,
    binding: request.binding.toString('hex'),
    askedAt: request.askedAt.toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    usableUntil: request.usableUntil?.toISOString() ?? null,
    approvals: approvals.map((each) => ({
      name: each.approverName,
      post: each.approverPost,
      verdict: each.verdict,
      reason: each.reason,
      at: each.at.toISOString(),
    })),
  }
}

export function approvalPageView(gate: QueryGate, view: ApproverView): ApprovalPage {
  const { sample } = view
  return {
    request: requestView(gate, view.request, view.approvals, 'approver'),
    case: view.caseFacts
      ? {
          isFound: view.caseFacts.isFound,
          isOpen: view.caseFacts.isOpen,
          isSubjectParty: view.caseFacts.isSubjectParty,
          isAskerAssigned: view.caseFacts.isAskerAssigned,
        }
      : null,
    recent: view.recent.map(({ at, query, purpose, caseNumber }) => ({
      at: at.toISOString(),
      query: gate.catalogue.query(query)?.title ?? query,
      purpose: gate.catalogue.purpose(purpose)?.title ?? purpose,
      caseNumber,
    })),
    sample: sample
      ? {
          code: sample.disclosureCode,
          columns: [...sample.columns],
          first: sample.first ? [...sample.first] : null,
          count: sample.count,
          isCut: sample.isCut,
          k: sample.k,
        }
      : null,
  }
}

export function reviewView(gate: QueryGate, review: EmergencyReview, account: string, now: Date): ReviewView {
  const query = gate.catalogue.query(review.query)
  return {
    request: review.request,
    personName: review.personName,
    unit: review.unit,
    queryTitle: query?.title ?? review.query,
    queryTitleEn: query?.titleEn ?? review.query,
    justification: review.justification,
    openedAt: review.openedAt.toISOString(),
    dueAt: review.dueAt.toISOString(),
    isOverdue: review.statedAt === null && review.dueAt <= now,
    isMine: review.account === account,
    looks: review.looks,
    statement: review.statement,
    conclusion: review.conclusion,
    remark: review.remark,
  }
}
