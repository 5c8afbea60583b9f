import { ORDINARY_ROLES } from '../identity/port.ts'
import type { RoleName } from '../wire/session.ts'
import type { StaffPlan, TermChange } from './plan-staff.ts'
import type { Term, Unit } from './term.ts'

/**
 * What a change of staff may add to somebody's power to ask, approve or see. `role`: he is more than an officer ·
 * `manager` and `deputy`: who decides for whom, and in whose place · `portfolio`: what he handles · `unit` and
 * `hierarchy`: under whose word he, or everybody of a unit, comes · `account`: who signs in as him, and accounts that were
 * there before · `kinship`: what keeps kin from deciding for each other · `guarded`: somebody who watches leaves.
 */
export type PowerKind =
  | 'role'
  | 'manager'
  | 'deputy'
  | 'portfolio'
  | 'unit'
  | 'hierarchy'
  | 'account'
  | 'kinship'
  | 'guarded'

export interface Power {
  readonly kind: PowerKind
  /** staff number, or code of the unit */
  readonly about: string
}

/** What has to be known of today besides the plan. */
export interface PowerFacts {
  /** accounts of the plan that exist, open or ended */
  readonly known: ReadonlySet<string>
  /** roles of accounts that are open */
  readonly held: ReadonlyMap<string, RoleName>
  /** persons of the plan who were in a unit before, in whatever term */
  readonly placed: ReadonlySet<string>
  /** persons of the plan whom a term in force names as deputy */
  readonly named: ReadonlySet<string>
  /** units in force */
  readonly units: readonly Unit[]
}

/**
 * Everything a plan adds to anybody's power; empty: one person may do it. Pure, and told from what the plan does, not from
 * what kind of file or message it came in: a step that adds nothing, after any number of others, has added nothing. Told
 * too often rather than too seldom. A new officer without any of it, in a unit, comes under whoever is above that unit.
 */
export function powerOf(plan: StaffPlan, facts: PowerFacts): readonly Power[] {
  const leaving = new Set(plan.leaves.map(({ person }) => person))
  return [
    ...plan.joins.flatMap(({ term }) => ofJoin(term, facts)),
    ...plan.changes.flatMap((change) => powerOfChange(change, facts, leaving)),
    ...plan.leaves.filter(({ account }) => isGuarded(facts, account)).map(told('guarded')),
    ...hierarchyOf(plan, facts.units),
  ]
}

const told =
  (kind: PowerKind) =>
  ({ person }: { readonly person: string }): Power => ({ kind, about: person })

function ofJoin(term: Term, { known, placed, named }: PowerFacts): Power[] {
  const kinds: readonly (readonly [PowerKind, boolean])[] = [
    ['role', term.role !== 'officer'],
    ['manager', term.manager !== ''],
    ['deputy', term.deputy !== '' || named.has(term.person)],
    ['portfolio', term.portfolio.length > 0],
    ['account', known.has(term.account)],
    ['unit', term.unitCode !== '' && placed.has(term.person)],
  ]
  return kinds.filter(([, is]) => is).map(([kind]) => ({ kind, about: term.person }))
}

/** What one change adds. Who is named no longer because he leaves takes nothing from anybody but himself. */
export function powerOfChange(
  { before, after: { term: after }, fields }: TermChange,
  { held, placed }: Pick<PowerFacts, 'held' | 'placed'>,
  leaving: ReadonlySet<string>,
): Power[] {
  const isChanged = (field: (typeof fields)[number]) => fields.includes(field)
  const isFreed = (field: 'manager' | 'deputy') => after[field] === '' && leaving.has(before[field])
  const isFirst = before.unitCode === '' && after.role === 'officer' && !placed.has(after.person)
  const kinds: readonly (readonly [PowerKind, boolean])[] = [
    ['role', isChanged('role') && after.role !== 'officer'],
    ['manager', isChanged('manager') && !isFreed('manager')],
    ['deputy', (['deputy', 'deputyFrom', 'deputyUntil'] as const).some(isChanged) && !isFreed('deputy')],
    ['portfolio', after.portfolio.some((key) => !before.portfolio.includes(key))],
    ['unit', isChanged('unitCode') && after.unitCode !== '' && !isFirst],
    ['account', isChanged('account')],
    ['kinship', isChanged('subject') && before.subject !== ''],
    ['guarded', isChanged('account') && isGuarded({ held }, before.account)],
  ]
  return kinds.filter(([, is]) => is).map(([kind]) => ({ kind, about: after.person }))
}

const isGuarded = ({ held }: Pick<PowerFacts, 'held'>, account: string): boolean => {
  const role = held.get(account)
  return role !== undefined && !ORDINARY_ROLES.includes(role)
}

/** A unit that comes under another brings its people under other superiors, unless that one stood above it before. */
function hierarchyOf({ unitsOpened }: StaffPlan, units: readonly Unit[]): Power[] {
  const before = new Map(units.map((unit) => [unit.code, unit]))
  return unitsOpened
    .filter(({ code, parent }) => {
      const was = before.get(code)
      if (!was) return units.some((unit) => unit.parent === code)
      return parent !== '' && parent !== was.parent && !isAbove(parent, was, before)
    })
    .map(({ code }) => ({ kind: 'hierarchy', about: code }))
}

function isAbove(code: string, unit: Unit, units: ReadonlyMap<string, Unit>): boolean {
  const seen = new Set<string>()
  for (let at = unit.parent; at !== '' && !seen.has(at); at = units.get(at)?.parent ?? '') {
    if (at === code) return true
    seen.add(at)
  }
  return false
}
