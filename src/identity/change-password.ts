import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { hashPassword, verifyPassword } from './password.ts'

// taiwan-law-practice §1.6.5, 鑑別: the last three passwords may not come back.
const REMEMBERED = 3
export const MIN_PASSWORD = 12

export type PasswordFailure = 'wrong' | 'too-short' | 'used-before'

/**
 * Changes one's own password. The present one and the two before it are refused. All other sessions of the account end:
 * whoever knew the old one is out.
 */
export async function changePassword(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  doer: Doer,
  given: { readonly current: string; readonly next: string; readonly sessionId: string },
): Promise<Result<undefined, PasswordFailure>> {
  const [row] = await database.query<{ password_hash: string }>(
    'SELECT password_hash FROM account WHERE account = $1',
    [doer.account],
  )
  if (!row || !(await verifyPassword(given.current, row.password_hash))) return fail('wrong')
  if ([...given.next].length < MIN_PASSWORD) return fail('too-short')
  const earlier = await database.query<{ password_hash: string }>(
    'SELECT password_hash FROM password_history WHERE account = $1 ORDER BY replaced_at DESC LIMIT $2',
    [doer.account, REMEMBERED - 1],
  )
  for (const { password_hash } of [row, ...earlier])
    if (await verifyPassword(given.next, password_hash)) return fail('used-before')
  const hash = await hashPassword(given.next)
  const now = clock.now()
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO password_history VALUES ($1, $2, $3)', [doer.account, row.password_hash, now])
    await tx.query('UPDATE account SET password_hash = $2, password_must_change = false WHERE account = $1', [
      doer.account,
      hash,
    ])
    await tx.query('DELETE FROM session WHERE account = $1 AND id <> $2', [doer.account, given.sessionId])
    const event = { ...accountEvent(doer, now), kind: 'password-changed', detail: {} } as const
    return recorded(await recordEvent(tx, event), undefined)
  })
  return ok(undefined)
}
