import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { answerMany, withDefaults } from '../../src/gate/point/protocol.ts'
import { buildServer } from '../../src/http/server.ts'
import { addCallingSystem } from '../../src/identity/calling-system.ts'
import { evaluationBody, evaluationsBody } from '../../src/wire/authzen.ts'
import { temporaryDatabase } from '../engines.ts'
import { fixturePoint, fixtureRule } from './fixture-point.ts'
import { servicesOf } from './services-of.ts'

const VECTORS = resolve(import.meta.dirname, '../../../shared/vectors/authzen/authzen-scenario-vectors.json')

interface Vector {
  readonly api: string
  readonly test: string
  readonly request: unknown
  readonly rawBody?: string
  readonly method?: string
  readonly contentType?: string
  readonly status?: readonly number[]
  readonly expected?: unknown
}

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let server: FastifyInstance
let address: string
let key: string

beforeAll(async () => {
  database = await temporaryDatabase()
  server = await buildServer(
    servicesOf({
      database,
      clock: systemClock,
      operatorToken: 'x'.repeat(40),
      point: { decide: fixturePoint },
      maxUploadBytes: 1000,
      webFolder: join(import.meta.dirname, 'none'),
      publicHosts: [],
      isSecure: false,
      log: () => undefined,
      ledger: { refusal: () => undefined },
    }),
  )
  address = await server.listen({ host: '127.0.0.1', port: 0 })
  const system = { system: 'suite', name: '測試', agency: 'land', isShadow: false, certificate: undefined }
  const added = await addCallingSystem({ database, clock: systemClock }, system, { account: 'operator', post: '' })
  key = added.ok ? added.value : ''
})
afterAll(async () => {
  await server.close()
  await database.close()
})

const send = (api: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}) =>
  fetch(`${address}/access/v1/${api}`, {
    method: 'POST',
    ...init,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...init.headers },
  })

/** Sends one vector as the suite would and follows the pages of a search to their end. */
async function answerTo(
  vector: Vector,
): Promise<{ readonly status: number; readonly body: unknown; readonly id: string | null }> {
  const hasBody = vector.method === undefined || vector.method !== 'GET'
  const credentials: Record<string, string> = vector.test.includes('missing-credentials')
    ? { authorization: '' }
    : vector.test.includes('invalid-credentials')
      ? { authorization: 'Bearer smk_wrong' }
      : {}
  const ask = (request: unknown) =>
    send(vector.api, {
      method: vector.method ?? 'POST',
      headers: { 'content-type': vector.contentType ?? 'application/json', 'x-request-id': 'suite-1', ...credentials },
      ...(hasBody && { body: vector.rawBody ?? JSON.stringify(request) }),
    })
  const response = await ask(vector.request)
  const text = await response.text()
  const body = text.startsWith('{') ? JSON.parse(text) : text
  while (body.page?.next_token) {
    const request = vector.request as { page: object }
    const more = JSON.parse(
      await (await ask({ ...request, page: { ...request.page, token: body.page.next_token } })).text(),
    )
    body.results.push(...more.results)
    body.page = more.page
  }
  return { status: response.status, body, id: response.headers.get('x-request-id') }
}

const SHOWN = ['decision', 'evaluations', 'results'] as const

const isPresent = existsSync(VECTORS)
const vectors: readonly Vector[] = isPresent ? JSON.parse(readFileSync(VECTORS, 'utf8')) : []

describe.skipIf(!isPresent)('the scenario of the OpenID conformance suite (needs ../shared)', () => {
  test('has its 127 modules', () => expect(vectors.length).toBe(127))
  test.each(vectors.map((vector) => [vector.test.replace('authzen-pdp-', ''), vector] as const))(
    '%s',
    async (_name, vector) => {
      const answer = await answerTo(vector)
      if (vector.status) {
        expect(vector.status).toContain(answer.status)
        if (answer.status === 401) expect(answer.body).not.toHaveProperty('decision')
        return
      }
      expect(answer.status).toBe(200)
      if (vector.test.includes('x-request-id')) expect(answer.id).toBe('suite-1')
      const expected = vector.expected as Record<string, unknown> | undefined
      if (expected && Object.keys(expected).length > 0) {
        const body = answer.body as Record<string, unknown>
        for (const member of SHOWN)
          if (member in expected) expect(body[member]).toMatchObject(expected[member] as object)
        if ('decision' in expected) expect(body['decision']).toBe(expected['decision'])
      }
      if (vector.test.includes('backward-compat')) expect(answer.body).toEqual({ decision: true })
    },
  )
})

