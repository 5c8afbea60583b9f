import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { drawn } from '../../test/thorough.ts'
import { readPurposes } from '../registry/port.ts'
import { createDecider, type Decider } from './decide.ts'
import { outcomeByProse } from './decide-by-prose.fixture.ts'
import type { DecisionRequest, Sensitivity } from './decision.ts'
import { bindPolicies, loadPolicies, type PolicyBook } from './policy-book.ts'

interface GuideCase {
  readonly title: string
  readonly dataSet: string
  readonly purpose: string
  readonly case?: Partial<NonNullable<DecisionRequest['case']>>
  readonly inPortfolio?: boolean
  readonly onDuty?: boolean
  readonly sensitivity?: Sensitivity
  readonly stepUpMinutes?: number
  readonly subjectsToday?: number
  readonly roles?: readonly string[]
  readonly askerAgency?: string
  readonly act?: DecisionRequest['act']
  readonly outcome: string
  readonly reason: string
  readonly mask?: string
  readonly rows?: number
  readonly template?: string
  readonly minutes?: number
}

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, 'cases/guide-cases.json'), 'utf8'),
) as readonly GuideCase[]
const AT = new Date('2026-11-23T02:00:00Z')

let book: PolicyBook
let decider: Decider
beforeAll(async () => {
  book = await loadPolicies()
  const purposes = new Map((await readPurposes()).map((purpose) => [purpose.code, purpose]))
  decider = createDecider(book, (code) => purposes.get(code))
})

function requestOf(given: Omit<GuideCase, 'title' | 'outcome' | 'reason'>): DecisionRequest {
  const agency = given.dataSet.split('-')[0] ?? ''
  return {
    asker: {
      account: 'officer',
      agency: given.askerAgency ?? agency,
      unit: '一科',
      post: '辦事員',
      roles: given.roles ?? ['officer'],
      portfolio: ['company:1'],
      isOnDuty: given.onDuty ?? true,
      ...(given.stepUpMinutes !== undefined && { stepUpAt: new Date(AT.getTime() - given.stepUpMinutes * 60_000) }),
    },
    act: given.act ?? 'query',
    resource: {
      agency,
      dataSet: given.dataSet,
      query: 'any',
      version: 1,
      sensitivity: given.sensitivity ?? 3,
      subjectToken: '00',
      portfolioKey: given.inPortfolio === false ? 'company:2' : 'company:1',
      rows: 10,
    },
    purpose: given.purpose,
    ...(given.case && {
      case: { number: 'A1', isFound: true, isOpen: true, isSubjectParty: true, isAskerAssigned: true, ...given.case },
    }),
    at: AT,
    subjectsToday: given.subjectsToday ?? 3,
  }
}

describe('the guide’s cases come out as it demands', () => {
  it.each(CASES.map((each) => [each.title, each] as const))('%s', (_, each) => {
    const decision = decider.decide(requestOf(each))
    expect(decision.outcome).toBe(each.outcome)
    expect(decision.reasons.code).toBe(each.reason)
    if (each.mask) expect(decision.obligations).toContainEqual({ type: 'mask', level: each.mask })
    if (each.rows) expect(decision.obligations).toContainEqual({ type: 'row-limit', rows: each.rows })
    if (decision.outcome === 'needs-approval') expect(decision.template).toBe(each.template ?? decision.template)
    if (decision.outcome === 'break-glass') expect(decision.minutes).toBe(each.minutes)
  })
})

