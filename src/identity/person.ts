import type { Scope } from '../base/tenant.ts'
import type { RoleName } from '../wire/session.ts'

/** Who is acting, and in which post. */
export interface Person {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly title: string
  readonly role: RoleName
  /** the agency he serves; '' for an office above the agencies */
  readonly agency: string
  /** agencies he serves besides (兼辦); with none, an office above the agencies serves them all */
  readonly serves: readonly string[]
  readonly isDemo: boolean
}

/** The post as it stands in events: unit and title, so that a later change of post does not rewrite history. */
export const postOf = (person: Person): string => `${person.unit} ${person.title}`

/** Whose rows he may touch at all; what he may do with them is the permission table's. */
export function scopeOf({ account, role, agency, serves }: Person): Scope & { readonly kind: 'served' } {
  const served = [...new Set(agency === '' ? serves : [agency, ...serves])]
  const agencies = role === 'citizen' ? [] : served.length === 0 ? 'all' : served
  return { kind: 'served', agencies, home: role === 'citizen' ? '' : agency, account }
}
