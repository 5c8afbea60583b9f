import { createHash, randomBytes } from 'node:crypto'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, type Outcome, type Queryable, recorded, unchanged } from '../database/database.ts'
import type { Person } from '../edge/caller.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent } from './account-event.ts'
import { postOf } from './person.ts'
import { bindSubject, type ProviderSubject } from './provider-subject.ts'
import { type Means, needsPasskey } from './stated-means.ts'
import { type AccountRow, forgetTries } from './take-try.ts'

export interface SignedIn {
  readonly person: Person
  /** goes into the cookie; only its hash is stored */
  readonly token: string
  readonly csrfToken: string
}

/** How and from where somebody came in. */
export interface Entrance {
  readonly means: Means
  /** network address as the server saw it */
  readonly place: string
  /** whom the provider named, for its means */
  readonly subject?: ProviderSubject
}

/**
 * `first-key`: the account needs a passkey and has none, and this means may not bring it. `ended`: it ended while the word
 * was checked. `other-subject`: somebody else's login at the provider was bound to it meanwhile.
 */
export type NotOpened = 'first-key' | 'ended' | 'other-subject'

/**
 * Opens a session for an account whose word was checked, and records it. Who has a passkey has to use it before anything
 * else opens; the provider's subject is bound then, so that nobody without the key takes the account's place at the
 * provider. A session that is open elsewhere is noted in the event: the owner sees both in his list.
 */
export async function openSession(
  database: Database,
  now: Date,
  account: string,
  entrance: Entrance,
): Promise<Result<SignedIn, NotOpened>> {
  const token = randomBytes(32).toString('base64url')
  const csrfToken = randomBytes(24).toString('base64url')
  const opened = await database.transaction(async (tx): Promise<Outcome<Result<Person, NotOpened>>> => {
    const [row] = await tx.query<AccountRow & { has_key: boolean } & Record<string, unknown>>(
      `SELECT *, EXISTS (SELECT FROM passkey p WHERE p.account = a.account) AS has_key
       FROM account a WHERE a.account = $1 AND a.ended_at IS NULL FOR UPDATE`,
      [account],
    )
    if (!row) return unchanged(fail('ended'))
    const isFirstKeyDue = needsPasskey(row) && !row.has_key
    if (isFirstKeyDue && !mayBringFirstKey(row, entrance.means, now)) return unchanged(fail('first-key'))
    // What another means did wrong is not forgiven by this one.
    if (entrance.means !== 'oidc') await forgetTries(tx, account)
    await insertSession(tx, now, { account, token, csrfToken, entrance, isPasskeyDue: row.has_key })
    const person = personOf(row)
    const doer = { account, post: postOf(person) }
    if (entrance.subject && !row.has_key && !isFirstKeyDue && !(await bindSubject(tx, now, doer, entrance.subject)))
      return unchanged(fail('other-subject'))
    const others = await othersOf(tx, account)
    const receipt = await recordEvent(tx, {
      ...accountEvent(doer, now),
      kind: 'sign-in',
      detail: { means: entrance.means, otherSessions: others },
      place: entrance.place,
    })
    return recorded(receipt, ok(person))
  })
  return opened.ok ? ok({ person: opened.value, token, csrfToken }) : opened
}

/** The very first key comes after the password that was handed over in person, or in the hours two persons opened for it. */
const mayBringFirstKey = ({ first_key_until: until }: AccountRow, means: Means, now: Date): boolean =>
  means === 'password' || (until !== null && until > now)

async function insertSession(
  tx: Queryable,
  now: Date,
  session: {
    readonly account: string
    readonly token: string
    readonly csrfToken: string
    readonly entrance: Entrance
    readonly isPasskeyDue: boolean
  },
): Promise<void> {
  const { account, token, csrfToken, entrance, isPasskeyDue } = session
  await tx.query('UPDATE account SET last_sign_in_at = $2 WHERE account = $1', [account, now])
  await tx.query(
    `INSERT INTO session (token_hash, account, csrf_token, started_at, last_seen_at, place, means, passkey_due,
       provider_issuer, provider_subject)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9)`,
    [
      ...[hashToken(token), account, csrfToken, now, entrance.place, entrance.means, isPasskeyDue],
      ...[entrance.subject?.issuer ?? null, entrance.subject?.subject ?? null],
    ],
  )
}

async function othersOf(tx: Queryable, account: string): Promise<number> {
  const [open] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM session WHERE account = $1', [account])
  return (open?.n ?? 1) - 1
}

/** What is stored of a session token: a copy of the database opens no session. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

export function personOf(
  row: Pick<AccountRow, 'account' | 'name' | 'unit' | 'title' | 'role' | 'is_demo' | 'agency' | 'serves'>,
): Person {
  const { account, name, unit, title, role, agency, serves } = row
  return { account, name, unit, title, role, agency, serves, isDemo: row.is_demo }
}
