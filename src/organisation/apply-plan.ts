import type { Queryable } from '../database/database.ts'
import { closeRequestsOf } from '../gate/port.ts'
import { type Doer, type StaffAccount, writeStaffAccounts } from '../identity/port.ts'
import { later, type Opening, type StaffPlan } from './plan-staff.ts'
import { closeTerms, type Origin, openTerms, replaceUnits } from './term-store.ts'

export interface Applied {
  readonly sessionsEnded: number
  readonly requestsClosed: number
}

/**
 * Carries out a plan in one transaction: terms are closed and opened, accounts follow them, and who leaves loses account,
 * sessions, open requests and deputyships with the same commit. Everything is set-based: 50,000 people are as many
 * statements as one.
 */
export async function applyPlan(tx: Queryable, doer: Doer, origin: Origin, plan: StaffPlan): Promise<Applied> {
  const { joins, changes, leaves } = plan
  await replaceUnits(tx, origin, { opened: plan.unitsOpened, closed: plan.unitsClosed })
  await closeTerms(tx, origin, [
    ...changes.map(({ before, after }) => ({ person: before.person, until: after.since })),
    ...leaves.map(({ person, since }) => ({ person, until: later(since, origin.asOf) })),
  ])
  await openTerms(tx, origin, [...joins, ...changes.map(({ after }) => after)])
  const renamed = changes.filter(({ fields }) => fields.includes('account'))
  const ended = [...leaves, ...renamed.map(({ before }) => before)].map(({ account }) => account)
  const sessionsEnded = await writeStaffAccounts(tx, origin.at, doer, {
    opened: [...joins, ...renamed.map(({ after }) => after)].map((each) => accountOf(origin.agency, each)),
    changed: changes.filter(touchesAccount).map(({ after }) => accountOf(origin.agency, after)),
    ended,
  })
  const requestsClosed = await closeRequestsOf(tx, ended, doer, origin.at)
  return { sessionsEnded, requestsClosed }
}

const ON_ACCOUNT = ['name', 'unit', 'title', 'role']
const touchesAccount = ({ fields }: StaffPlan['changes'][number]): boolean =>
  !fields.includes('account') && fields.some((field) => ON_ACCOUNT.includes(field))

const accountOf = (agency: string, { term }: Opening): StaffAccount => {
  const { account, name, unit, title, role } = term
  return { account, name, unit, title, role, agency }
}

/** Changes of staff happen one after the other, all agencies together: accounts are one list. Held until the commit. */
export async function lockStaff(tx: Queryable): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('shoumi-staff', 0))")
}
