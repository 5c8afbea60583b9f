import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashPassword } from '../../src/identity/password.ts'
import { PASSKEY_ROLES } from '../../src/identity/stated-means.ts'
import { type Action, may } from '../../src/wire/permissions.ts'
import { roleNames } from '../../src/wire/session.ts'
import { signInOffice } from './sign-in-office.ts'

const PASSWORD = 'a password for tests'
let office: Awaited<ReturnType<typeof signInOffice>>
beforeAll(async () => {
  office = await signInOffice()
  const hash = await hashPassword(PASSWORD)
  for (const role of roleNames) await office.addAccount(role, role, hash)
})
afterAll(() => office.close())

async function signedIn(account: string): Promise<(path: string, method?: string, body?: object) => Promise<Response>> {
  const answer = await fetch(`${office.address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account, password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
  const jar = answer.headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
  const csrf = jar.find((each) => each.startsWith('shoumi_csrf='))?.slice('shoumi_csrf='.length) ?? ''
  const headers = { cookie: jar.join('; '), 'x-shoumi-csrf': csrf }
  return (path, method = 'GET', body) =>
    fetch(`${office.address}${path}`, {
      ...{ method, headers: body ? { ...headers, 'content-type': 'application/json' } : headers },
      ...(body && { body: JSON.stringify(body) }),
    })
}

test('exactly the posts that reveal, approve, judge or decide need a passkey', () => {
  const weighty: readonly Action[] = ['access.reveal', 'gate.approve', 'gate.judge', 'change.decide', 'erasure.approve']
  const holders = roleNames.filter((role) => weighty.some((action) => may(role, action)))
  expect([...PASSKEY_ROLES].sort()).toEqual(holders.sort())
})

test.each(PASSKEY_ROLES)('%s without one signs in to nothing but registering it', async (role) => {
  const ask = await signedIn(role)
  for (const path of ['/api/me', '/api/today', '/api/ledger/events']) {
    const answer = await ask(path)
    if (path === '/api/me' || answer.status !== 404)
      expect([path, answer.status, await answer.json()]).toMatchObject([path, 403, { code: 'first-passkey-needed' }])
  }
  expect((await ask('/api/me/passkeys')).status).toBe(200)
  expect((await ask('/api/me/passkeys/options', 'POST', { password: 'wrong' })).status).toBe(400)
  expect((await ask('/api/me/passkeys/options', 'POST', { password: PASSWORD })).status).toBe(200)
  expect((await ask('/api/session', 'DELETE')).status).toBe(200)
})

test.each(roleNames.filter((role) => !PASSKEY_ROLES.includes(role)))('%s goes on without', async (role) => {
  expect((await (await signedIn(role))('/api/me')).status).toBe(200)
})

test('the fifth wrong present password ends the session, over HTTP as well', async () => {
  const ask = await signedIn('officer')
  const change = () => ask('/api/me/password', 'POST', { current: 'wrong', next: 'a password of my own' })
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) statuses.push((await change()).status)
  expect(statuses).toEqual([400, 400, 400, 400, 401])
  expect((await ask('/api/me')).status).toBe(401)
  // Told on every page at the next sign-in, until it was read.
  await office.database.upkeep.query("UPDATE account SET locked_until = NULL WHERE account = 'officer'")
  const later = await signedIn('officer')
  expect(await (await later('/api/warnings')).json()).toMatchObject({ warnings: [{ code: 'account' }] })
  expect(await (await later('/api/me/account')).json()).toMatchObject({ notices: [{ kind: 'locked', isRead: false }] })
  expect((await later('/api/me/account/read', 'POST')).status).toBe(200)
  expect(await (await later('/api/warnings')).json()).toMatchObject({ warnings: [] })
})
