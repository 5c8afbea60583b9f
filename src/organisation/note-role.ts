import type { Queryable } from '../database/database.ts'
import type { RoleName } from '../wire/session.ts'
import { lockStaff } from './apply-plan.ts'

/**
 * Notes in the history of posts that a person's role is another from now on: his term ends and the same post goes on with
 * the new role. In the transaction that gives the role, before the account is touched: imports take the same lock first.
 * Nothing where no personnel file names him.
 */
export async function noteRole(tx: Queryable, account: string, role: RoleName, at: Date): Promise<void> {
  await lockStaff(tx)
  await tx.query(
    `WITH closed AS (
       UPDATE term SET until = greatest($3, since), closed_at = $3 WHERE account = $1 AND until IS NULL AND role <> $2
       RETURNING *)
     INSERT INTO term (agency, person, account, name, unit_code, unit, title, duty, role, manager, deputy, deputy_from,
       deputy_until, portfolio, subject, since, source, recorded_at)
     SELECT agency, person, account, name, unit_code, unit, title, duty, $2, manager, deputy, deputy_from,
       deputy_until, portfolio, subject, until, 'change', $3 FROM closed`,
    [account, role, at],
  )
}
