import { randomUUID } from 'node:crypto'
import { fail, ok, type Result } from '../../base/result.ts'
import { type Outcome, type Queryable, recorded, unchanged } from '../../database/database.ts'
import type { Doer } from '../../identity/port.ts'
import { recordEvent } from '../../ledger/port.ts'
import { applyPlan, lockStaff } from '../apply-plan.ts'
import { type StaffDeps, staffEvent } from '../import-staff.ts'
import { differences, isEmpty, later, type StaffPlan, withDigest } from '../plan-staff.ts'
import { powerFacts } from '../power-facts.ts'
import { splitPlan } from '../split-plan.ts'
import type { HeldTerm, Term, Unit } from '../term.ts'
import { keepWaiting, sameWish, type Waiting } from '../waiting.ts'
import type { ScimFailure } from './protocol.ts'

/** A directory that states who is in office: a registered system, for its own agency only. */
export interface Provisioner {
  readonly system: string
  readonly agency: string
  readonly doer: Doer
}

/** One request of a directory while it is carried out. */
export interface Telling extends Provisioner {
  /** what it wants and what one alone may not do; collected here, proposed with the commit */
  readonly waits: StaffPlan[]
}

/** What one request changes; everything else stays. */
export interface Change {
  readonly joins?: readonly Term[]
  readonly changes?: readonly { readonly before: HeldTerm; readonly after: Term }[]
  readonly leaves?: readonly HeldTerm[]
  readonly unitsOpened?: readonly Unit[]
  readonly unitsClosed?: readonly string[]
}

/**
 * Carries out what of one request's change adds nothing to anybody's power, now, with its event, by the way a personnel file
 * takes. The rest waits for two persons. Nothing to change: no event.
 */
export async function applyChange(deps: StaffDeps, tx: Queryable, by: Telling, change: Change): Promise<void> {
  const at = deps.clock.now()
  const wanted = planOf(change, at)
  if (isEmpty(wanted)) return
  const { now: plan, waits } = splitPlan(wanted, await powerFacts(tx, by.agency, wanted), at)
  if (!isEmpty(waits)) by.waits.push(waits)
  if (isEmpty(plan)) return
  const origin = { agency: by.agency, at, asOf: at, source: sourceOf(by) }
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

const sourceOf = ({ system }: Provisioner): string => `scim:${system}`

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

/** What of a request waits for a second person, as a directory is told of it. */
export interface Waits {
  readonly changeId: string
  readonly isRefused: boolean
}

/**
 * Runs one request alone among all changes of staff, in one transaction; what the directory told is recorded with it. What
 * it may not do alone is proposed in its name, once: it says the same again with every round.
 */
export async function alone<T>(
  deps: StaffDeps,
  provisioner: Provisioner,
  told: string,
  work: (tx: Queryable, by: Telling) => Promise<Result<T, ScimFailure>>,
): Promise<Result<{ readonly value: T; readonly waits: Waits | undefined }, ScimFailure>> {
  const { database, clock, changed } = deps
  const by: Telling = { ...provisioner, waits: [] }
  const began = clock.now()
  let wish: Wish = { kind: 'none' }
  const answer = await database.transaction<Outcome<Result<T, ScimFailure>>>(async (tx) => {
    await lockStaff(tx)
    const result = await work(tx, by)
    if (!result.ok) return unchanged(result)
    wish = await keepWish(deps, tx, by)
    const detail = { told, ...(wish.kind === 'new' && { waiting: wish.waiting.id }) }
    const event = { ...staffEvent(by.doer, clock.now(), by.agency), kind: 'directory-told', detail } as const
    return recorded(await recordEvent(tx, event), result)
  })
  if (!answer.ok) return answer
  changed(by.agency, began)
  const waits = await proposed(deps, by, wish)
  return waits.ok ? ok({ value: answer.value, waits: waits.value }) : waits
}

type Wish =
  | { readonly kind: 'none' }
  | { readonly kind: 'new'; readonly waiting: Waiting }
  | { readonly kind: 'standing'; readonly waits: Waits }

/** Keeps what waits, unless the very same waits already or was refused lately: then that stands for it. */
async function keepWish({ clock, proposals }: StaffDeps, tx: Queryable, by: Telling): Promise<Wish> {
  if (by.waits.length === 0) return { kind: 'none' }
  const at = clock.now()
  const wish = { agency: by.agency, source: sourceOf(by), plan: merged(by.waits, at), withPasswords: false }
  const known = await sameWish(tx, wish)
  const waits = known === undefined ? undefined : await proposals?.standing(known)
  if (waits) return { kind: 'standing', waits }
  const said = { asOf: at, fileName: '', people: 0, addedAt: at, addedBy: by.doer.account }
  const waiting: Waiting = { ...wish, ...said, id: randomUUID() }
  await keepWaiting(tx, waiting)
  return { kind: 'new', waiting }
}

const merged = (plans: readonly StaffPlan[], at: Date): StaffPlan =>
  withDigest(
    {
      joins: plans.flatMap(({ joins }) => joins),
      changes: plans.flatMap(({ changes }) => changes),
      leaves: plans.flatMap(({ leaves }) => leaves),
      unitsOpened: plans.flatMap(({ unitsOpened }) => unitsOpened),
      unitsClosed: plans.flatMap(({ unitsClosed }) => unitsClosed),
      same: 0,
    },
    at,
  )

async function proposed(
  { proposals }: StaffDeps,
  by: Telling,
  wish: Wish,
): Promise<Result<Waits | undefined, ScimFailure>> {
  if (wish.kind === 'none') return ok(undefined)
  if (wish.kind === 'standing') return ok(wish.waits)
  const made = await proposals?.propose(wish.waiting, by.doer)
  if (made?.ok) return ok({ changeId: made.value, isRefused: false })
  const detail = `Takes two persons and could not be proposed: ${made?.error.en ?? 'no way to propose here'}`
  return fail({ status: 403, detail })
}
