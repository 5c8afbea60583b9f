import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded } from '../database/database.ts'
import { recordAct, recordEvent } from '../ledger/port.ts'
import type { RoleName } from '../wire/session.ts'
import { accountEvent } from './account-event.ts'
import type { Directory } from './directory.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { type Person, postOf } from './person.ts'

// taiwan-law-practice §1.6.5, 鑑別: five failures lock the account for at least 15 minutes.
const MAX_FAILURES = 5
const LOCK_MINUTES = 15

/**
 * `refused`: account or password is wrong, or the account is locked. One code, so that accounts cannot be guessed.
 * `unavailable`: the agency's directory did not answer.
 */
export type SignInFailure = { readonly code: 'refused' | 'unavailable' }

export interface SignedIn {
  readonly person: Person
  /** goes into the cookie; only its hash is stored */
  readonly token: string
  readonly csrfToken: string
}

interface AccountRow {
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
}

/**
 * Opens a session for the right account and password and records it. Wrong ones are counted and recorded too.
 * Answers a missing account as slowly as a wrong password. An account without a password here is the directory's.
 */
export async function signIn(
  database: Database,
  clock: Clock,
  given: { readonly account: string; readonly password: string; readonly place?: string },
  directory?: Directory,
): Promise<Result<SignedIn, SignInFailure>> {
  const now = clock.now()
  const [row] = await database.query<AccountRow>('SELECT * FROM account WHERE account = $1', [given.account])
  const isElsewhere = row !== undefined && row.password_hash === '' && directory !== undefined
  const local = await verifyPassword(given.password, row?.password_hash || (await decoyHash))
  const word = isElsewhere ? await directory(given.account, given.password) : local ? 'right' : 'wrong'
  if (word === 'unavailable') return fail({ code: 'unavailable' })
  const isRight = word === 'right' && (isElsewhere || row?.password_hash !== '')
  const hasEnded = row?.ended_at != null
  const isLocked = row?.locked_until != null && row.locked_until > now
  if (!row || hasEnded || isLocked || !isRight) {
    await countFailure(database, now, given.account, row !== undefined)
    return fail({ code: 'refused' })
  }
  return ok(
    await openSession(database, now, personOf(row), {
      means: isElsewhere ? 'ldap' : 'password',
      place: given.place ?? '',
    }),
  )
}

/** An account that has not ended, for a provider whose word was checked. */
export async function findAccount(database: Database, account: string): Promise<Person | undefined> {
  const [row] = await database.query<AccountRow>('SELECT * FROM account WHERE account = $1 AND ended_at IS NULL', [
    account,
  ])
  return row && personOf(row)
}

/** Notes that a provider's word led to nobody here. What it said is not written down. */
export async function recordRefusal(database: Database, now: Date, means: string, place: string): Promise<void> {
  await recordAct(database, {
    kind: 'sign-in-refused',
    at: now,
    actor: 'unknown',
    actorPost: '',
    subjectRef: 'unknown',
    reason: '',
    detail: { means },
    place,
  })
}

/** How and from where somebody came in. */
export interface Entrance {
  readonly means: 'password' | 'oidc' | 'ldap'
  /** network address as the server saw it */
  readonly place: string
}

/**
 * Opens a session for a person whose word was checked, and records it. Who has a passkey has to use it before anything
 * else opens. A session that is open elsewhere is noted in the event: the owner sees both in his list.
 */
export async function openSession(
  database: Database,
  now: Date,
  person: Person,
  entrance: Entrance,
): Promise<SignedIn> {
  const token = randomBytes(32).toString('base64url')
  const csrfToken = randomBytes(24).toString('base64url')
  const { account } = person
  await database.transaction(async (tx) => {
    await tx.query(
      'UPDATE account SET failed_attempts = 0, locked_until = NULL, last_sign_in_at = $2 WHERE account = $1',
      [account, now],
    )
    const [others] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM session WHERE account = $1', [
      account,
    ])
    await tx.query(
      `INSERT INTO session (token_hash, account, csrf_token, started_at, last_seen_at, place, means, passkey_due)
       VALUES ($1, $2, $3, $4, $4, $5, $6, EXISTS (SELECT 1 FROM passkey WHERE account = $2))`,
      [hashToken(token), account, csrfToken, now, entrance.place, entrance.means],
    )
    const receipt = await recordEvent(tx, {
      ...accountEvent({ account, post: postOf(person) }, now),
      kind: 'sign-in',
      detail: { means: entrance.means, otherSessions: others?.n ?? 0 },
      place: entrance.place,
    })
    return recorded(receipt, undefined)
  })
  return { person, token, csrfToken }
}

/** What is stored of a session token: a copy of the database opens no session. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

export function personOf(
  row: Pick<AccountRow, 'account' | 'name' | 'unit' | 'title' | 'role' | 'is_demo' | 'agency' | 'serves'>,
): Person {
  const { account, name, unit, title, role, agency, serves } = row
  return { account, name, unit, title, role, agency, serves, isDemo: row.is_demo }
}

const decoyHash = hashPassword(randomBytes(16).toString('hex'))

async function countFailure(database: Database, now: Date, account: string, exists: boolean): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(
      `UPDATE account SET failed_attempts = failed_attempts + 1,
         locked_until = CASE WHEN failed_attempts + 1 >= $2 THEN $3::timestamptz + make_interval(mins => $4) ELSE locked_until END
       WHERE account = $1 AND (locked_until IS NULL OR locked_until <= $3)`,
      [account, MAX_FAILURES, now, LOCK_MINUTES],
    )
    // A name that is no account may be a password typed into the wrong field: it is not written down.
    const subjectRef = exists ? account : 'unknown'
    const receipt = await recordEvent(tx, {
      kind: 'sign-in-refused',
      at: now,
      actor: subjectRef,
      actorPost: '',
      subjectRef,
      reason: '',
      detail: {},
    })
    return recorded(receipt, undefined)
  })
}
