import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { type ConfirmFailure, confirmPassword } from './confirm-password.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { forgetTries, returnTry } from './take-try.ts'

// taiwan-law-practice §1.6.5, 鑑別: the last three passwords may not come back.
const REMEMBERED = 3
export const MIN_PASSWORD = 12

export type PasswordFailure = ConfirmFailure | 'too-short' | 'used-before'

/**
 * Changes one's own password. The present one is asked for, with the tries of a sign-in; it and the two before it are
 * refused as the new one. All other sessions of the account end: whoever knew the old one is out.
 */
export async function changePassword(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  doer: Doer,
  given: { readonly current: string; readonly next: string; readonly sessionId: string },
): Promise<Result<undefined, PasswordFailure>> {
  const { sessionId } = given
  const confirmed = await confirmPassword({ database, clock }, doer, {
    ...{ password: given.current, sessionId, only: 'here' },
  })
  if (!confirmed.ok) return confirmed
  const present = confirmed.value.row.password_hash
  const refusal = await refusalOf(database, doer.account, present, given.next)
  if (refusal) {
    await returnTry(database, confirmed.value)
    return fail(refusal)
  }
  const hash = await hashPassword(given.next)
  const now = clock.now()
  await database.transaction(async (tx) => {
    await forgetTries(tx, doer.account)
    await tx.query('INSERT INTO password_history VALUES ($1, $2, $3)', [doer.account, present, now])
    await tx.query('UPDATE account SET password_hash = $2, password_must_change = false WHERE account = $1', [
      doer.account,
      hash,
    ])
    await tx.query('DELETE FROM session WHERE account = $1 AND id <> $2', [doer.account, sessionId])
    const event = { ...accountEvent(doer, now), kind: 'password-changed', detail: {} } as const
    return recorded(await recordEvent(tx, event), undefined)
  })
  return ok(undefined)
}

async function refusalOf(
  database: Database,
  account: string,
  present: string,
  next: string,
): Promise<'too-short' | 'used-before' | undefined> {
  if ([...next].length < MIN_PASSWORD) return 'too-short'
  const earlier = await database.query<{ password_hash: string }>(
    'SELECT password_hash FROM password_history WHERE account = $1 ORDER BY replaced_at DESC LIMIT $2',
    [account, REMEMBERED - 1],
  )
  for (const hash of [present, ...earlier.map((row) => row.password_hash)])
    if (await verifyPassword(next, hash)) return 'used-before'
  return undefined
}
