import { type Outcome, type Queryable, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'

/** Ends an account in the transaction of what ended it: sessions, password and passkeys go with it (migration 100). False: there is none, or it has ended. */
export async function endAccount(tx: Queryable, at: Date, doer: Doer, account: string): Promise<Outcome<boolean>> {
  const ended = await tx.query(
    'UPDATE account SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL RETURNING account',
    [account, at],
  )
  if (ended.length === 0) return unchanged(false)
  const event = { ...accountEvent(doer, at, account), kind: 'account-ended', detail: {} } as const
  return recorded(await recordEvent(tx, event), true)
}

export interface UnusedAccount {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly lastSignInAt: Date | null
}

/** Accounts nobody has signed in to for so many days: what the regular review of accounts begins with (law §1.6.5). */
export async function unusedAccounts(database: Queryable, now: Date, days: number): Promise<readonly UnusedAccount[]> {
  const since = new Date(now.getTime() - days * 86_400_000)
  return database.query<UnusedAccount & Record<string, unknown>>(
    `SELECT account, name, unit, last_sign_in_at AS "lastSignInAt" FROM account
     WHERE ended_at IS NULL AND (last_sign_in_at IS NULL OR last_sign_in_at < $1) ORDER BY last_sign_in_at NULLS FIRST`,
    [since],
  )
}

export interface PrivilegedUse {
  readonly account: string
  readonly name: string
  readonly role: string
  readonly kind: string
  readonly times: number
  readonly lastAt: Date
}

/** What people with privileges over the system did, by account and kind of act (law §1.6.5, privileged accounts). */
export async function privilegedUse(database: Queryable, since: Date): Promise<readonly PrivilegedUse[]> {
  return database.query<PrivilegedUse & Record<string, unknown>>(
    `SELECT e.actor AS account, coalesce(a.name, '') AS name, coalesce(a.role, 'operator') AS role, e.kind,
       count(*)::int AS times, max(e.at) AS "lastAt"
     FROM event e LEFT JOIN account a ON a.account = e.actor
     WHERE e.at >= $1 AND (a.role IN ('it', 'security', 'head', 'ethics') OR e.actor = 'operator')
     GROUP BY 1, 2, 3, 4 ORDER BY max(e.at) DESC LIMIT 500`,
    [since],
  )
}