describe('the protocol, without the suite', () => {
  const asked = {
    subject: { type: 'user', id: 'alice' },
    action: { name: 'read' },
    resource: { type: 'record', id: 'record-1' },
  }

  test('nobody without a key is answered, and the refusal says what is asked for', async () => {
    for (const authorization of ['', 'Bearer smk_no', 'Bearer smt_no', 'Basic YTpi']) {
      const refused = await send('evaluation', { headers: { authorization }, body: JSON.stringify(asked) })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toBe('Bearer')
    }
  })
  test('a token exchanged for the key answers too, and only a key can be exchanged', async () => {
    const exchange = (form: Record<string, string>) =>
      fetch(`${address}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    const grant = { grant_type: 'client_credentials', client_id: 'suite' }
    const token = (await (await exchange({ ...grant, client_secret: key })).json()) as { access_token: string }
    const body = JSON.stringify(asked)
    const answer = await send('evaluation', { headers: { authorization: `Bearer ${token.access_token}` }, body })
    expect(await answer.json()).toEqual({ decision: true })
    expect((await exchange({ ...grant, client_secret: token.access_token })).status).toBe(401)
    expect((await exchange({ ...grant, client_id: 'other', client_secret: key })).status).toBe(401)
    const basic = await fetch(`${address}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`suite:${key}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(basic.status).toBe(200)
  })
  test('a form is read by the token endpoint and by nothing else', async () => {
    const form = new URLSearchParams({ account: 'a', password: 'b' })
    expect((await fetch(`${address}/api/session`, { method: 'POST', body: form })).status).toBe(400)
  })
  test('numbers are not taken for text, nor text for objects', async () => {
    for (const wrong of [
      { ...asked, subject: { type: 'user', id: 7 } },
      { ...asked, subject: 'alice' },
      { ...asked, context: [] },
    ])
      expect((await send('evaluation', { body: JSON.stringify(wrong) })).status).toBe(400)
  })
  test('a page token of another question is refused', async () => {
    const search = (resource: string, page: object) =>
      send('search/subject', {
        body: JSON.stringify({ ...asked, subject: { type: 'user' }, resource: { type: 'record', id: resource }, page }),
      })
    const first = (await (await search('record-1', { limit: 1 })).json()) as { page: { next_token: string } }
    expect((await search('record-2', { limit: 1, token: first.page.next_token })).status).toBe(400)
    expect((await search('record-1', { limit: 1, token: 'rubbish' })).status).toBe(400)
    const last = (await (await search('record-1', { limit: 1, token: first.page.next_token })).json()) as object
    expect(last).toEqual({ page: { next_token: '', count: 1, total: 2 }, results: [{ type: 'user', id: 'bob' }] })
  })
})

describe('batches behave as the standard words them', () => {
  const name = fc.constantFrom('alice', 'bob', 'carol')
  const entity = fc.record({ type: fc.constant('user'), id: name }, { requiredKeys: ['id'] })
  const record = fc.record(
    { type: fc.constant('record'), id: fc.constantFrom('record-1', 'record-2') },
    { requiredKeys: [] },
  )
  const act = fc.record({ name: fc.constantFrom('read', 'write', 'fly') })
  const item = fc.record({ subject: entity, action: act, resource: record }, { requiredKeys: [] })
  const semantic = fc.constantFrom('execute_all', 'deny_on_first_deny', 'permit_on_first_permit')
  const batch = fc.record({
    subject: fc.option(entity, { nil: undefined }),
    action: fc.option(act, { nil: undefined }),
    resource: fc.option(record, { nil: undefined }),
    evaluations: fc.array(item, { minLength: 1, maxLength: 12 }),
    options: fc.record({ evaluations_semantic: semantic }),
  })
  type Parts = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>

  // Written from the text of §7 once more, without a look at the code: fill, judge, cut.
  function model(defaults: Parts, items: readonly Parts[], cut: boolean | undefined): boolean[] {
    const said: boolean[] = []
    for (const each of items) {
      const whole: Record<string, unknown> = {}
      for (const part of ['subject', 'action', 'resource']) {
        const [own, other] = [each[part], defaults[part]]
        whole[part] = own === undefined ? other : { ...own }
        for (const field of ['type', 'id', 'name'])
          if (own !== undefined && own[field] === undefined && other?.[field] !== undefined)
            (whole[part] as Record<string, unknown>)[field] = other[field]
      }
      const parsed = evaluationBody.safeParse(JSON.parse(JSON.stringify(whole)))
      said.push(parsed.success && fixtureRule(parsed.data))
      if (said.at(-1) === cut) break
    }
    return said
  }

  test('every item is answered in its place; a short circuit ends with the deciding one', async () => {
    const system = { system: 's', agency: 'a', isShadow: false }
    await fc.assert(
      fc.asyncProperty(batch, async (given) => {
        const body = evaluationsBody.parse(JSON.parse(JSON.stringify(given)))
        const answer = await answerMany(fixturePoint, system, body)
        if (!answer.ok || !('evaluations' in answer.value)) throw new Error('a batch answers with a batch')
        const cut = { execute_all: undefined, deny_on_first_deny: false, permit_on_first_permit: true }
        const expected = model(
          given as unknown as Parts,
          given.evaluations as unknown as Parts[],
          cut[given.options.evaluations_semantic as 'execute_all'],
        )
        expect(answer.value.evaluations.map(({ decision }) => decision)).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })
  test('other members of a default never flow into an item', () => {
    const defaults = { resource: { type: 'record', id: 'record-1', properties: { status: 'archived' } } }
    expect(withDefaults(defaults, { resource: { id: 'record-2' } })).toMatchObject({
      resource: { type: 'record', id: 'record-2' },
    })
    expect(withDefaults(defaults, { resource: { id: 'record-2' } })).not.toHaveProperty('resource.properties')
  })
})
