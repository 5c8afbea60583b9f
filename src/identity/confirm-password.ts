import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { tellOwner } from './account-notice.ts'
import type { Directory } from './directory.ts'
import { verifyPassword } from './password.ts'
import { passwordMeans } from './stated-means.ts'
import { returnTry, type Tried, takeTry } from './take-try.ts'

/**
 * `wrong`: not the present password; counted and recorded. `locked`: no try is left, and the session has ended.
 * `unavailable`: the directory that knows it does not answer. `none`: the account is entered without a password.
 */
export type ConfirmFailure = 'wrong' | 'locked' | 'unavailable' | 'none'

interface Parts {
  readonly database: Database
  readonly clock: Clock
  readonly directory?: Directory | undefined
}

/**
 * Compares the present password once more, in a session, with the same tries and the same lock as a sign-in: whoever
 * found a screen open guesses no better here than at the door. The fifth wrong one ends the session.
 * `only`: a password the directory keeps does not count as one to be changed here.
 */
export async function confirmPassword(
  { database, clock, directory }: Parts,
  doer: Doer,
  given: { readonly password: string; readonly sessionId: string; readonly only?: 'here' },
): Promise<Result<Tried, ConfirmFailure>> {
  const now = clock.now()
  const tried = await takeTry(database, now, doer.account)
  const checkedBy = tried && passwordMeans(tried.row)
  if (!tried || checkedBy === undefined || (checkedBy === 'ldap' && (!directory || given.only === 'here'))) {
    if (tried?.isTaken) await returnTry(database, tried)
    return fail('none')
  }
  const word = !tried.isTaken
    ? 'wrong'
    : checkedBy === 'password'
      ? await localWord(given.password, tried.row.password_hash)
      : ((await directory?.(doer.account, given.password)) ?? 'unavailable')
  if (word === 'right') return ok(tried)
  if (word === 'unavailable') {
    await returnTry(database, tried)
    return fail('unavailable')
  }
  const isOver = !tried.isTaken || tried.isLast
  await database.transaction(async (tx) => {
    if (isOver) await tx.query('DELETE FROM session WHERE id = $1 AND account = $2', [given.sessionId, doer.account])
    if (tried.isLast) await tellOwner(tx, { account: doer.account, kind: 'locked', at: now })
    const detail = { session: given.sessionId, hasEnded: isOver }
    return recorded(await recordEvent(tx, { ...accountEvent(doer, now), kind: 'password-refused', detail }), undefined)
  })
  return fail(isOver ? 'locked' : 'wrong')
}

const localWord = async (password: string, hash: string) =>
  (await verifyPassword(password, hash)) ? ('right' as const) : ('wrong' as const)
