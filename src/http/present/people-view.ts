import type { Brought, HeldTerm, StaffLook, Term, TermField } from '../../organisation/port.ts'
import type { ChangedField, ListedPerson, StaffBrought, StaffPreview } from '../../wire/people.ts'
import type { Actor } from '../../wire/permissions.ts'

const SHOWN = 200

/** Keys of what somebody handles are case data: who may not see those is told how many there are of each kind. */
export const mayReadPortfolio = (actor: Actor): boolean => ['ethics', 'auditor', 'head'].includes(actor)

export const portfolioFor = (actor: Actor, keys: readonly string[]): readonly string[] =>
  mayReadPortfolio(actor) ? keys : countedByKind(keys)

/** `company ×2`: the page puts the kind into words. */
function countedByKind(keys: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const key of keys) {
    const kind = key.slice(0, key.indexOf(':'))
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, count]) => `${kind} ×${count}`)
}

export const listed = ({ person, account, name, unit, title, role }: Term): ListedPerson => ({
  ...{ person, account, name, unit, title, role },
})

/** A look at a personnel file for the page: the first lines of everything, and how much there is. */
export function previewOf(
  { asOf, people, faults, plan }: StaffLook,
  upload: { readonly uploadId: string; readonly agency: string; readonly fileName: string },
): StaffPreview {
  const { joins, changes, leaves, same } = plan
  const mayApply = faults.length === 0 && joins.length + changes.length + leaves.length + unitsOf(plan) > 0
  return {
    ...upload,
    ...{ asOf, people, faults: [...faults], shown: SHOWN, digest: mayApply ? plan.digest : '' },
    counts: {
      ...{ joins: joins.length, changes: changes.length, leaves: leaves.length, same, units: unitsOf(plan) },
      roles: rolesOf(plan),
    },
    joins: joins.slice(0, SHOWN).map(({ term }) => listed(term)),
    changes: changes.slice(0, SHOWN).map(({ before, after, fields }) => ({
      ...listed(after.term),
      fields: fields.map((field) => changed(field, before, after.term)),
    })),
    leaves: leaves.slice(0, SHOWN).map(listed),
  }
}

const unitsOf = ({ unitsOpened, unitsClosed }: StaffLook['plan']): number =>
  new Set([...unitsOpened.map(({ code }) => code), ...unitsClosed]).size

/** People who get or lose a role other than that of an officer: what has to be looked at most closely. */
const rolesOf = ({ joins, changes, leaves }: StaffLook['plan']): number =>
  [...joins.map(({ term }) => term), ...leaves].filter(({ role }) => role !== 'officer').length +
  changes.filter(({ fields }) => fields.includes('role')).length

// An identity number is not shown even as a pseudonym, and what somebody handles only as how much.
function changed(field: TermField, before: HeldTerm, after: Term): ChangedField {
  if (field === 'subject') return { field, before: '', after: '' }
  if (field === 'portfolio')
    return {
      field,
      before: countedByKind(before.portfolio).join(' '),
      after: countedByKind(after.portfolio).join(' '),
    }
  return { field, before: before[field], after: after[field] }
}

/** What became of a file, with null where there is nothing. */
export const broughtView = ({ applied, changeId }: Brought): StaffBrought => ({
  applied: applied ?? null,
  changeId: changeId ?? null,
})
