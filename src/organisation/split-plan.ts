import { differences, later, type Opening, type StaffPlan, type TermChange, withDigest } from './plan-staff.ts'
import { type PowerFacts, type PowerKind, powerOf } from './power.ts'
import type { HeldTerm, Term, TermField } from './term.ts'

/** What a directory tells, in two parts: what adds nothing to anybody's power, and what waits until two have agreed. */
export interface SplitPlan {
  readonly now: StaffPlan
  readonly waits: StaffPlan
}

/** The fields that give each kind of power; a kind without fields cannot be taken out of what it comes with. */
const FIELDS: Readonly<Partial<Record<PowerKind, readonly TermField[]>>> = {
  role: ['role'],
  manager: ['manager'],
  deputy: ['deputy', 'deputyFrom', 'deputyUntil'],
  portfolio: ['portfolio'],
  unit: ['unitCode', 'unit'],
  kinship: ['subject'],
}
const PLAIN = { role: 'officer', manager: '', deputy: '', deputyFrom: '', deputyUntil: '', portfolio: [] } as const

/**
 * Splits a plan by the fields that add power, person by person: a directory states attributes one by one and reads back how
 * things stand, so that a title may be true while a superior waits. An account that was there before, another account, the
 * leaving of who watches, and units that come under others wait whole. What `now` does is checked again to add nothing.
 */
export function splitPlan(plan: StaffPlan, facts: PowerFacts, at: Date): SplitPlan {
  const powers = powerOf(plan, facts)
  if (powers.length === 0) return { now: plan, waits: withDigest(NOTHING, at) }
  const of = (about: string) => powers.filter((each) => each.about === about).map(({ kind }) => kind)
  const isWhole = powers.some(({ kind }) => kind === 'guarded' || kind === 'hierarchy')
  const joins = plan.joins.map((opening) => splitJoin(opening, of(opening.term.person)))
  const changes = plan.changes.map((change) => splitChange(change, of(change.after.term.person), at))
  const now = withDigest(
    {
      joins: joins.flatMap((each) => each.now),
      changes: changes.flatMap((each) => each.now),
      leaves: plan.leaves,
      ...{ unitsOpened: plan.unitsOpened, unitsClosed: plan.unitsClosed, same: 0 },
    },
    at,
  )
  if (isWhole || powerOf(now, facts).length > 0) return { now: withDigest(NOTHING, at), waits: plan }
  const waits = withDigest(
    {
      ...NOTHING,
      joins: joins.flatMap(({ whole }) => whole),
      changes: [...joins, ...changes].flatMap(({ waits: each }) => each),
    },
    at,
  )
  return { now, waits }
}

const NOTHING = { joins: [], changes: [], leaves: [], unitsOpened: [], unitsClosed: [], same: 0 } as const

interface Split<Now> {
  readonly now: readonly Now[]
  readonly waits: readonly TermChange[]
}

function splitJoin(
  opening: Opening,
  kinds: readonly PowerKind[],
): Split<Opening> & { readonly whole: readonly Opening[] } {
  if (kinds.length === 0) return { now: [opening], waits: [], whole: [] }
  if (kinds.some((kind) => !FIELDS[kind])) return { now: [], waits: [], whole: [opening] }
  const { term, since } = opening
  const plain: Term = { ...term, ...PLAIN, ...(kinds.includes('unit') && { unitCode: '', unit: '' }) }
  const wanted = changeOf({ ...plain, since, until: undefined }, term, since)
  return { now: [{ term: plain, since }], waits: [wanted], whole: [] }
}

function splitChange(change: TermChange, kinds: readonly PowerKind[], at: Date): Split<TermChange> {
  if (kinds.length === 0) return { now: [change], waits: [] }
  const { before, after } = change
  if (kinds.some((kind) => !FIELDS[kind])) return { now: [], waits: [change] }
  const held = new Set(kinds.flatMap((kind) => FIELDS[kind] ?? []))
  const kept = Object.fromEntries([...held].map((field) => [field, before[field]]))
  const plain: Term = { ...after.term, ...kept }
  const isSame = differences(before, plain).length === 0
  const since = isSame ? before.since : after.since
  return {
    now: isSame ? [] : [{ before, after: { term: plain, since }, fields: differences(before, plain) }],
    waits: [changeOf({ ...plain, since, until: undefined }, after.term, later(since, at))],
  }
}

const changeOf = (before: HeldTerm, term: Term, since: Date): TermChange => ({
  ...{ before, after: { term, since } },
  fields: differences(before, term),
})
