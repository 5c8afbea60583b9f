import type { ReasonCode } from './reasons.ts'

/** 1 open to the office · 2 personal data · 3 special or financial personal data · 4 secret by law or of protected persons */
export type Sensitivity = 1 | 2 | 3 | 4

/** Who asks, as identity knows him at this moment. `none` of a list means exactly that: nothing. */
export interface Asker {
  readonly account: string
  readonly agency: string
  readonly unit: string
  readonly post: string
  readonly roles: readonly string[]
  /** what his post handles, `kind:key`: `company:12345678`, `parcel:雲山段-0012`, `area:雲山鄉` */
  readonly portfolio: readonly string[]
  readonly isOnDuty: boolean
  /** when he last proved his presence with a passkey; undefined: not in this session */
  readonly stepUpAt?: Date
}

/** What is asked for: one version of one catalogued query about one subject. */
export interface AskedResource {
  readonly agency: string
  readonly dataSet: string
  readonly query: string
  readonly version: number
  readonly sensitivity: Sensitivity
  /** keyed pseudonym of the record subject; never the identifier */
  readonly subjectToken: string
  /** the portfolio key this subject falls under, when its data set is divided by portfolio */
  readonly portfolioKey?: string
  /** rows it is expected to return at most */
  readonly rows: number
}

/** The case as its own system says at this moment; `isFound: false` when that system knows no such number. */
export interface CaseFacts {
  readonly number: string
  readonly isFound: boolean
  readonly isOpen: boolean
  readonly isSubjectParty: boolean
  readonly isAskerAssigned: boolean
}

export interface DecisionRequest {
  readonly asker: Asker
  readonly act: 'query' | 'export' | 'print' | 'copy'
  readonly resource: AskedResource
  /** code of the purpose catalogue */
  readonly purpose: string
  readonly case?: CaseFacts
  readonly at: Date
  /** distinct subjects he looked up today */
  readonly subjectsToday: number
}

export type Obligation =
  | { readonly type: 'mask'; readonly level: MaskLevel }
  | { readonly type: 'watermark'; readonly rendering: 'overlay' | 'server' }
  | { readonly type: 'row-limit'; readonly rows: number }
  | { readonly type: 'no-export' }
  | { readonly type: 'step-up'; readonly minutes: number }
  | { readonly type: 'notify'; readonly whom: 'supervisor' | 'ethics' }
  /** how many in a thousand of such looks are asked to explain themselves before the answer */
  | { readonly type: 'challenge'; readonly perMille: number }

/** How much of an identifier is shown; `full` shows all, `strong` is what anything unknown gets. */
export type MaskLevel = 'full' | 'standard' | 'strong'

/** One sentence for the person, one for who audits later; neither holds protected data. */
export interface Reasons {
  /** code of a closed list; the texts follow from it */
  readonly code: ReasonCode
  /** everything that stood in the way, the deciding one first */
  readonly all: readonly ReasonCode[]
  readonly forPerson: { readonly zh: string; readonly en: string }
  readonly forAuditor: string
}

/** Who has to approve: one superior, two different ones, or the head of the agency. */
export type ApprovalTemplate = 'supervisor' | 'two-persons' | 'head'

/** The four outcomes. Whatever is not one of the first three is a deny. */
export type Decision = {
  readonly reasons: Reasons
  /** ids of the policies that decided, with the version of their set: what an auditor re-runs */
  readonly policies: readonly string[]
  readonly policyVersion: string
  readonly obligations: readonly Obligation[]
} & (
  | { readonly outcome: 'permit' }
  | { readonly outcome: 'needs-approval'; readonly template: ApprovalTemplate }
  | { readonly outcome: 'break-glass'; readonly minutes: number }
  | { readonly outcome: 'deny' }
)
