import type { Result } from '../../base/result.ts'
import { type Outcome, type Queryable, recorded, unchanged } from '../../database/database.ts'
import type { Doer } from '../../identity/port.ts'
import { recordEvent } from '../../ledger/port.ts'
import { applyPlan, lockStaff } from '../apply-plan.ts'
import { type StaffDeps, staffEvent } from '../import-staff.ts'
import { differences, isEmpty, later, type StaffPlan, withDigest } from '../plan-staff.ts'
import type { HeldTerm, Term, Unit } from '../term.ts'
import type { ScimFailure } from './protocol.ts'

/** A directory that states who is in office: a registered system, for its own agency only. */
export interface Provisioner {
  readonly system: string
  readonly agency: string
  readonly doer: Doer
}

/** What one request changes; everything else stays. */
export interface Change {
  readonly joins?: readonly Term[]
  readonly changes?: readonly { readonly before: HeldTerm; readonly after: Term }[]
  readonly leaves?: readonly HeldTerm[]
  readonly unitsOpened?: readonly Unit[]
  readonly unitsClosed?: readonly string[]
}

/** Carries out one request's change now, with its event, by the way a personnel file takes. Nothing to change: no event. */
export async function applyChange(deps: StaffDeps, tx: Queryable, by: Provisioner, change: Change): Promise<void> {
  const at = deps.clock.now()
  const plan = planOf(change, at)
  if (isEmpty(plan)) return
  const origin = { agency: by.agency, at, asOf: at, source: `scim:${by.system}` }
  const applied = await applyPlan(tx, by.doer, origin, plan)
  const people = [...plan.joins.map(({ term }) => term), ...plan.changes.map(({ before }) => before), ...plan.leaves]
  await recordEvent(tx, {
    ...staffEvent(by.doer, at, by.agency),
    kind: 'staff-changed',
    detail: {
      ...{ source: origin.source, people: people.slice(0, 100).map(({ person }) => person) },
      ...{ joins: plan.joins.length, changes: plan.changes.length, leaves: plan.leaves.length, ...applied },
      fields: [...new Set(plan.changes.flatMap(({ fields }) => fields))],
    },
  })
}

function planOf(
  { joins = [], changes = [], leaves = [], unitsOpened = [], unitsClosed = [] }: Change,
  at: Date,
): StaffPlan {
  const plan = {
    joins: joins.map((term) => ({ term, since: at })),
    changes: changes
      .map(({ before, after }) => ({
        ...{ before, after: { term: after, since: later(before.since, at) } },
        fields: differences(before, after),
      }))
      .filter(({ fields }) => fields.length > 0),
    ...{ leaves, unitsOpened, unitsClosed, same: 0 },
  }
  return withDigest(plan, at)
}

/** Runs one request alone among all changes of staff, in one transaction; what the directory told is recorded with it. */
export async function alone<T>(
  { database, clock, changed }: StaffDeps,
  by: Provisioner,
  told: string,
  work: (tx: Queryable) => Promise<Result<T, ScimFailure>>,
): Promise<Result<T, ScimFailure>> {
  const began = clock.now()
  const answer = await database.transaction<Outcome<Result<T, ScimFailure>>>(async (tx) => {
    await lockStaff(tx)
    const result = await work(tx)
    if (!result.ok) return unchanged(result)
    const event = { ...staffEvent(by.doer, clock.now(), by.agency), kind: 'directory-told', detail: { told } } as const
    return recorded(await recordEvent(tx, event), result)
  })
  if (answer.ok) changed(by.agency, began)
  return answer
}
