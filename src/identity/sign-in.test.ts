import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { findSession, isCsrfTokenRight, signOut } from './session.ts'
import { signIn } from './sign-in.ts'

const MINUTE_MS = 60_000
const PASSWORD = 'correct horse 政風'
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let clock: ReturnType<typeof fixedClock>
beforeAll(async () => {
  database = await temporaryDatabase()
  await database.upkeep.query(
    "INSERT INTO account (account, name, unit, title, role, password_hash) VALUES ('lin', '林', '政風處', '科員', 'ethics', $1)",
    [await hashPassword(PASSWORD)],
  )
})
afterAll(() => database.close())
beforeEach(async () => {
  clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
  await database.upkeep.query('UPDATE account SET failed_attempts = 0, locked_until = NULL')
})

const attempt = (password: string, account = 'lin') => signIn(database, clock, { account, password })

async function signedIn() {
  const outcome = await attempt(PASSWORD)
  if (!outcome.ok) throw new Error('refused')
  return outcome.value
}

test('opens a session for the right password and stores only a hash of its token', async () => {
  const { token } = await signedIn()
  expect((await findSession(database, clock, token))?.person).toMatchObject({ account: 'lin', role: 'ethics' })
  const stored = await database.query<{ token_hash: Buffer }>('SELECT token_hash FROM session')
  expect(stored.some((row) => row.token_hash.includes(token))).toBe(false)
})

test('locks the account for fifteen minutes after five wrong passwords, also against the right one', async () => {
  for (let i = 0; i < 5; i++) expect((await attempt('wrong')).ok).toBe(false)
  expect((await attempt(PASSWORD)).ok).toBe(false)
  clock.advanceMs(15 * MINUTE_MS - 1)
  expect((await attempt(PASSWORD)).ok).toBe(false)
  clock.advanceMs(2)
  expect((await attempt(PASSWORD)).ok).toBe(true)
})

test('four wrong passwords do not lock, and a right one forgets them', async () => {
  for (let i = 0; i < 4; i++) await attempt('wrong')
  expect((await attempt(PASSWORD)).ok).toBe(true)
  for (let i = 0; i < 4; i++) await attempt('wrong')
  expect((await attempt(PASSWORD)).ok).toBe(true)
})

test('says the same of a wrong password and of an account that does not exist, and never writes down the name tried', async () => {
  expect(await attempt('x', 'typed-password-by-mistake')).toEqual(await attempt('wrong'))
  const events = await database.query<{ actor: string; subject_ref: string }>(
    "SELECT actor, subject_ref FROM event WHERE kind = 'sign-in-refused'",
  )
  expect(JSON.stringify(events)).not.toContain('typed-password-by-mistake')
})

test('ends a session after thirty idle minutes, and after twelve hours however busy', async () => {
  const { token } = await signedIn()
  clock.advanceMs(29 * MINUTE_MS)
  expect(await findSession(database, clock, token)).toBeDefined()
  clock.advanceMs(31 * MINUTE_MS)
  expect(await findSession(database, clock, token)).toBeUndefined()
  const busy = await signedIn()
  for (let i = 0; i < 36; i++) {
    clock.advanceMs(20 * MINUTE_MS)
    expect(await findSession(database, clock, busy.token)).toBeDefined()
  }
  clock.advanceMs(20 * MINUTE_MS)
  expect(await findSession(database, clock, busy.token)).toBeUndefined()
})

test('ends a session at once on signing out', async () => {
  const { token, person } = await signedIn()
  await signOut(database, clock, token, person)
  expect(await findSession(database, clock, token)).toBeUndefined()
})

test("accepts only the session's own CSRF token", async () => {
  const first = await signedIn()
  const second = await signedIn()
  const session = await findSession(database, clock, first.token)
  if (!session) throw new Error('no session')
  expect(isCsrfTokenRight(session, first.csrfToken)).toBe(true)
  expect(isCsrfTokenRight(session, second.csrfToken)).toBe(false)
  expect(isCsrfTokenRight(session, undefined)).toBe(false)
})

test('a password hash is salted, and a hash of another form opens nothing', async () => {
  expect(await hashPassword('a')).not.toBe(await hashPassword('a'))
  expect(await verifyPassword('a', 'plain$a$a')).toBe(false)
})
