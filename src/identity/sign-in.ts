import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import { accountName } from './account-name.ts'
import type { Directory, DirectoryWord } from './directory.ts'
import { openSession, type SignedIn } from './open-session.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { type RefusalCause, recordRefusal } from './sign-in-refusal.ts'
import { passwordMeans } from './stated-means.ts'
import { isLocked, returnTry, type Tried, takeTry } from './take-try.ts'

/**
 * `refused`: account or password is wrong, or the account is locked or has ended. `unavailable`: nobody was let in, and
 * the agency's directory did not answer. Either is said whatever the name is, so that accounts cannot be guessed.
 * `first-key`: the word was right; the account needs a passkey first, which this means may not bring.
 */
export type SignInFailure = { readonly code: 'refused' | 'unavailable' | 'first-key' }

/**
 * Opens a session for the right account and password and records it. Every try is counted before it is compared and
 * recorded when it was refused. Whether the name is nobody's, an account with a password here, one of the directory, a
 * locked or an ended one: the same work is done, and the same answer given. An account that is locked or has ended is
 * never asked about at the directory.
 */
export async function signIn(
  database: Database,
  clock: Clock,
  given: { readonly account: string; readonly password: string; readonly place?: string },
  directory?: Directory,
): Promise<Result<SignedIn, SignInFailure>> {
  const now = clock.now()
  const account = accountName(given.account)
  const tried = account === undefined ? undefined : await takeTry(database, now, account)
  const checkedBy = tried?.isTaken ? passwordMeans(tried.row) : undefined
  const ask: Asked = { checkedBy, password: given.password, directory }
  const word = await compare(ask, tried)
  const { place = '' } = given
  const means = checkedBy ?? 'password'
  const refuse = async (cause: RefusalCause, code: SignInFailure['code']) => {
    const isLast = tried?.isLast === true && cause === 'wrong'
    await recordRefusal(database, now, { means, cause, account: tried?.row.account, place, isLast })
    return fail({ code })
  }
  if (word !== 'right' || !tried) {
    const isUnanswered = word === 'unavailable' && checkedBy === 'ldap'
    if (isUnanswered && tried) await returnTry(database, tried)
    const cause = isUnanswered ? 'unavailable' : causeOf(tried, checkedBy, now)
    return refuse(cause, word === 'unavailable' ? 'unavailable' : 'refused')
  }
  const opened = await openSession(database, now, tried.row.account, { means, place })
  if (opened.ok) return ok(opened.value)
  return opened.error === 'first-key' ? refuse('first-key', 'first-key') : refuse('no-account', 'refused')
}

interface Asked {
  readonly checkedBy: 'password' | 'ldap' | undefined
  readonly password: string
  readonly directory: Directory | undefined
}

async function compare({ checkedBy, password, directory }: Asked, tried: Tried | undefined): Promise<DirectoryWord> {
  const isLocal = checkedBy === 'password'
  const local = await verifyPassword(password, (isLocal && tried?.row.password_hash) || (await decoyHash))
  if (isLocal && local) return 'right'
  if (!directory) return 'wrong'
  // Whom it knows is nobody's business: for everybody else it is asked about a name and a password that nobody has.
  if (checkedBy === 'ldap' && tried) return directory(tried.row.account, password)
  return (await directory(DECOY.account, DECOY.password)) === 'unavailable' ? 'unavailable' : 'wrong'
}

function causeOf(tried: Tried | undefined, checkedBy: Asked['checkedBy'], now: Date): RefusalCause {
  if (!tried || tried.row.ended_at !== null) return 'no-account'
  if (isLocked(tried.row, now)) return 'locked'
  return checkedBy === undefined ? 'other-means' : 'wrong'
}

const DECOY = { account: `nobody-${randomBytes(12).toString('hex')}`, password: randomBytes(16).toString('hex') }
const decoyHash = hashPassword(randomBytes(16).toString('hex'))
