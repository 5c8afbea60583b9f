import type { Database, Queryable } from '../database/database.ts'
import type { RoleName } from '../wire/session.ts'
import { atTheDoor } from './few-at-once.ts'
import type { Means } from './stated-means.ts'

// taiwan-law-practice §1.6.5, 鑑別: five failures lock the account for at least 15 minutes.
const MAX_FAILURES = 5
const LOCK_MINUTES = 15
const MINUTE_MS = 60_000

export interface AccountRow {
  account: string
  name: string
  unit: string
  title: string
  role: RoleName
  is_demo: boolean
  agency: string
  serves: string[]
  ended_at: Date | null
  password_hash: string
  failed_attempts: number
  locked_until: Date | null
  means: Means[] | null
  first_key_until: Date | null
}

/** An account as it was before a try; `isTaken`: the try counts and may be compared. */
export interface Tried {
  readonly row: AccountRow
  readonly isTaken: boolean
  /** this try was the last one allowed: unless it is right, the account is locked now */
  readonly isLast: boolean
}

/**
 * Takes one of the tries an account allows, before anything is compared: of a hundred at once no more are compared than
 * of a hundred one after another. A right password gives them back (`forgetTries`). Undefined: there is no such account.
 */
export function takeTry({ upkeep }: Database, now: Date, account: string): Promise<Tried | undefined> {
  const take = async (tx: Queryable): Promise<Tried | undefined> => {
    const [row] = await tx.query<AccountRow & Record<string, unknown>>(
      'SELECT * FROM account WHERE account = $1 FOR UPDATE',
      [account],
    )
    if (!row) return undefined
    const isTaken = row.ended_at === null && !isLocked(row, now)
    const isLast = isTaken && row.failed_attempts + 1 >= MAX_FAILURES
    if (isTaken)
      await tx.query('UPDATE account SET failed_attempts = $2, locked_until = $3 WHERE account = $1', [
        account,
        row.failed_attempts + 1,
        isLast ? new Date(now.getTime() + LOCK_MINUTES * MINUTE_MS) : row.locked_until,
      ])
    return { row, isTaken, isLast }
  }
  return atTheDoor(() => upkeep.transaction(take))
}

/** Gives back a try nobody answered: a directory that cannot be reached is no wrong password. */
export async function returnTry({ upkeep }: Database, { row, isLast }: Tried): Promise<void> {
  await upkeep.query(
    `UPDATE account SET failed_attempts = greatest(failed_attempts - 1, 0),
       locked_until = CASE WHEN $2 THEN $3::timestamptz ELSE locked_until END WHERE account = $1`,
    [row.account, isLast, row.locked_until],
  )
}

/** A right password forgets the wrong ones before it. */
export async function forgetTries(tx: Queryable, account: string): Promise<void> {
  await tx.query('UPDATE account SET failed_attempts = 0, locked_until = NULL WHERE account = $1', [account])
}

export const isLocked = ({ locked_until: until }: Pick<AccountRow, 'locked_until'>, now: Date): boolean =>
  until !== null && until > now
