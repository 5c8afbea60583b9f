import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { personId } from '../../sample/people.ts'
import { createDecisionPoint, type PointDeps, tokenSigner } from '../../src/gate/port.ts'
import { buildServer } from '../../src/http/server.ts'
import { addCallingSystem } from '../../src/identity/calling-system.ts'
import { hashPassword } from '../../src/identity/password.ts'
import { officialsOf } from '../../src/identity/port.ts'
import { passKeys } from '../http/pass-keys.ts'
import { servicesOf } from '../http/services-of.ts'
import { type SoftPasskey, softPasskey } from '../http/soft-passkey.ts'
import { type SmallOffice, smallOffice } from './small-office.ts'

const [PASSWORD, MINUTE_MS] = ['a password for tests', 60_000]
let now = new Date('2026-11-23T02:00:00Z')
const clock = { now: () => now }
let [office, server, key, passkey]: [SmallOffice, FastifyInstance, string, SoftPasskey] = [] as never
const people = new Map<string, Record<string, string>>()

beforeAll(async () => {
  office = await smallOffice(clock)
  const { database, gate, desk } = office
  const officials = (agency: string) => officialsOf(database, agency)
  const parts: PointDeps = {
    ...{ database, clock, gate, desk, officialsOf: officials, signer: tokenSigner(Buffer.alloc(32, 3)) },
  }
  server = await buildServer(
    servicesOf({
      ...{ database, clock, gate, desk, point: { parts, decide: createDecisionPoint(parts) } },
      ...{ origin: 'https://shoumi.example.gov.tw', operatorToken: 'operator'.repeat(5), webFolder: '/nowhere' },
      ...{ maxUploadBytes: 1000, publicHosts: [], isSecure: false, log: () => undefined },
      ledger: { refusal: () => undefined },
      staff: { principals: async () => [] },
    }),
  )
  const system = { system: 'mpolice', name: '警用查詢', agency: 'police', isShadow: false, certificate: undefined }
  const added = await addCallingSystem({ database, clock }, system, { account: 'operator', post: '' })
  key = added.ok ? added.value : ''
  for (const account of ['patrol', 'captain', 'police']) people.set(account, await signIn(account))
  passkey = await softPasskey(database.upkeep, 'patrol')
})
afterAll(async () => {
  await server.close()
  await office.close()
})
// A day of its own for each test: emergencies are counted by day.
beforeEach(() => {
  now = new Date(now.getTime() + 86_400_000)
})

async function signIn(account: string): Promise<Record<string, string>> {
  const hash = await hashPassword(PASSWORD)
  await office.database.upkeep.query('UPDATE account SET password_hash = $2 WHERE account = $1', [account, hash])
  return enter(account)
}
async function enter(account: string): Promise<Record<string, string>> {
  const payload = { account, password: PASSWORD }
  const answer = await server.inject({ method: 'POST', url: '/api/session', headers: { host: 'localhost' }, payload })
  await passKeys(office.database)
  const jar = Object.fromEntries(answer.cookies.map((each) => [each.name, each.value]))
  return { cookie: `shoumi_session=${jar['shoumi_session']}`, 'x-shoumi-csrf': jar['shoumi_csrf'] ?? '' }
}
const call = (headers: object, method: 'GET' | 'POST', url: string, payload?: object) =>
  server.inject({ method, url, headers: { host: 'localhost', ...headers }, ...(payload && { payload }) })
const asSystem = (method: 'GET' | 'POST', url: string, payload?: object) =>
  call({ authorization: `Bearer ${key}`, 'idempotency-key': randomUUID() }, method, url, payload)
async function asPerson(account: string, method: 'GET' | 'POST', url: string, payload?: object) {
  let answer = await call(people.get(account) ?? {}, method, url, payload)
  if (answer.statusCode !== 401) return answer
  // A day has passed: he signs in anew, and finishes it with his passkey.
  people.set(account, await enter(account))
  if (account === 'patrol') {
    const options = (await call(people.get(account) ?? {}, 'POST', '/api/me/presence/options', {})).json()
    await call(people.get(account) ?? {}, 'POST', '/api/me/presence', { response: passkey.answer(options) })
  }
  answer = await call(people.get(account) ?? {}, method, url, payload)
  return answer
}

