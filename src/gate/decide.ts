import { type Context, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import type { ApprovalTemplate, Decision, DecisionRequest, MaskLevel, Obligation } from './decision.ts'
import type { PolicyBook, PolicySet } from './policy-book.ts'
import type { PolicyNotes, Stage } from './policy-notes.ts'
import { REASONS, type ReasonCode } from './reasons.ts'

/** What decisions know of a purpose; undefined when the catalogue has no such purpose. */
export interface PurposeFacts {
  readonly needsCase: boolean
  readonly agencies: readonly string[]
}

export interface Decider {
  /** Decides one request. Pure: the same book and request give the same decision; whatever cannot be decided is a deny. */
  readonly decide: (request: DecisionRequest) => Decision
  /** the mask a request is shown with at once; undefined when it is not. The first part of `decide`, at its price. */
  readonly shownAtOnce: (request: DecisionRequest) => MaskLevel | undefined
  readonly policyVersion: string
}

const NEVER_STEPPED_UP = 100_000
const MS_PER_MINUTE = 60_000

/** Makes the decision function of one book of policies (gateways.md §c, "our four outcomes"). */
export function createDecider(book: PolicyBook, purposeOf: (code: string) => PurposeFacts | undefined): Decider {
  const decide = (request: DecisionRequest): Decision => {
    if (!isComplete(request)) return denial(book.version, ['policy-error'], [], [])
    const set = book.set(request.resource.dataSet)
    if (!set) return denial(book.version, ['unknown-data-set'], [], [])
    const context = contextOf(request, purposeOf(request.purpose))
    const now = ask(set, 'see-now', request, context)
    if (!now) return denial(book.version, ['policy-error'], [], [])
    if (now.isAllowed) return { ...reached(book.version, [], now.notes), outcome: 'permit' }
    const approved = closedAnyway(set, 'see-approved', now) ?? ask(set, 'see-approved', request, context)
    if (!approved) return denial(book.version, ['policy-error'], [], [])
    const inTheWay = reasonsOf(now.notes)
    if (approved.isAllowed)
      return {
        ...reached(book.version, inTheWay, [...approved.notes, ...now.notes]),
        outcome: 'needs-approval',
        template: strictestTemplate(approved.notes),
      }
    const emergency = closedAnyway(set, 'break-glass', now) ?? ask(set, 'break-glass', request, context)
    if (!emergency) return denial(book.version, ['policy-error'], [], [])
    const reasons = [...new Set([...reasonsOf(approved.notes), ...inTheWay])]
    if (emergency.isAllowed)
      return {
        ...reached(book.version, reasons, emergency.notes),
        outcome: 'break-glass',
        minutes: Math.min(...emergency.notes.map(({ minutes }) => minutes ?? 0)),
      }
    return denial(book.version, reasons, approved.notes, now.notes)
  }
  const shownAtOnce = (request: DecisionRequest): MaskLevel | undefined => {
    const set = isComplete(request) ? book.set(request.resource.dataSet) : undefined
    const now = set && ask(set, 'see-now', request, contextOf(request, purposeOf(request.purpose)))
    return now?.isAllowed ? maskOf(obligationsOf(now.notes)) : undefined
  }
  return { decide, shownAtOnce, policyVersion: book.version }
}

interface Answer {
  readonly isAllowed: boolean
  /** the policies that decided, in the order they are written */
  readonly notes: readonly PolicyNotes[]
}

/**
 * The answer at a later stage where `see-now` has given it already: no policy opens that stage, and every forbid that
 * counts there has been evaluated. Half of all denials need one question to the engine instead of three.
 */
function closedAnyway(set: PolicySet, stage: Stage, now: Answer): Answer | undefined {
  if (set.opens.has(stage) || !set.follows.has(stage)) return undefined
  return {
    isAllowed: false,
    notes: now.notes.filter(({ effect, stages }) => effect === 'forbid' && stages.includes(stage)),
  }
}

/**
 * One question to the engine. Undefined when anything at all went wrong: Cedar skips a forbid that fails to evaluate and
 * would then say yes (gateways.md §0.4), so one failing policy, a missing attribute or an unknown set decides nothing.
 */
function ask(set: PolicySet, stage: Stage, { asker, resource }: DecisionRequest, context: Context): Answer | undefined {
  const principal = { type: 'Officer', id: 'asker' }
  const record = { type: 'Record', id: 'asked' }
  const answer = statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: stage },
    resource: record,
    context,
    entities: [
      { uid: principal, attrs: { agency: asker.agency, roles: [...asker.roles] }, parents: [] },
      { uid: record, attrs: { agency: resource.agency, sensitivity: resource.sensitivity }, parents: [] },
    ],
    preparsedPolicySetId: set.name,
  })
  if (answer.type !== 'success' || answer.response.diagnostics.errors.length > 0) return undefined
  const decided = new Set(answer.response.diagnostics.reason)
  const notes = [...set.notes.values()].filter(({ id }) => decided.has(id))
  return { isAllowed: answer.response.decision === 'allow', notes }
}

/**
 * Whether every value a policy may read is there and of its type. The engine's own check of requests says the same at
 * twice the price of the decision; a test holds the two together.
 */
