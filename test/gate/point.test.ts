import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personId } from '../../sample/people.ts'
import { ok } from '../../src/base/result.ts'
import { sealCanary } from '../../src/gate/canary.ts'
import { createDecisionPoint, type PointDeps, tokenSigner } from '../../src/gate/port.ts'
import { buildServer } from '../../src/http/server.ts'
import { addCallingSystem } from '../../src/identity/calling-system.ts'
import { officialsOf } from '../../src/identity/port.ts'
import { servicesOf } from '../http/services-of.ts'
import { type SmallOffice, smallOffice } from './small-office.ts'

const HOUR_MS = 3_600_000
// Monday morning, in office hours; a test moves it on.
let now = new Date('2026-11-23T02:00:00Z')
const clock = { now: () => now }

let office: SmallOffice
let server: FastifyInstance
const keys = new Map<string, string>()

beforeAll(async () => {
  office = await smallOffice(clock)
  const { database, gate, desk } = office
  const parts: PointDeps = {
    database,
    clock,
    gate,
    desk,
    signer: tokenSigner(Buffer.alloc(32, 3)),
    officialsOf: (agency) => officialsOf(database, agency),
  }
  server = await buildServer(
    servicesOf({
      database,
      clock,
      gate,
      desk,
      point: { parts, decide: createDecisionPoint(parts) },
      origin: 'https://shoumi.example.gov.tw',
      operatorToken: 'operator'.repeat(5),
      webFolder: '/nowhere',
      maxUploadBytes: 1000,
      publicHosts: [],
      isSecure: false,
      log: () => undefined,
      ledger: { refusal: () => undefined },
    }),
  )
  for (const [system, agency, isShadow] of [
    ['counter', 'land', false],
    ['other-land', 'land', false],
    ['watched', 'land', true],
    ['insurer', 'insurance', false],
    ['forgetful', 'land', false],
    ['street', 'police', false],
  ] as const) {
    const added = await addCallingSystem(
      { database, clock },
      { system, name: system, agency, isShadow, certificate: undefined },
      { account: 'operator', post: '' },
    )
    keys.set(system, added.ok ? added.value : '')
  }
})
afterAll(async () => {
  await server.close()
  await office.close()
})

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
  readonly body: any
}

