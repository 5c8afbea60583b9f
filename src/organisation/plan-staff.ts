import { createHash } from 'node:crypto'
import { canonicalJson } from '../base/canonical-json.ts'
import type { StatedTerm } from './staff-file.ts'
import { type HeldTerm, TERM_FIELDS, type Term, type TermField, textOf, type Unit } from './term.ts'

/** A term that begins: what it holds, and from when. */
export interface Opening {
  readonly term: Term
  readonly since: Date
}

export interface TermChange {
  readonly before: HeldTerm
  readonly after: Opening
  readonly fields: readonly TermField[]
}

/** What a change of staff does, person by person and unit by unit. */
export interface StaffPlan {
  readonly joins: readonly Opening[]
  readonly changes: readonly TermChange[]
  readonly leaves: readonly HeldTerm[]
  readonly unitsOpened: readonly Unit[]
  readonly unitsClosed: readonly string[]
  readonly same: number
  /** SHA-256 of all of the above, hex: what was looked at is what is applied */
  readonly digest: string
}

/** What is in force: people and units. */
export interface Staff {
  readonly terms: readonly HeldTerm[]
  readonly units: readonly Unit[]
}

/**
 * Compares what is in force with a staff file as of an instant. Pure. The file is the whole agency: who is not in it has
 * left. A first day the file states counts when it lies after the term before and not after `asOf`.
 */
export function planStaff(
  current: Staff,
  file: { readonly terms: readonly StatedTerm[]; readonly units: readonly Unit[] },
  asOf: Date,
): StaffPlan {
  const before = new Map(current.terms.map((term) => [term.person, term]))
  const stated = new Set(file.terms.map(({ term }) => term.person))
  const joins: Opening[] = []
  const changes: TermChange[] = []
  for (const { term, since } of file.terms) {
    const was = before.get(term.person)
    if (!was) joins.push({ term, since: since && since <= asOf ? since : asOf })
    else {
      const fields = differences(was, term)
      const from = since && since > was.since && since <= asOf ? since : later(was.since, asOf)
      if (fields.length > 0) changes.push({ before: was, after: { term, since: from }, fields })
    }
  }
  const leaves = current.terms.filter(({ person }) => !stated.has(person))
  const same = file.terms.length - joins.length - changes.length
  return withDigest({ joins, changes, leaves, same, ...planUnits(current.units, file.units) }, asOf)
}

export const differences = (before: Term, after: Term): readonly TermField[] =>
  TERM_FIELDS.filter((field) => textOf(before, field) !== textOf(after, field))

export const later = (a: Date, b: Date): Date => (a > b ? a : b)

/** A unit that is renamed or moved is closed and opened anew, so that its history stays. */
function planUnits(current: readonly Unit[], stated: readonly Unit[]) {
  const before = new Map(current.map((unit) => [unit.code, unit]))
  const codes = new Set(stated.map(({ code }) => code))
  const unitsOpened = stated.filter((unit) => {
    const was = before.get(unit.code)
    return !was || was.name !== unit.name || was.parent !== unit.parent
  })
  const replaced = unitsOpened.map(({ code }) => code).filter((code) => before.has(code))
  const gone = current.map(({ code }) => code).filter((code) => !codes.has(code))
  return { unitsOpened, unitsClosed: [...replaced, ...gone] }
}

/** Seals a plan with the digest of everything it would do. */
export function withDigest(plan: Omit<StaffPlan, 'digest'>, asOf: Date): StaffPlan {
  const opening = ({ term, since }: Opening) => [since.toISOString(), ...valuesOf(term)]
  const told = [
    asOf.toISOString(),
    plan.joins.map(opening),
    plan.changes.map(({ before, after }) => [valuesOf(before), opening(after)]),
    plan.leaves.map(({ person, since }) => [person, since.toISOString()]),
    plan.unitsOpened.map(({ code, name, parent }) => [code, name, parent]),
    plan.unitsClosed,
  ]
  return { ...plan, digest: createHash('sha256').update(canonicalJson(told)).digest('hex') }
}

/** Whether a plan would change anything at all. */
export const isEmpty = (plan: StaffPlan): boolean =>
  plan.joins.length + plan.changes.length + plan.leaves.length + plan.unitsOpened.length + plan.unitsClosed.length === 0

const valuesOf = (term: Term): readonly string[] => [term.person, ...TERM_FIELDS.map((field) => textOf(term, field))]
