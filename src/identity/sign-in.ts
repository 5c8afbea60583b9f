import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import type { RoleName } from '../wire/session.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { type Person, postOf } from './person.ts'

// taiwan-law-practice §1.6.5, 鑑別: five failures lock the account for at least 15 minutes.
const MAX_FAILURES = 5
const LOCK_MINUTES = 15

/** `refused`: account or password is wrong, or the account is locked. One code, so that accounts cannot be guessed. */
export type SignInFailure = { readonly code: 'refused' }

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
  password_hash: string
  failed_attempts: number
  locked_until: Date | null
}

/**
 * Opens a session for the right account and password and records it. Wrong ones are counted and recorded too.
 * Answers a missing account as slowly as a wrong password.
 */
export async function signIn(
  database: Database,
  clock: Clock,
  given: { readonly account: string; readonly password: string },
): Promise<Result<SignedIn, SignInFailure>> {
  const now = clock.now()
  const [row] = await database.query<AccountRow>('SELECT * FROM account WHERE account = $1', [given.account])
  const isRight = await verifyPassword(given.password, row?.password_hash ?? (await decoyHash))
  const isLocked = row?.locked_until != null && row.locked_until > now
  if (!row || isLocked || !isRight) {
    await countFailure(database, now, given.account, row !== undefined)
    return fail({ code: 'refused' })
  }
  const token = randomBytes(32).toString('base64url')
  const csrfToken = randomBytes(24).toString('base64url')
  const person = personOf(row)
  await database.transaction(async (tx) => {
    await tx.query('UPDATE account SET failed_attempts = 0, locked_until = NULL WHERE account = $1', [row.account])
    await tx.query('INSERT INTO session VALUES ($1, $2, $3, $4, $4)', [hashToken(token), row.account, csrfToken, now])
    await recordEvent(tx, {
      kind: 'sign-in',
      at: now,
      actor: row.account,
      actorPost: postOf(person),
      subjectRef: row.account,
      reason: '',
      detail: {},
    })
  })
  return ok({ person, token, csrfToken })
}

/** What is stored of a session token: a copy of the database opens no session. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

export function personOf(row: Pick<AccountRow, 'account' | 'name' | 'unit' | 'title' | 'role' | 'is_demo'>): Person {
  return { account: row.account, name: row.name, unit: row.unit, title: row.title, role: row.role, isDemo: row.is_demo }
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
    await recordEvent(tx, {
      kind: 'sign-in-refused',
      at: now,
      actor: subjectRef,
      actorPost: '',
      subjectRef,
      reason: '',
      detail: {},
    })
  })
}
