import type { Decision, DecisionRequest, MaskLevel } from './decision.ts'

/**
 * The rules once more, written from the office's prose without looking at the policies, the engine or decide.ts: what
 * the differential test holds both against.
 *
 * Nobody outside the agency, without a case duty, with a purpose that is not the agency's, with a missing or unknown
 * case number, beyond 300 people a day, or at the most sensitive records without a passkey in the last 15 minutes.
 * Outside the portfolio neither at once nor by approval. At once only: own open case, subject a party, on duty, below
 * 60 people, below the highest sensitivity, and taking along only what is below sensitivity 3; and the data set's own
 * purposes. Otherwise by approval, except for police off duty. Police emergencies: a look, never a copy; stops only for
 * an investigation.
 */
export function outcomeByProse(request: DecisionRequest): {
  readonly outcome: Decision['outcome']
  readonly mask: MaskLevel | undefined
} {
  if (isNeverAllowed(request)) return { outcome: 'deny', mask: undefined }
  const mask = maskAtOnce(request)
  if (mask && isOrdinary(request)) return { outcome: 'permit', mask }
  const { dataSet } = request.resource
  const isPolice = dataSet.startsWith('police-')
  if (isInPortfolio(request) && !(isPolice && !request.asker.isOnDuty))
    return { outcome: 'needs-approval', mask: 'standard' }
  const isEmergency =
    isPolice && request.act === 'query' && (dataSet === 'police-person' || request.purpose === 'investigation')
  return isEmergency ? { outcome: 'break-glass', mask: 'standard' } : { outcome: 'deny', mask: undefined }
}

const PURPOSE_AGENCY: Readonly<Record<string, readonly [agency: string, needsCase: boolean]>> = {
  'enrolment-review': ['insurance', true],
  'company-care': ['insurance', false],
  investigation: ['police', true],
  'stop-check': ['police', false],
  registration: ['land', true],
  transcript: ['land', false],
}

const KNOWN = ['insurance-company', 'insurance-member', 'police-person', 'police-stop', 'land-parcel', 'land-owner']

function isNeverAllowed({ asker, resource, purpose, case: stated, subjectsToday, at }: DecisionRequest): boolean {
  if (!KNOWN.includes(resource.dataSet)) return true
  if (asker.agency !== resource.agency) return true
  if (!asker.roles.some((role) => role === 'officer' || role === 'supervisor')) return true
  const known = PURPOSE_AGENCY[purpose]
  if (!known || known[0] !== resource.agency) return true
  if (known[1] && !stated) return true
  if (stated && !stated.isFound) return true
  if (subjectsToday >= 300) return true
  if (resource.sensitivity < 4) return false
  return !asker.stepUpAt || at.getTime() - asker.stepUpAt.getTime() > 15 * 60_000
}

const isInPortfolio = ({ asker, resource }: DecisionRequest) =>
  !resource.portfolioKey || asker.portfolio.some((key) => key === resource.portfolioKey)

function isOrdinary(request: DecisionRequest): boolean {
  const { asker, resource, case: stated, subjectsToday, act } = request
  if (!isInPortfolio(request) || !asker.isOnDuty) return false
  if (stated && !(stated.isOpen && stated.isSubjectParty && stated.isAskerAssigned)) return false
  if (subjectsToday >= 60 || resource.sensitivity === 4) return false
  return act === 'query' || resource.sensitivity < 3
}

/** The mask of a look at once; undefined where the data set has none for this purpose and volume. */
function maskAtOnce({ resource, purpose, subjectsToday }: DecisionRequest): MaskLevel | undefined {
  switch (`${resource.dataSet} ${purpose}`) {
    case 'insurance-company company-care':
      return 'standard'
    case 'insurance-company enrolment-review':
    case 'insurance-member enrolment-review':
    case 'police-person investigation':
    case 'land-parcel registration':
    case 'land-owner registration':
      return 'full'
    case 'police-person stop-check':
      return subjectsToday < 30 ? 'standard' : undefined
    case 'land-parcel transcript':
      return subjectsToday < 40 ? 'standard' : undefined
    default:
      return undefined
  }
}
