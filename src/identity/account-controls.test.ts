import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { recordAct } from '../ledger/port.ts'
import { addAccount } from './add-account.ts'
import { changePassword } from './change-password.ts'
import { endAccount, privilegedUse, unusedAccounts } from './end-account.ts'
import { findSession, listSessions } from './session.ts'
import { signIn } from './sign-in.ts'

// The table of taiwan-law-practice §1.6.5 (附表十, 帳號 and 鑑別), one test a control.
const FIRST = 'the first password 1'
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let clock: ReturnType<typeof fixedClock>
let account = ''
let serial = 0

beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
  account = `person${serial++}`
  const person = {
    account,
    name: account,
    unit: '科',
    title: '職',
    role: 'it',
    agency: 'land',
    password: FIRST,
  } as const
  expect((await addAccount(database, clock, person)).ok).toBe(true)
})

const enter = (password: string) => signIn(database, clock, { account, password, place: '10.0.0.1' })
async function entered(password: string) {
  const outcome = await enter(password)
  if (!outcome.ok) throw new Error('refused')
  const session = await findSession(database, clock, outcome.value.token)
  if (!session) throw new Error('no session')
  return { ...session, token: outcome.value.token }
}
const doer = () => ({ account, post: '科 職' })
const change = (sessionId: string, current: string, next: string) =>
  changePassword({ database, clock }, doer(), { current, next, sessionId })

test('lockout: five failures lock for fifteen minutes, the right password too', async () => {
  for (let i = 0; i < 5; i++) await enter('wrong')
  expect((await enter(FIRST)).ok).toBe(false)
  clock.advanceMs(15 * MINUTE_MS + 1)
  expect((await enter(FIRST)).ok).toBe(true)
})

test('idle limit: thirty minutes without a request end a session', async () => {
  const { token } = await entered(FIRST)
  clock.advanceMs(30 * MINUTE_MS + 1)
  expect(await findSession(database, clock, token)).toBeUndefined()
})

test('absolute limit: twelve hours end a session, however busy', async () => {
  const { token } = await entered(FIRST)
  for (let i = 0; i < 36; i++) {
    clock.advanceMs(20 * MINUTE_MS)
    expect(await findSession(database, clock, token)).toBeDefined()
  }
  clock.advanceMs(1)
  expect(await findSession(database, clock, token)).toBeUndefined()
})

test('first password: set by somebody else, it opens nothing but its change', async () => {
  const first = await entered(FIRST)
  expect(first.mustChangePassword).toBe(true)
  expect((await change(first.id, FIRST, 'a password of my own')).ok).toBe(true)
  expect((await findSession(database, clock, first.token))?.mustChangePassword).toBe(false)
})

test('password minimum: twelve characters, counted as signs', async () => {
  const { id } = await entered(FIRST)
  expect(await change(id, FIRST, '十一個字的密碼還不夠長')).toEqual({ ok: false, error: 'too-short' })
  expect((await change(id, FIRST, '十二個字的密碼這樣就夠長')).ok).toBe(true)
})

test('password history: none of the last three comes back, the fourth may', async () => {
  const { id } = await entered(FIRST)
  const [second, third, fourth] = ['the second password', 'the third password 3', 'the fourth password 4'] as const
  let current: string = FIRST
  for (const next of [second, third]) {
    clock.advanceMs(MINUTE_MS)
    expect((await change(id, current, next)).ok).toBe(true)
    current = next
    for (const used of [FIRST, current])
      expect(await change(id, current, used)).toEqual({ ok: false, error: 'used-before' })
  }
  clock.advanceMs(MINUTE_MS)
  expect((await change(id, third, fourth)).ok).toBe(true)
  expect((await change(id, fourth, FIRST)).ok).toBe(true)
})

test('changing a password ends every other session', async () => {
  const [here, there] = [await entered(FIRST), await entered(FIRST)]
  await change(here.id, FIRST, 'a password of my own')
  expect(await findSession(database, clock, there.token)).toBeUndefined()
  expect(await findSession(database, clock, here.token)).toBeDefined()
})

test('notice of concurrent sessions: the event counts them, the owner sees each with its place', async () => {
  await entered(FIRST)
  await entered(FIRST)
  const open = await listSessions(database, clock, account)
  expect(open.map(({ place, means }) => ({ place, means }))).toEqual([
    { place: '10.0.0.1', means: 'password' },
    { place: '10.0.0.1', means: 'password' },
  ])
})

test('review of unused accounts: ninety days without a sign-in, and those never used', async () => {
  const names = async () => (await unusedAccounts(database, clock.now(), 90)).map((each) => each.account)
  expect(await names()).toContain(account)
  await entered(FIRST)
  expect(await names()).not.toContain(account)
  clock.advanceMs(90 * DAY_MS + 1)
  expect(await names()).toContain(account)
})

test('privileged-use report: who has privileges, what he did, how often', async () => {
  const act = {
    kind: 'import',
    at: clock.now(),
    actor: account,
    actorPost: '',
    subjectRef: 'x',
    reason: '',
    detail: {},
  } as const
  for (let i = 0; i < 3; i++) await recordAct(database, act)
  const report = await privilegedUse(database, new Date(clock.now().getTime() - DAY_MS))
  expect(report.find((each) => each.account === account && each.kind === 'import')).toMatchObject({
    times: 3,
    role: 'it',
  })
})

test('ended account: its sessions die at once and nobody signs in to it', async () => {
  const { token } = await entered(FIRST)
  await database.transaction((tx) => endAccount(tx, clock.now(), { account: 'other', post: '' }, account))
  expect(await findSession(database, clock, token)).toBeUndefined()
  expect((await enter(FIRST)).ok).toBe(false)
})