const SETS: readonly string[] = [
  'insurance-company',
  'insurance-member',
  'police-person',
  'police-stop',
  'land-parcel',
  'land-owner',
  'unheard-of',
]
const PURPOSES: readonly string[] = [
  'enrolment-review',
  'company-care',
  'investigation',
  'stop-check',
  'registration',
  'transcript',
  'none-such',
]
// Values near each border, so that a hundred thousand draws stand on every side of it.
const randomRequest = fc
  .record({
    dataSet: fc.constantFrom(...SETS),
    purpose: fc.constantFrom(...PURPOSES),
    case: fc.option(
      fc.record({
        isFound: mostly(true),
        isOpen: mostly(true),
        isSubjectParty: mostly(true),
        isAskerAssigned: mostly(true),
      }),
      { nil: undefined },
    ),
    inPortfolio: mostly(true),
    onDuty: mostly(true),
    sensitivity: fc.constantFrom<Sensitivity>(1, 2, 3, 4),
    stepUpMinutes: fc.constantFrom(undefined, 0, 14, 15, 16, 90),
    subjectsToday: fc.constantFrom(0, 29, 30, 39, 40, 59, 60, 299, 300, 1000),
    roles: fc.constantFrom(['officer'], ['supervisor'], ['officer', 'it'], ['it'], ['ethics'], []),
    askerAgency: fc.constantFrom(undefined, undefined, undefined, 'police', 'land'),
    act: fc.constantFrom<DecisionRequest['act']>('query', 'query', 'export', 'print', 'copy'),
  })
  .map(({ case: stated, stepUpMinutes, askerAgency, ...rest }) =>
    requestOf({
      ...rest,
      ...(stated && { case: stated }),
      ...(stepUpMinutes !== undefined && { stepUpMinutes }),
      ...(askerAgency !== undefined && { askerAgency }),
    }),
  )

function mostly(value: boolean) {
  return fc.constantFrom(value, value, value, !value)
}

describe('a decision', () => {
  // In parts: one long stretch of sums keeps the process from answering its runner.
  const seen = new Map<string, number>()
  const requests = drawn(30_000, 100_000)
  const parts = Array.from({ length: 20 }, (_, i) => i + 1)
  it.each(parts)(`is what an evaluator written from the prose alone says: part %i of ${requests} requests`, () => {
    fc.assert(
      fc.property(randomRequest, (request) => {
        const decision = decider.decide(request)
        const wanted = outcomeByProse(request)
        seen.set(decision.outcome, (seen.get(decision.outcome) ?? 0) + 1)
        return decision.outcome === wanted.outcome && maskOf(decision.obligations) === wanted.mask
      }),
      { numRuns: requests / parts.length },
    )
  })

  it('came out every way in those parts', () => {
    expect([...seen.keys()].sort()).toEqual(['break-glass', 'deny', 'needs-approval', 'permit'])
  })

  it('denies when a value is missing or of another type, as the engine’s own check of requests would', () => {
    const whole = requestOf({ dataSet: 'land-parcel', purpose: 'registration', case: {} })
    expect(decider.decide(whole).outcome).toBe('permit')
    for (const broken of brokenCopies(whole)) {
      expect(decider.decide(broken)).toMatchObject({ outcome: 'deny', reasons: { code: 'policy-error' } })
    }
  })

  it('denies when one policy fails to evaluate, though the engine alone would say yes', () => {
    const texts = failingPolicies()
    const failing = createDecider(bindPolicies(texts), () => ({ needsCase: false, agencies: ['land'] }))
    const request = { ...requestOf({ dataSet: 'land-parcel', purpose: 'registration' }), subjectsToday: 2 ** 53 - 1 }
    expect(failing.decide({ ...request, subjectsToday: 1 }).outcome).toBe('permit')
    expect(failing.decide(request)).toMatchObject({ outcome: 'deny', reasons: { code: 'policy-error' } })
  })

  it('denies when the engine knows no set of that name', () => {
    const NEVER_PREPARED = {
      name: 'never-prepared',
      texts: [],
      notes: new Map(),
      opens: new Set<never>(),
      follows: new Set<never>(),
    }
    const lost: PolicyBook = { ...book, set: () => NEVER_PREPARED }
    const request = requestOf({ dataSet: 'land-parcel', purpose: 'registration', case: {} })
    const decision = createDecider(lost, () => ({ needsCase: true, agencies: ['land'] })).decide(request)
    expect(decision).toMatchObject({ outcome: 'deny', reasons: { code: 'policy-error' } })
  })

  it('changes for everybody at once when the book is swapped, and the old book still decides as it did', () => {
    const strict = bindPolicies({ ...textsOf(), common: `${textsOf().common}\n${FORBID_ALL}` })
    const request = requestOf({ dataSet: 'land-parcel', purpose: 'registration', case: {} })
    const after = createDecider(strict, () => ({ needsCase: true, agencies: ['land'] }))
    expect(after.decide(request).outcome).toBe('deny')
    expect(decider.decide(request).outcome).toBe('permit')
    expect(after.policyVersion).not.toBe(decider.policyVersion)
  })
})