const tuple = (person: number) => ({
  // The system's word that he has just proved presence.
  subject: { type: 'user', id: 'patrol', properties: { step_up_at: now.toISOString() } },
  action: { name: 'query', properties: { processing_activity_id: 'stop-check' } },
  resource: {
    type: 'catalogued-query',
    id: 'police-person@1',
    properties: { parameters: { person: personId(person) } },
  },
})
async function asked(person: number) {
  const denied = (await asSystem('POST', '/access/v1/evaluation', tuple(person))).json()
  const { evaluation_id, access_request } = denied.context
  const denial = { evaluation_id, binding_token: access_request.binding_token }
  return asSystem('POST', '/access/v1/requests', {
    ...{ ...tuple(person), denial, requested_access: { emergency: true } },
    context: { business_justification: '路旁昏迷民眾身分待查' },
  })
}
const statusOf = async (id: string) => (await asSystem('GET', `/access/v1/requests/${id}`)).json().task.status
async function confirm(account: string, id: string, person?: SoftPasskey) {
  const { requests } = (await asPerson(account, 'GET', '/api/gate/requests')).json()
  const bound = requests?.find((each: { id: string }) => each.id === id)?.binding ?? '0'.repeat(64)
  const options = await asPerson(account, 'POST', '/api/me/presence/options', { bound })
  const assertion = person ? person.answer(options.json()) : { id: 'x', response: {} }
  return asPerson(account, 'POST', `/api/gate/requests/${id}/confirmation`, { assertion })
}
const actsOf = async (kinds: readonly string[]) =>
  office.database.query<{ kind: string; actor: string }>(
    'SELECT DISTINCT kind, actor FROM event WHERE kind = ANY($1) ORDER BY kind, actor',
    [kinds],
  )

test('a system opens no emergency by its word that the official is there: it waits for his own passkey', async () => {
  const made = await asked(11)
  expect([made.statusCode, made.json().task.status]).toEqual([202, 'pending'])
  const { id } = made.json().task
  const reviews = await office.database.query("SELECT 1 FROM gate_review WHERE account = 'patrol'")
  expect(reviews).toEqual([])
  // His superior was told of nothing, and has nothing to decide; nobody but himself may confirm.
  expect((await asPerson('captain', 'GET', '/api/gate/notices')).json().notices).toEqual([])
  expect((await asPerson('captain', 'GET', '/api/gate/inbox')).json().requests).toEqual([])
  const verdict = { verdict: 'approve', assertion: {}, reason: '' }
  expect((await asPerson('captain', 'POST', `/api/gate/inbox/${id}/verdict`, verdict)).statusCode).toBe(409)
  for (const other of ['captain', 'police']) expect((await confirm(other, id)).statusCode).toBe(404)
  expect((await confirm('patrol', id)).statusCode).toBe(403)
  expect(await statusOf(id)).toBe('pending')
  // Nor is it a look of his meanwhile.
  expect((await asPerson('patrol', 'POST', `/api/gate/requests/${id}/look`, {})).statusCode).not.toBe(200)
})

test('confirmed with his passkey it is his act and his debt; everything before was the system’s, in his name', async () => {
  const { id } = (await asked(12)).json().task
  const [told] = (await asPerson('patrol', 'GET', '/api/gate/notices')).json().notices
  expect(told).toMatchObject({ kind: 'emergency-waits', request: id, about: 'police-person（經 mpolice）' })
  expect((await confirm('patrol', id, passkey)).statusCode).toBe(200)
  expect(await statusOf(id)).toBe('approved')
  expect((await confirm('patrol', id, passkey)).statusCode).toBe(409)
  const notices = (await asPerson('captain', 'GET', '/api/gate/notices')).json().notices
  expect(notices).toMatchObject([{ kind: 'emergency', request: id }])
  expect(await actsOf(['emergency-asked', 'emergency-opened', 'gate-evaluated'])).toEqual([
    { kind: 'emergency-asked', actor: 'system:mpolice' },
    { kind: 'emergency-opened', actor: 'patrol' },
    { kind: 'gate-evaluated', actor: 'system:mpolice' },
  ])
  const { approval } = (await asSystem('GET', `/access/v1/requests/${id}`)).json().result
  const used = await asSystem('POST', '/access/v1/evaluation', { ...tuple(12), context: { approval } })
  expect(used.json().decision).toBe(true)
  expect(await actsOf(['request-used'])).toEqual([{ kind: 'request-used', actor: 'system:mpolice' }])
  await office.desk.state(id, 'patrol', '民眾已送醫，家屬到場')
})

test('what he does not confirm within a quarter of an hour is over, and counts for nothing of his', async () => {
  const ids: string[] = []
  for (const person of [13, 14, 15]) ids.push((await asked(person)).json().task.id)
  // A system cannot fill his list either.
  expect((await asked(16)).json().title).toBe('too-many-pending')
  now = new Date(now.getTime() + 15 * MINUTE_MS)
  for (const id of ids) {
    expect(await statusOf(id)).toBe('expired')
    expect((await confirm('patrol', id, passkey)).statusCode).toBe(409)
  }
  const { id } = (await asked(17)).json().task
  expect((await confirm('patrol', id, passkey)).statusCode).toBe(200)
  await office.desk.state(id, 'patrol', '民眾已送醫，家屬到場')
})

test('of many confirmed at once no more are opened than a day allows', async () => {
  const opened: number[] = []
  for (let round = 0; round < 2; round++) {
    const ids: string[] = []
    for (const person of [20, 21, 22]) ids.push((await asked(person + round * 3)).json().task?.id ?? '')
    const answers = await Promise.all(ids.filter((id) => id !== '').map((id) => confirm('patrol', id, passkey)))
    opened.push(...answers.map(({ statusCode }) => statusCode))
  }
  expect(opened.filter((status) => status === 200)).toHaveLength(3)
})
