import { randomUUID } from 'node:crypto'
import { fail, ok, type Result } from '../base/result.ts'
import { type Outcome, type Queryable, recorded, unchanged } from '../database/database.ts'
import type { Doer } from '../identity/port.ts'
import { recordEvent } from '../ledger/port.ts'
import type { StaffApplied } from '../wire/people.ts'
import { lockStaff } from './apply-plan.ts'
import {
  commit,
  instantOf,
  MAX_PASSWORDS,
  planOf,
  readAsk,
  refusalOf,
  type StaffAsk,
  type StaffDeps,
  type StaffLook,
  type StaffRefusal,
  staffEvent,
} from './import-staff.ts'
import { isEmpty, type StaffPlan, withDigest } from './plan-staff.ts'
import { powerOf } from './power.ts'
import { powerFacts } from './power-facts.ts'
import { keepWaiting, type Waiting } from './waiting.ts'

/** What became of a file: all of it was applied, or its leavers were and the rest waits for a second person. */
export interface Brought {
  readonly applied: StaffApplied | undefined
  readonly changeId: string | undefined
}

export interface Bringing extends StaffAsk {
  readonly digest: string
  readonly withPasswords: boolean
}

/**
 * Brings a personnel file, on one person's word. What adds nothing to anybody's power is applied at once. Where anything
 * does, only those who leave do so at once: they lose what they had, and that waits for nobody. The rest is one proposal,
 * whole, since it is one statement of who is where: applied line by line it would make an office that never was (ADR 14).
 */
export async function bringStaff(deps: StaffDeps, ask: Bringing, doer: Doer): Promise<Result<Brought, StaffRefusal>> {
  const read = await readAsk(deps, ask)
  if (!read.ok) return read
  const began = deps.clock.now()
  const done = await deps.database.transaction<Outcome<Result<Half, StaffRefusal>>>(async (tx) => {
    await lockStaff(tx)
    const look = await planOf(tx, ask.agency, read.value, doer)
    if (!look.ok) return unchanged(look)
    const refusal = refusalOf(look.value, ask.digest) ?? tooManyPasswords(ask, look.value.plan)
    if (refusal) return unchanged(fail(refusal))
    const powers = powerOf(look.value.plan, await powerFacts(tx, ask.agency, look.value.plan))
    if (powers.length === 0 && !ask.withPasswords) return whole(await commit(deps, tx, ask, look.value, doer))
    const guarded = new Set(powers.filter(({ kind }) => kind === 'guarded').map(({ about }) => about))
    return inHalves(deps, tx, ask, look.value, doer, guarded)
  })
  if (!done.ok) return done
  const { applied, waiting } = done.value
  if (applied) deps.changed(ask.agency, began)
  if (!waiting) return ok({ applied, changeId: undefined })
  const proposed = await deps.proposals?.propose(waiting, doer)
  if (!proposed?.ok) return fail({ code: 'two-persons', ...(proposed?.error ?? ALONE) })
  return ok({ applied, changeId: proposed.value })
}

interface Half {
  readonly applied: StaffApplied | undefined
  readonly waiting: Waiting | undefined
}

const whole = ({
  receipt,
  value,
}: Outcome<Result<StaffApplied, StaffRefusal>>): Outcome<Result<Half, StaffRefusal>> => ({
  receipt,
  value: value.ok ? ok({ applied: value.value, waiting: undefined }) : value,
})

async function inHalves(
  deps: StaffDeps,
  tx: Queryable,
  ask: Bringing,
  look: StaffLook,
  doer: Doer,
  guarded: ReadonlySet<string>,
): Promise<Outcome<Result<Half, StaffRefusal>>> {
  const [id, at, asOf] = [randomUUID(), deps.clock.now(), instantOf(look.asOf)]
  const going = look.plan.leaves.filter(({ person }) => !guarded.has(person))
  const staying = look.plan.leaves.filter(({ person }) => guarded.has(person))
  const now = withDigest({ ...NOTHING, leaves: going }, asOf)
  const rest = withDigest({ ...look.plan, leaves: staying }, asOf)
  const left = isEmpty(now) ? undefined : await commit(deps, tx, ask, { ...look, plan: now }, doer)
  const waiting: Waiting = {
    ...{ id, agency: ask.agency, asOf, fileName: ask.fileName, source: `import:${id}`, people: look.people },
    ...{ plan: rest, withPasswords: ask.withPasswords, addedAt: at, addedBy: doer.account },
  }
  await keepWaiting(tx, waiting)
  const receipt = await recordEvent(tx, {
    ...staffEvent(doer, at, ask.agency),
    kind: 'staff-waits',
    detail: { waiting: id, digest: rest.digest, asOf: look.asOf, ...countsOf(rest) },
  })
  return recorded(receipt, ok({ applied: left?.value.ok ? left.value.value : undefined, waiting }))
}

export const countsOf = ({ joins, changes, leaves }: StaffPlan) => ({
  ...{ joins: joins.length, changes: changes.length, leaves: leaves.length },
})

const NOTHING = { joins: [], changes: [], leaves: [], unitsOpened: [], unitsClosed: [], same: 0 } as const

const tooManyPasswords = ({ withPasswords }: Bringing, { joins }: StaffPlan): StaffRefusal | undefined =>
  withPasswords && joins.length > MAX_PASSWORDS
    ? {
        code: 'too-many-passwords',
        zh: `一次性密碼一次最多 ${MAX_PASSWORDS} 人；請改用機關的單一登入或目錄。`,
        en: `One-time passwords are for at most ${MAX_PASSWORDS} people at once; use single sign-on or the directory.`,
      }
    : undefined

const ALONE = {
  zh: '這份名冊使人取得權限，須由兩人變更；這裡無法提出，沒有套用。',
  en: 'The file gives power and takes two persons; it cannot be proposed here, and was not applied.',
}
