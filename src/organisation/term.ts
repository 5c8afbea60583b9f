import type { RoleName } from '../wire/session.ts'

/** One person in his post. Days are `YYYY-MM-DD`; '' where nothing is stated. */
export interface Term {
  /** staff number, lasting */
  readonly person: string
  readonly account: string
  readonly name: string
  readonly unitCode: string
  readonly unit: string
  readonly title: string
  /** kind of work as the agency names it, e.g. 外勤 */
  readonly duty: string
  readonly role: RoleName
  /** staff numbers of his direct superior and of who stands in for him */
  readonly manager: string
  readonly deputy: string
  /** he stands in from this day to that, both included; without a first day he is named and does not act */
  readonly deputyFrom: string
  readonly deputyUntil: string
  /** `company:12345675`, `parcel:雲山段-0012`, `area:雲山鄉`, `case:115-0423`; sorted */
  readonly portfolio: readonly string[]
  /** keyed pseudonym of his own identity number as hex; '' where unknown */
  readonly subject: string
}

/** A term as it stood through a time: `since` inclusive, `until` exclusive, undefined while it is in force. */
export interface HeldTerm extends Term {
  readonly since: Date
  readonly until: Date | undefined
}

/** Part of an agency. `parent` is the code of the unit above, '' for one under the head. */
export interface Unit {
  readonly code: string
  readonly name: string
  readonly parent: string
}

/** What may differ between two statements of one person, in the order people read it. */
export const TERM_FIELDS = [
  ...(['account', 'name', 'unitCode', 'unit', 'title', 'duty', 'role', 'manager'] as const),
  ...(['deputy', 'deputyFrom', 'deputyUntil', 'portfolio', 'subject'] as const),
] as const
export type TermField = (typeof TERM_FIELDS)[number]

/** A field's value as text, for comparing. */
export const textOf = (term: Term, field: TermField): string => {
  const value = term[field]
  return typeof value === 'string' ? value : value.join('；')
}
