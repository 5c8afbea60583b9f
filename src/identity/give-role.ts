import type { Queryable } from '../database/database.ts'
import type { RoleName } from '../wire/session.ts'
import { reachOf } from './guarded-roles.ts'

/** What an account may act as, and for whom. */
export interface RoleGiven {
  readonly role: RoleName
  readonly agency: string
  /** agencies served besides (兼辦) */
  readonly serves: readonly string[]
}

/** The role an account holds; undefined: there is no such account, or it has ended. */
export async function roleOf(database: Queryable, account: string): Promise<RoleGiven | undefined> {
  const [row] = await database.query<RoleGiven & Record<string, unknown>>(
    'SELECT role, agency, serves FROM account WHERE account = $1 AND ended_at IS NULL',
    [account],
  )
  return row
}

/** Gives it in the transaction that records why; every session of the account ends, so that rights follow at once. */
export async function giveRole(tx: Queryable, account: string, { role, agency, serves }: RoleGiven): Promise<void> {
  await tx.query('UPDATE account SET role = $2, agency = $3, serves = $4 WHERE account = $1', [
    ...[account, role, agency, serves],
  ])
  await tx.query('DELETE FROM session WHERE account = $1', [account])
}

const OPERATES: readonly RoleName[] = ['it', 'security']
const AUDITS: readonly RoleName[] = ['ethics', 'auditor', 'outside-auditor']

/** Separation of duties: whether a change makes whoever operates an agency's systems its auditor, or the reverse. */
export function roleConflict(held: RoleGiven, next: RoleGiven): boolean {
  const crosses =
    (OPERATES.includes(held.role) && AUDITS.includes(next.role)) ||
    (AUDITS.includes(held.role) && OPERATES.includes(next.role))
  return crosses && overlap(held, next)
}

function overlap(one: RoleGiven, other: RoleGiven): boolean {
  const [left, right] = [reachOf(one), reachOf(other)]
  return left === 'all' || right === 'all' || left.some((agency) => right.includes(agency))
}
