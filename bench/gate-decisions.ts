import { createMongoAbility, type MongoAbility, subject } from '@casl/ability'
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'
import { createDecider } from '../src/gate/decide.ts'
import type { DecisionRequest } from '../src/gate/decision.ts'
import { bindPolicies } from '../src/gate/policy-book.ts'

const AT = new Date('2026-11-23T02:00:00Z')
const AGENCY = 'land'
const ASKED = 512

/** The same office rules for every engine: six conditions that always hold, and one permit per data set and purpose. */
const COMMON = `
@id("bench/other-agency") @reason("other-agency") forbid (principal, action, resource) unless { principal.agency == resource.agency };
@id("bench/no-duty") @reason("no-duty") forbid (principal, action, resource) unless { principal.roles.contains("officer") };
@id("bench/case-closed") @reason("case-closed") forbid (principal, action, resource) unless { context.case.isOpen };
@id("bench/not-party") @reason("not-party") forbid (principal, action, resource) unless { context.case.isSubjectParty };
@id("bench/off-duty") @reason("off-duty") forbid (principal, action, resource) unless { context.onDuty };
@id("bench/step-up") @reason("step-up") forbid (principal, action, resource) when { resource.sensitivity >= 4 && context.minutesSinceStepUp > 15 };
`
const COMMON_COUNT = 6

const MODEL = `
[request_definition]
r = agency, asker, dataSet, purpose, roleOk, caseOpen, party, duty, sensitivity, minutes
[policy_definition]
p = dataSet, purpose
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.dataSet == p.dataSet && r.purpose == p.purpose && r.agency == r.asker && r.roleOk && r.caseOpen && r.party && \
  r.duty && (r.sensitivity < 4 || r.minutes <= 15)
`

export interface DecisionFigures {
  readonly ours: number
  readonly casbin: number
  readonly caslIndexed: number
  readonly caslLinear: number
}

/**
 * Decisions per CPU second by `policies` policies: ours (Cedar, sliced by data set, with reasons, duties and a denial on
 * any error), casbin and CASL on the same rules and the same 512 requests. Throws when two engines disagree on one.
 */
export async function measureDecisions(policies: number, seconds: number): Promise<DecisionFigures> {
  const dataSets = policies - COMMON_COUNT
  const requests = Array.from({ length: ASKED }, (_, n) => requestOf(n, dataSets))
  const ours = oursOf(dataSets)
  const casbin = await casbinOf(dataSets)
  const caslIndexed = caslOf(dataSets, true)
  const caslLinear = caslOf(dataSets, false)
  for (const request of requests) {
    const said = [ours, casbin, caslIndexed, caslLinear].map((decide) => decide(request))
    if (new Set(said).size !== 1) throw new Error(`engines disagree: ${said.join(' ')}`)
  }
  return {
    ours: perCpuSecond(requests, seconds, ours),
    casbin: perCpuSecond(requests, seconds, casbin),
    caslIndexed: perCpuSecond(requests, seconds, caslIndexed),
    caslLinear: perCpuSecond(requests, seconds, caslLinear),
  }
}

type Decide = (request: DecisionRequest) => boolean

function oursOf(dataSets: number): Decide {
  const book = bindPolicies({
    schema: SCHEMA,
    common: COMMON,
    dataSets: new Map(
      Array.from({ length: dataSets }, (_, n) => [
        `set-${n}`,
        `@id("set-${n}/look") @mask("full") permit (principal, action == Action::"see-now", resource) when { context.purpose == "p${n % 7}" };`,
      ]),
    ),
  })
  const decider = createDecider(book, () => ({ needsCase: true, agencies: [AGENCY] }))
  return (request) => decider.decide(request).outcome === 'permit'
}

async function casbinOf(dataSets: number): Promise<Decide> {
  const lines = Array.from({ length: dataSets }, (_, n) => `p, set-${n}, p${n % 7}`)
  const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(lines.join('\n')))
  return (request) => {
    const { asker, resource, case: stated } = request
    return enforcer.enforceSync(
      ...[resource.agency, asker.agency, resource.dataSet, request.purpose, asker.roles.includes('officer')],
      ...[stated?.isOpen, stated?.isSubjectParty, asker.isOnDuty, resource.sensitivity, minutesOf(request)],
    )
  }
}

function caslOf(dataSets: number, isIndexed: boolean): Decide {
  const rules = Array.from({ length: dataSets }, (_, n) => ({
    action: 'see',
    subject: isIndexed ? `set-${n}` : 'Record',
    conditions: { dataSet: `set-${n}`, purpose: `p${n % 7}`, fits: true },
  }))
  const ability: MongoAbility = createMongoAbility(rules)
  return (request) => {
    const { asker, resource, case: stated, purpose } = request
    const fits =
      asker.agency === resource.agency &&
      asker.roles.includes('officer') &&
      stated?.isOpen === true &&
      stated.isSubjectParty &&
      asker.isOnDuty &&
      (resource.sensitivity < 4 || minutesOf(request) <= 15)
    const asked = { dataSet: resource.dataSet, purpose, fits }
    return ability.can('see', subject(isIndexed ? resource.dataSet : 'Record', asked))
  }
}

const minutesOf = ({ asker, at }: DecisionRequest): number =>
  asker.stepUpAt ? (at.getTime() - asker.stepUpAt.getTime()) / 60_000 : 100_000

/** Half of the requests may be looked at; the others fail each condition in turn. */
function requestOf(n: number, dataSets: number): DecisionRequest {
  const dataSet = (n * 7919) % dataSets
  const flaw = n % 2 === 0 ? -1 : Math.floor(n / 2) % 6
  return {
    asker: {
      account: `officer-${n}`,
      agency: flaw === 0 ? 'police' : AGENCY,
      unit: '一科',
      post: '課員',
      roles: ['officer'],
      portfolio: [],
      isOnDuty: flaw !== 1,
    },
    act: 'query',
    resource: {
      agency: AGENCY,
      dataSet: `set-${dataSet}`,
      query: 'any',
      version: 1,
      sensitivity: flaw === 2 ? 4 : 3,
      subjectToken: '00',
      rows: 10,
    },
    purpose: flaw === 3 ? 'p-other' : `p${dataSet % 7}`,
    case: { number: 'A1', isFound: true, isOpen: flaw !== 4, isSubjectParty: flaw !== 5, isAskerAssigned: true },
    at: AT,
    subjectsToday: 3,
  }
}

function perCpuSecond(requests: readonly DecisionRequest[], seconds: number, decide: Decide): number {
  const spin = (wanted: number) => {
    const from = process.cpuUsage()
    let count = 0
    for (;;) {
      for (const request of requests) {
        decide(request)
        count += 1
        if (count % 8 !== 0) continue
        const { user, system } = process.cpuUsage(from)
        if (user + system > wanted * 1e6) return (count * 1e6) / (user + system)
      }
    }
  }
  spin(seconds / 4)
  return Math.round(spin(seconds))
}

const SCHEMA = `
entity Officer = { agency: String, roles: Set<String> };
entity Record = { agency: String, sensitivity: Long };
type Ask = {
  act: String, purpose: String, purposeFits: Bool, purposeNeedsCase: Bool,
  case: { isStated: Bool, isFound: Bool, isOpen: Bool, isSubjectParty: Bool, isAskerAssigned: Bool },
  inPortfolio: Bool, onDuty: Bool, subjectsToday: Long, minutesSinceStepUp: Long,
};
action "see-now", "see-approved", "break-glass" appliesTo { principal: Officer, resource: Record, context: Ask };
`
