import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { type Database, type Queryable, recorded, unchanged } from '../database/database.ts'
import type { Person, Session } from '../edge/caller.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { hashToken, personOf } from './open-session.ts'
import { postOf } from './person.ts'
import { bindSubject } from './provider-subject.ts'
import { type Means, needsPasskey } from './stated-means.ts'

const IDLE_LIMIT_MS = 30 * 60 * 1000
const ABSOLUTE_LIMIT_MS = 12 * 60 * 60 * 1000
// Writing every request's time would make each read a write; a minute's precision is enough for a 30-minute limit.
const TOUCH_INTERVAL_MS = 60 * 1000

/** One of a person's sessions, for himself. */
export interface SessionInfo {
  readonly id: string
  readonly startedAt: Date
  readonly lastSeenAt: Date
  readonly place: string
  readonly means: string
}

type SessionRow = Parameters<typeof personOf>[0] & {
  id: string
  csrf_token: string
  started_at: Date
  last_seen_at: Date
  passkey_due: boolean
  password_must_change: boolean
  means: Means
  has_key: boolean
  step_up_at: Date | null
}

/** The session behind a cookie's token, or undefined when there is none, it was idle for 30 minutes, or is 12 hours old. */
export async function findSession(database: Database, clock: Clock, token: string): Promise<Session | undefined> {
  const hash = hashToken(token)
  const [row] = await database.query<SessionRow>(
    `SELECT account.account, account.name, account.unit, account.title, account.role, account.is_demo,
            account.agency, account.serves, account.password_must_change, session.means, session.id, session.csrf_token, session.started_at,
            session.last_seen_at, session.passkey_due, session.step_up_at,
            EXISTS (SELECT FROM passkey WHERE passkey.account = account.account) AS has_key
     FROM session JOIN account ON account.account = session.account
     WHERE session.token_hash = $1 AND account.ended_at IS NULL`,
    [hash],
  )
  if (!row) return undefined
  const nowMs = clock.now().getTime()
  const isIdle = nowMs - row.last_seen_at.getTime() > IDLE_LIMIT_MS
  const isOld = nowMs - row.started_at.getTime() > ABSOLUTE_LIMIT_MS
  if (isIdle || isOld) {
    await database.upkeep.query('DELETE FROM session WHERE token_hash = $1', [hash])
    return undefined
  }
  if (nowMs - row.last_seen_at.getTime() > TOUCH_INTERVAL_MS) {
    await database.upkeep.query('UPDATE session SET last_seen_at = $2 WHERE token_hash = $1', [hash, new Date(nowMs)])
  }
  return {
    id: row.id,
    person: personOf(row),
    csrfToken: row.csrf_token,
    isPasskeyDue: row.passkey_due,
    // Who came in by the agency's provider or directory has no password here to change.
    mustChangePassword: row.password_must_change && row.means === 'password',
    // Asked of the keys there are, not noted when he came: a role given later, or a last key taken away, counts at once.
    isFirstPasskeyDue: needsPasskey(row) && !row.has_key,
    means: row.means,
    startedAt: row.started_at,
    stepUpAt: row.step_up_at ?? undefined,
  }
}

/**
 * Notes, with its event, that presence was proved in this session; the passkey that was due is no longer, and the login at
 * the provider that led here is bound to the account. False: it was bound to another meanwhile; the session stays shut.
 */
export async function recordPresence(database: Database, sessionId: string, doer: Doer, at: Date): Promise<boolean> {
  return database.transaction(async (tx) => {
    const isHis = await bindOfSession(tx, sessionId, doer, at)
    if (!isHis) return unchanged(false)
    await tx.query('UPDATE session SET step_up_at = $2, passkey_due = false WHERE id = $1', [sessionId, at])
    const event = { ...accountEvent(doer, at), kind: 'presence-proved', detail: { session: sessionId } } as const
    return recorded(await recordEvent(tx, event), true)
  })
}

/** Binds the provider's login a session came by, if it came by one. */
export async function bindOfSession(tx: Queryable, sessionId: string, doer: Doer, at: Date): Promise<boolean> {
  const [row] = await tx.query<{ issuer: string | null; subject: string | null }>(
    'SELECT provider_issuer AS issuer, provider_subject AS subject FROM session WHERE id = $1',
    [sessionId],
  )
  if (!row?.issuer || !row.subject) return true
  return bindSubject(tx, at, doer, { issuer: row.issuer, subject: row.subject })
}

/** A person's open sessions, newest first: one he does not know is somebody else's. */
export async function listSessions(database: Database, clock: Clock, account: string): Promise<readonly SessionInfo[]> {
  const now = clock.now().getTime()
  const rows = await database.query<{ id: string; started_at: Date; last_seen_at: Date; place: string; means: string }>(
    `SELECT id, started_at, last_seen_at, place, means FROM session
     WHERE account = $1 AND last_seen_at > $2 AND started_at > $3 ORDER BY started_at DESC`,
    [account, new Date(now - IDLE_LIMIT_MS), new Date(now - ABSOLUTE_LIMIT_MS)],
  )
  return rows.map(({ started_at: startedAt, last_seen_at: lastSeenAt, ...row }) => ({ ...row, startedAt, lastSeenAt }))
}

/** Ends one of the person's own sessions. False: he has none of this id. */
export async function endSession(database: Database, clock: Clock, doer: Doer, id: string): Promise<boolean> {
  return database.transaction(async (tx) => {
    const gone = await tx.query('DELETE FROM session WHERE id = $1 AND account = $2 RETURNING id', [id, doer.account])
    if (gone.length === 0) return unchanged(false)
    const event = { ...accountEvent(doer, clock.now()), kind: 'session-ended', detail: { session: id } } as const
    return recorded(await recordEvent(tx, event), true)
  })
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
    const doer = { account: person.account, post: postOf(person) }
    const event = { ...accountEvent(doer, clock.now()), kind: 'sign-out', detail: {} } as const
    return recorded(await recordEvent(tx, event), undefined)
  })
}