async function call(
  system: string,
  method: 'GET' | 'POST',
  path: string,
  payload?: object,
  more = {},
): Promise<Answer> {
  const answer = await server.inject({
    method,
    url: path,
    headers: { host: 'localhost', authorization: `Bearer ${keys.get(system)}`, ...more },
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.json() }
}

const owned = (person: number, caseNumber: string, more: object = {}) => ({
  subject: { type: 'user', id: 'land' },
  action: {
    name: 'query',
    properties: { processing_activity_id: 'https://land.example.gov.tw/purposes/registration' },
  },
  resource: { type: 'catalogued-query', id: 'land-owner@1', properties: { parameters: { person: personId(person) } } },
  context: { case: { system: 'land', number: caseNumber }, ...more },
})
const ask = (system: string, body: object) => call(system, 'POST', '/access/v1/evaluation', body)

async function events(kind: string): Promise<number> {
  const [row] = await office.database.query<{ n: number }>('SELECT count(*)::int AS n FROM event WHERE kind = $1', [
    kind,
  ])
  return row?.n ?? 0
}

describe('the same gate for other systems', () => {
  test('a party of an open case of his own is permitted, with the duties that go with the rows', async () => {
    const before = await events('gate-evaluated')
    const { body } = await ask('counter', owned(1, '雲登字1號'))
    expect(body.decision).toBe(true)
    expect(body.context.obligations.map(({ id }: { id: string }) => id)).toContain('disclosure_log')
    expect(body.context.obligations).toContainEqual({
      id: 'watermark',
      type: 'custom',
      properties: { vendor: 'shoumi', duty: 'watermark', rendering: 'overlay' },
    })
    expect(body.context.policy.version).toMatch(/^[0-9a-f]{8,}/)
    expect(await events('gate-evaluated')).toBe(before + 1)
  })
  test('no citizen stands in what is kept of it', async () => {
    const rows = await office.database.query('SELECT * FROM evaluation')
    expect(JSON.stringify(rows)).not.toContain(personId(1))
  })
  test('another agency’s system learns nothing, not even what the policies would say', async () => {
    expect((await ask('insurer', owned(1, '雲登字1號'))).body).toMatchObject({
      decision: false,
      context: { reason: 'unknown-query' },
    })
  })
  test.each([
    ['an unknown type', { resource: { type: 'spaceship', id: 'x' } }, 'unknown-entity'],
    ['an unknown query', { resource: { type: 'catalogued-query', id: 'no-such@1' } }, 'unknown-query'],
    ['an unknown act', { action: { name: 'fly' } }, 'unknown-action'],
    ['nobody', { subject: { type: 'user', id: 'no-one' } }, 'no-account'],
    [
      'a malformed number',
      { resource: { type: 'catalogued-query', id: 'land-owner@1', properties: { parameters: { person: 'A1' } } } },
      'malformed-parameter',
    ],
  ])('%s is a plain no with its reason', async (_name, change, reason) => {
    const { status, body } = await ask('counter', { ...owned(1, '雲登字1號'), ...change })
    expect({ status, decision: body.decision, reason: body.context.reason }).toEqual({
      status: 200,
      decision: false,
      reason,
    })
  })
  test('a system that cannot do a duty is refused; one that can is not', async () => {
    const unable = await ask('counter', owned(1, '雲登字1號', { supported_obligations: ['custom:mask', 'step-up'] }))
    expect(unable.body).toMatchObject({ decision: false, context: { reason: 'obligation-unsupported' } })
    expect((await ask('counter', owned(1, '雲登字1號', { supported_obligations: ['custom'] }))).body.decision).toBe(
      true,
    )
  })
  test('searches find who, what and which act; a stranger to the case finds nothing', async () => {
    const whole = owned(1, '雲登字1號')
    const who = await call('counter', 'POST', '/access/v1/search/subject', { ...whole, subject: { type: 'user' } })
    expect(who.body.results).toEqual([{ type: 'user', id: 'land' }])
    const what = await call('counter', 'POST', '/access/v1/search/resource', {
      ...whole,
      resource: { ...whole.resource, id: undefined },
    })
    expect(what.body.results).toContainEqual({ type: 'catalogued-query', id: 'land-owner@1' })
    const acts = await call('counter', 'POST', '/access/v1/search/action', {
      ...whole,
      context: { ...whole.context, processing_activity_id: 'registration' },
    })
    expect(acts.body.results).toContainEqual({ name: 'query' })
    const none = await call('counter', 'POST', '/access/v1/search/action', { ...owned(9, '雲登字1號') })
    expect(none.body.results).toEqual([])
  })
})

describe('asking for approval over the wire', () => {
  const stranger = () => owned(5, '雲登字1號')

  async function requested(key = randomUUID()) {
    const denied = await ask('counter', stranger())
    const { evaluation_id, access_request } = denied.body.context
    const { binding_token } = access_request
    const body = {
      ...stranger(),
      context: { ...stranger().context, business_justification: '申請人主張繼承，需核對' },
      denial: { evaluation_id, binding_token },
    }
    return {
      denied,
      body,
      made: await call('counter', 'POST', '/access/v1/requests', body, { 'idempotency-key': key }),
      key,
    }
  }

  test('denied, asked for, approved by the superior, permitted once and no more', async () => {
    const { denied, made } = await requested()
    expect(denied.body).toMatchObject({
      decision: false,
      context: { reason: 'approval_required', access_request: { template: 'supervisor' } },
    })
    expect(made.status).toBe(202)
    const { id } = made.body.task
    expect((await call('counter', 'GET', `/access/v1/requests/${id}`)).body.task.status).toBe('pending')
    const prove = async () => ok({ at: now, evidence: { by: 'test' } })
    expect(await office.desk.verdict(id, 'registrar', { verdict: 'approve', reason: '', prove })).toMatchObject({
      ok: true,
    })
    const { body } = await call('counter', 'GET', `/access/v1/requests/${id}`)
    expect(body).toMatchObject({ task: { status: 'approved' }, result: { mode: 'reevaluate', approval: { id } } })
    const { approval } = body.result
    const with_ = (more: object) => ({ ...stranger(), context: { ...stranger().context, approval, ...more } })
    const reason = async (system: string, asked: object) => (await ask(system, asked)).body.context.reason
    expect(await reason('other-land', with_({}))).toBe('approval_unverifiable')
    expect(await reason('counter', { ...owned(6, '雲登字1號', { approval }) })).toBe('out_of_scope')
    expect(await reason('counter', with_({ approval: { id, state: `${approval.state}x` } }))).toBe(
      'approval_unverifiable',
    )
    expect((await ask('counter', with_({}))).body.decision).toBe(true)
    expect(await reason('counter', with_({}))).toBe('approval_expired')
  })
  test('the same idempotency key gives the same request, with another question a conflict', async () => {
    const { body, made, key } = await requested()
    const again = await call('counter', 'POST', '/access/v1/requests', body, { 'idempotency-key': key })
    expect(again.body.task.id).toBe(made.body.task.id)
    const other = { ...body, ...owned(7, '雲登字1號'), context: body.context }
    expect((await call('counter', 'POST', '/access/v1/requests', other, { 'idempotency-key': key })).status).toBe(409)
    expect((await call('counter', 'POST', '/access/v1/requests', body)).status).toBe(400)
    expect((await call('counter', 'POST', `/access/v1/requests/${made.body.task.id}/cancel`)).status).toBe(200)
    expect((await call('counter', 'GET', `/access/v1/requests/${made.body.task.id}`)).body.task.status).toBe(
      'cancelled',
    )
    expect((await call('other-land', 'GET', `/access/v1/requests/${made.body.task.id}`)).status).toBe(404)
  })
  test('a denial binds to its question, its system and its quarter of an hour', async () => {
    const { body } = await requested()
    const post = (system: string, changed: object) =>
      call(system, 'POST', '/access/v1/requests', changed, { 'idempotency-key': randomUUID() })
    const type = async (system: string, changed: object) => (await post(system, changed)).body.type.split(':').at(-1)
    expect(await type('counter', { ...body, ...owned(8, '雲登字1號'), context: body.context })).toBe(
      'invalid_denial_binding',
    )
    expect(await type('other-land', body)).toBe('invalid_denial_binding')
    const [head, claims] = body.denial.binding_token.split('.')
    const forged = { ...body, denial: { ...body.denial, binding_token: `${head}.${claims}.` } }
    expect(await type('counter', forged)).toBe('invalid_denial_binding')
    now = new Date(now.getTime() + HOUR_MS / 2)
    expect(await type('counter', body)).toBe('expired_denial')
  })
})

describe('systems that are watched, and systems that do not tell', () => {
  test('a watched system is always told yes; the report names what would have been stopped', async () => {
    expect((await ask('watched', owned(11, '雲登字1號'))).body).toMatchObject({
      decision: true,
      context: { shadow: { outcome: 'needs-approval', reason: 'not-party' } },
    })
    await ask('watched', owned(1, '雲登字1號'))
    const report = await server.inject({
      url: '/api/shadow-report',
      headers: { host: 'localhost', authorization: `Bearer ${'operator'.repeat(5)}` },
    })
    expect(report.json()).toMatchObject({
      evaluations: 2,
      wouldBeStopped: 1,
      rows: [{ system: 'watched', account: 'land', query: 'land-owner@1', reason: 'not-party', count: 1 }],
    })
  })
  test('ten permits without a receipt end the permits; receipts open them again; half a receipt does not count', async () => {
    const given: string[] = []
    let duties: string[] = []
    for (let i = 0; i < 10; i++) {
      const { body } = await ask('forgetful', owned(1, '雲登字1號'))
      given.push(body.context.evaluation_id)
      duties = body.context.obligations.map(({ id }: { id: string }) => id)
    }
    expect((await ask('forgetful', owned(1, '雲登字1號'))).body.decision).toBe(true)
    now = new Date(now.getTime() + HOUR_MS / 4)
    expect((await ask('forgetful', owned(1, '雲登字1號'))).body).toMatchObject({
      decision: false,
      context: { reason: 'receipts-missing' },
    })
    const receipt = (evaluation_id: string | undefined, fulfilled: string[], system = 'forgetful') =>
      call(system, 'POST', '/access/v1/receipts', { evaluation_id, fulfilled, rows: 1 })
    expect((await receipt(given[0], ['mask'])).body.status).toBe('incomplete')
    expect((await receipt(given[0], duties, 'counter')).status).toBe(404)
    for (const each of given.slice(0, 3)) expect((await receipt(each, duties)).body.status).toBe('kept')
    expect((await receipt(given[0], duties)).status).toBe(404)
    expect((await ask('forgetful', owned(1, '雲登字1號'))).body.decision).toBe(true)
  })
  test('an ended system is nobody', async () => {
    const ended = await server.inject({
      method: 'DELETE',
      url: '/api/calling-systems/forgetful',
      headers: { host: 'localhost', authorization: `Bearer ${'operator'.repeat(5)}` },
    })
    expect(ended.statusCode).toBe(200)
    expect((await ask('forgetful', owned(1, '雲登字1號'))).status).toBe(401)
  })
  test('a system’s key opens nothing of what people use', async () => {
    for (const path of ['/api/me/sessions', '/api/gate/requests', '/api/calling-systems', '/api/shadow-report'])
      expect((await call('counter', 'GET', path)).status).toBe(403)
  })
})

describe('what a system is told of people', () => {
  const stopCheck = (person: number) => ({
    subject: { type: 'user', id: 'police' },
    action: {
      name: 'query',
      properties: { processing_activity_id: 'https://police.example.gov.tw/purposes/stop-check' },
    },
    resource: {
      type: 'catalogued-query',
      id: 'police-person@1',
      properties: { parameters: { person: personId(person) } },
    },
    context: {},
  })
  const STOP_CHECKS_A_DAY = 30

  test('counts each towards the limit of a day, in one batch and in several at once', async () => {
    now = new Date('2026-12-07T02:00:00Z')
    const batch = (from: number, count: number) =>
      call('street', 'POST', '/access/v1/evaluations', {
        evaluations: Array.from({ length: count }, (_, n) => stopCheck(from + n)),
      })
    const answers = await Promise.all([batch(1, 20), batch(21, 20), batch(41, 20)])
    const decisions: boolean[] = answers.flatMap(({ body }) =>
      body.evaluations.map(({ decision }: { decision: boolean }) => decision),
    )
    expect(decisions.filter(Boolean)).toHaveLength(STOP_CHECKS_A_DAY)
    const looked = await office.desk.look(
      { account: 'police' },
      {
        ...{ query: 'police-person', parameters: { person: personId(90) }, purpose: 'stop-check' },
        ...{ caseNumber: '', act: 'query' },
      },
    )
    expect(looked).toMatchObject({ ok: true, value: { kind: 'refused' } })
  })

  test('meets sealed subjects, whatever it was told, in a search too', async () => {
    const sealed = { subject: Buffer.from(tokenOf(7), 'hex'), note: '' }
    await sealCanary({ database: office.database, clock }, sealed, { account: 'ethics', post: '' })
    const before = await events('canary-read')
    expect((await ask('counter', owned(7, '雲登字1號'))).body.decision).toBe(false)
    expect(await events('canary-read')).toBe(before + 1)
    const { subject: _subject, ...rest } = owned(7, '雲登字1號')
    await call('counter', 'POST', '/access/v1/search/subject', { ...rest, subject: { type: 'user' } })
    expect(await events('canary-read')).toBe(before + 2)
  })

  test('never is who is party of a case that is not the official’s own', async () => {
    const told = async (person: number, number: string) => {
      const { body } = await ask('counter', { ...owned(person, number), subject: { type: 'user', id: 'registrar' } })
      const { evaluation_id: _id, evaluated_at: _at, access_request: _request, ...context } = body.context
      return { decision: body.decision, context }
    }
    const [party, stranger] = [await told(1, '雲登字1號'), await told(5, '雲登字1號')]
    expect(stranger).toEqual(party)
    expect(JSON.stringify(party)).not.toMatch(/not-party|not-assigned/)
  })
})

const tokenOf = (person: number): string => {
  const token = office.gate.subjectOf('land-owner', { person: personId(person) })
  if (!token.ok) throw new Error(token.error)
  return token.value
}