function isComplete({ asker, resource, case: stated, ...rest }: DecisionRequest): boolean {
  const texts = [rest.act, rest.purpose, asker.agency, resource.agency, resource.dataSet]
  const flags = [asker.isOnDuty, ...(stated ? CASE_FLAGS.map((flag) => stated[flag]) : [])]
  return (
    Array.isArray(asker.roles) &&
    Array.isArray(asker.portfolio) &&
    [...texts, ...asker.roles].every((text) => typeof text === 'string') &&
    flags.every((flag) => typeof flag === 'boolean') &&
    [resource.sensitivity, rest.subjectsToday].every((count) => Number.isSafeInteger(count))
  )
}
const CASE_FLAGS = ['isFound', 'isOpen', 'isSubjectParty', 'isAskerAssigned'] as const

function contextOf(request: DecisionRequest, purpose: PurposeFacts | undefined): Context {
  const { asker, resource, case: stated } = request
  return {
    act: request.act,
    purpose: request.purpose,
    purposeFits: purpose?.agencies.includes(resource.agency) ?? false,
    purposeNeedsCase: purpose?.needsCase ?? true,
    case: {
      isStated: stated !== undefined,
      isFound: stated?.isFound ?? false,
      isOpen: stated?.isOpen ?? false,
      isSubjectParty: stated?.isSubjectParty ?? false,
      isAskerAssigned: stated?.isAskerAssigned ?? false,
    },
    inPortfolio: resource.portfolioKey === undefined || asker.portfolio.includes(resource.portfolioKey),
    onDuty: asker.isOnDuty,
    subjectsToday: request.subjectsToday,
    minutesSinceStepUp: minutesSince(asker.stepUpAt, request.at),
  }
}

function minutesSince(earlier: Date | undefined, at: Date): number {
  if (!earlier || earlier > at) return NEVER_STEPPED_UP
  return Math.min(NEVER_STEPPED_UP, Math.ceil((at.getTime() - earlier.getTime()) / MS_PER_MINUTE))
}

const reasonsOf = (notes: readonly PolicyNotes[]): readonly ReasonCode[] =>
  notes.flatMap(({ effect, reason }) => (effect === 'forbid' && reason ? [reason] : []))

function reached(policyVersion: string, reasons: readonly ReasonCode[], notes: readonly PolicyNotes[]) {
  return {
    reasons: wording(reasons.length > 0 ? reasons : ['fit']),
    policies: notes.map(({ id }) => id),
    policyVersion,
    obligations: obligationsOf(notes),
  }
}

function denial(
  policyVersion: string,
  reasons: readonly ReasonCode[],
  deciding: readonly PolicyNotes[],
  before: readonly PolicyNotes[],
): Decision {
  const notes = [...new Set([...deciding, ...before])].filter(({ effect }) => effect === 'forbid')
  return {
    outcome: 'deny',
    reasons: wording(reasons.length > 0 ? reasons : ['no-rule']),
    policies: notes.map(({ id }) => id),
    policyVersion,
    obligations: obligationsOf(notes).filter(({ type }) => type === 'notify' || type === 'step-up'),
  }
}

function wording(all: readonly ReasonCode[]): Decision['reasons'] {
  const code = all[0] ?? 'no-rule'
  const [zh, en] = REASONS[code]
  return { code, all, forPerson: { zh, en }, forAuditor: all.join(', ') }
}

// Where several policies decide together the strictest of each duty holds.
const MASKS = ['strong', 'standard', 'full'] as const satisfies readonly MaskLevel[]
const TEMPLATES = ['head', 'two-persons', 'supervisor'] as const satisfies readonly ApprovalTemplate[]

const strictestTemplate = (notes: readonly PolicyNotes[]): ApprovalTemplate =>
  TEMPLATES.find((template) => notes.some((each) => each.template === template)) ?? 'head'

function obligationsOf(notes: readonly PolicyNotes[]): readonly Obligation[] {
  const permits = notes.filter(({ effect }) => effect === 'permit')
  const level = MASKS.find((mask) => permits.some((each) => each.mask === mask)) ?? 'strong'
  const rows = least(permits.map((each) => each.rows))
  const minutes = least(notes.map(({ stepup }) => stepup))
  const perMille = Math.max(0, ...permits.map(({ challenge }) => challenge ?? 0))
  const whom = new Set(notes.flatMap(({ notify }) => notify ?? []))
  return [
    { type: 'mask', level },
    { type: 'watermark', rendering: 'overlay' },
    ...(rows === undefined ? [] : [{ type: 'row-limit', rows } as const]),
    ...(minutes === undefined ? [] : [{ type: 'step-up', minutes } as const]),
    ...(perMille === 0 ? [] : [{ type: 'challenge', perMille } as const]),
    ...[...whom].map((each) => ({ type: 'notify', whom: each }) as const),
  ]
}

const maskOf = (obligations: readonly Obligation[]): MaskLevel =>
  obligations.find((each) => each.type === 'mask')?.level ?? 'strong'

function least(values: readonly (number | undefined)[]): number | undefined {
  const stated = values.filter((value) => value !== undefined)
  return stated.length === 0 ? undefined : Math.min(...stated)
}