describe('a policy file is refused', () => {
  const base = '@id("x/y") @mask("full") permit (principal, action == Action::"see-now", resource)'
  it.each([
    ['when it is no Cedar', 'permit (', /x\.cedar/],
    ['when it reads what the schema does not have', `${base} when { context.mood == "good" };`, /mood/],
    ['when a permit has no mask', '@id("x/y") permit (principal, action == Action::"see-now", resource);', /@mask/],
    ['when a forbid gives no reason', '@id("x/y") forbid (principal, action, resource);', /@reason/],
    ['when its reason is not of the list', '@id("x/y") @reason("no") forbid (principal, action, resource);', /@reason/],
    ['when a duty is misspelt', `@notifyy("ethics") ${base};`, /notifyy/],
    ['when a permit opens everything', '@id("x/y") @mask("full") permit (principal, action, resource);', /exactly one/],
    ['when an approval names nobody to approve', base.replace('see-now', 'see-approved') + ';', /@template/],
    ['when an emergency has no end', base.replace('see-now', 'break-glass') + ';', /@minutes/],
    ['when two policies share an id', `${base};\n${base};`, /share an id/],
  ])('%s', (_, text, reason) => {
    expect(() => bindPolicies({ ...textsOf(), dataSets: new Map([['x', text]]) })).toThrow(reason)
  })
})

const FORBID_ALL = '@id("common/all") @reason("no-rule") forbid (principal, action, resource);'

function textsOf() {
  const read = (name: string) => readFileSync(join(import.meta.dirname, 'policies', name), 'utf8')
  return {
    schema: read('gate.cedarschema'),
    common: read('common.cedar'),
    dataSets: new Map([['land-parcel', read('land-parcel.cedar')]]),
  }
}

// A sum beyond 64 bits is the one thing a validated policy can still fail on.
const failingPolicies = () => ({
  ...textsOf(),
  common: `@id("common/sum") @reason("volume") forbid (principal, action, resource)
    when { context.subjectsToday * 9007199254740991 * 1024 > 9223372036854775000 };`,
})

const maskOf = (obligations: ReturnType<Decider['decide']>['obligations']) =>
  obligations.find((each) => each.type === 'mask')?.level

function brokenCopies(whole: DecisionRequest): readonly DecisionRequest[] {
  const { asker, resource, case: stated } = whole
  const broken: readonly unknown[] = [
    { ...whole, asker: { ...asker, agency: undefined } },
    { ...whole, asker: { ...asker, roles: undefined } },
    { ...whole, asker: { ...asker, roles: [1] } },
    { ...whole, asker: { ...asker, portfolio: undefined } },
    { ...whole, asker: { ...asker, isOnDuty: 'yes' } },
    { ...whole, resource: { ...resource, agency: undefined } },
    { ...whole, resource: { ...resource, sensitivity: 2.5 } },
    { ...whole, resource: { ...resource, sensitivity: undefined } },
    { ...whole, purpose: undefined },
    { ...whole, act: undefined },
    { ...whole, subjectsToday: Number.NaN },
    { ...whole, subjectsToday: '3' },
    { ...whole, case: { ...stated, isOpen: undefined } },
    { ...whole, case: { ...stated, isAskerAssigned: 1 } },
  ]
  return broken as readonly DecisionRequest[]
}

it('the engine, asked with a forbid that fails, answers yes: the trap this gate is built around', () => {
  const trap = bindPolicies(failingPolicies())
  const answer = statefulIsAuthorized({
    principal: { type: 'Officer', id: 'a' },
    action: { type: 'Action', id: 'see-now' },
    resource: { type: 'Record', id: 'r' },
    context: {
      act: 'query',
      purpose: 'registration',
      purposeFits: true,
      purposeNeedsCase: false,
      case: { isStated: false, isFound: false, isOpen: false, isSubjectParty: false, isAskerAssigned: false },
      inPortfolio: true,
      onDuty: true,
      subjectsToday: 2 ** 53 - 1,
      minutesSinceStepUp: 1,
    },
    entities: [],
    preparsedPolicySetId: trap.set('land-parcel')?.name ?? '',
  })
  expect(answer).toMatchObject({ type: 'success', response: { decision: 'allow' } })
})
