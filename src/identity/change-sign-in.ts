import type { Queryable } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { tellOwner } from './account-notice.ts'
import { type Means, meansOf } from './stated-means.ts'
import type { AccountRow } from './take-try.ts'

/** How an account is entered, as two persons decide on it. */
export interface SignInState {
  readonly agency: string
  readonly means: readonly Means[]
  /** the provider's login it belongs to; '' while none is bound */
  readonly provider: string
  /** names of its passkeys */
  readonly passkeys: readonly string[]
}

export interface SignInChange {
  readonly means?: readonly Means[] | undefined
  /** the account may be bound anew, to whom the provider names next */
  readonly releasesProvider: boolean
  /** all of them, the last one included */
  readonly removesPasskeys: boolean
  /** the first passkey may come after a sign-in by directory or provider, for a day */
  readonly opensFirstKey: boolean
}

const FIRST_KEY_MS = 24 * 3_600_000

/** How it is entered now; undefined: there is no such account, or it has ended. */
export async function signInStateOf(database: Queryable, account: string): Promise<SignInState | undefined> {
  const [row] = await database.query<AccountRow & Record<string, unknown>>(
    'SELECT * FROM account WHERE account = $1 AND ended_at IS NULL',
    [account],
  )
  if (!row) return undefined
  const [bound] = await database.query<{ login: string }>(
    "SELECT issuer || ' ' || subject AS login FROM provider_subject WHERE account = $1",
    [account],
  )
  const keys = await database.query<{ name: string }>(
    'SELECT name FROM passkey WHERE account = $1 ORDER BY created_at, credential_id',
    [account],
  )
  return {
    ...{ agency: row.agency, means: meansOf(row), provider: bound?.login ?? '' },
    passkeys: keys.map(({ name }) => name),
  }
}

/** Changes it in the transaction of the change that records why; every session of the account ends, and the owner is told. */
export async function changeSignIn(
  tx: Queryable,
  at: Date,
  doer: Doer,
  account: string,
  { means, releasesProvider, removesPasskeys, opensFirstKey }: SignInChange,
): Promise<void> {
  if (means) await tx.query('UPDATE account SET means = $2 WHERE account = $1', [account, means])
  if (releasesProvider) await tx.query('DELETE FROM provider_subject WHERE account = $1', [account])
  if (removesPasskeys) {
    const gone = await tx.query<{ name: string }>('DELETE FROM passkey WHERE account = $1 RETURNING name', [account])
    for (const { name } of gone) {
      await recordEvent(tx, { ...accountEvent(doer, at, account), kind: 'passkey-removed', detail: { name } })
      await tellOwner(tx, { account, kind: 'passkey-removed', at })
    }
  }
  if (opensFirstKey)
    await tx.query('UPDATE account SET first_key_until = $2 WHERE account = $1', [
      account,
      new Date(at.getTime() + FIRST_KEY_MS),
    ])
  await tx.query('DELETE FROM session WHERE account = $1', [account])
  await tellOwner(tx, { account, kind: 'means-changed', at })
}
