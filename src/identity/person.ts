import type { Scope } from '../base/tenant.ts'
import type { Person } from '../edge/caller.ts'

/** The post as it stands in events: unit and title, so that a later change of post does not rewrite history. */
export const postOf = (person: Person): string => `${person.unit} ${person.title}`

/** Whose rows he may touch at all; what he may do with them is the permission table's. */
export function scopeOf({ account, role, agency, serves }: Person): Scope & { readonly kind: 'served' } {
  const served = [...new Set(agency === '' ? serves : [agency, ...serves])]
  const agencies = role === 'citizen' ? [] : served.length === 0 ? 'all' : served
  return { kind: 'served', agencies, home: role === 'citizen' ? '' : agency, account }
}
