import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { type Person, postOf } from './person.ts'
import { hashToken, personOf } from './sign-in.ts'

const IDLE_LIMIT_MS = 30 * 60 * 1000
const ABSOLUTE_LIMIT_MS = 12 * 60 * 60 * 1000
// Writing every request's time would make each read a write; a minute's precision is enough for a 30-minute limit.
const TOUCH_INTERVAL_MS = 60 * 1000

export interface Session {
  readonly person: Person
  readonly csrfToken: string
}

type SessionRow = Parameters<typeof personOf>[0] & { csrf_token: string; started_at: Date; last_seen_at: Date }

/** The session behind a cookie's token, or undefined when there is none, it was idle for 30 minutes, or is 12 hours old. */
export async function findSession(database: Database, clock: Clock, token: string): Promise<Session | undefined> {
  const hash = hashToken(token)
  const [row] = await database.query<SessionRow>(
    `SELECT account.account, account.name, account.unit, account.title, account.role, account.is_demo,
            session.csrf_token, session.started_at, session.last_seen_at
     FROM session JOIN account ON account.account = session.account WHERE session.token_hash = $1`,
    [hash],
  )
  if (!row) return undefined
  const nowMs = clock.now().getTime()
  const isIdle = nowMs - row.last_seen_at.getTime() > IDLE_LIMIT_MS
  const isOld = nowMs - row.started_at.getTime() > ABSOLUTE_LIMIT_MS
  if (isIdle || isOld) {
    await database.query('DELETE FROM session WHERE token_hash = $1', [hash])
    return undefined
  }
  if (nowMs - row.last_seen_at.getTime() > TOUCH_INTERVAL_MS) {
    await database.query('UPDATE session SET last_seen_at = $2 WHERE token_hash = $1', [hash, new Date(nowMs)])
  }
  return { person: personOf(row), csrfToken: row.csrf_token }
}

/** Whether a request that changes something carries its session's own token. */
export function isCsrfTokenRight(session: Session, given: string | undefined): boolean {
  const expected = Buffer.from(session.csrfToken)
  const actual = Buffer.from(given ?? '')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** Ends a session at once and records who left. */
export async function signOut(database: Database, clock: Clock, token: string, person: Person): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('DELETE FROM session WHERE token_hash = $1', [hashToken(token)])
    await recordEvent(tx, {
      kind: 'sign-out',
      at: clock.now(),
      actor: person.account,
      actorPost: postOf(person),
      subjectRef: person.account,
      reason: '',
      detail: {},
    })
  })
}
