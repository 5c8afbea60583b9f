import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limitBodies } from '../../src/http/body-limits.ts'
import { createHealth, type HealthReason } from '../../src/http/health.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { buildServer } from '../../src/http/server.ts'
import { peopleServer } from './people-server.ts'

const PASSWORD = 'a password for tests'
const PROXY = '10.9.8.7'
const KEY = 'a key for figures'

let office: Awaited<ReturnType<typeof peopleServer>>
let server: Awaited<ReturnType<typeof buildServer>>
let reasons: readonly HealthReason[] = []
const logged: { readonly line: string; readonly fields: object }[] = []

beforeAll(async () => {
  office = await peopleServer()
  server = await buildServer({
    ...office.services,
    trustedProxies: [PROXY],
    publicHosts: ['shoumi.example.gov.tw'],
    log: (line, fields = {}) => void logged.push({ line, fields }),
    watch: {
      version: '9.9.9',
      reasons: async () => reasons,
      metrics: createMetrics([{ name: 'broken', help: 'x', read: () => Promise.reject(new Error('gone')) }], '9.9.9'),
      metricsKey: KEY,
    },
  })
})
afterAll(async () => {
  await server.close()
  await office.close()
})

const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  server.inject({ method: 'GET', url, headers: { host: '10.1.1.1:8790', ...headers }, remoteAddress })

describe('who watches the program', () => {
  test('is told by address, without a sign-in, that it is ready, or why it is not', async () => {
    reasons = []
    expect(await get('/healthz')).toMatchObject({ statusCode: 200 })
    reasons = ['database']
    const answer = await get('/healthz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({
      isAlive: true,
      isReady: false,
      reasons: [{ code: 'database', zh: '資料庫沒有回應。', en: 'The database does not answer.' }],
      version: '9.9.9',
    })
    expect((await get('/healthz/live')).statusCode).toBe(200)
    reasons = []
    expect((await get('/api/sign-in-ways')).statusCode).toBe(421)
  })

  test('reads figures on the machine itself or with the key, and not through a proxy', async () => {
    await get('/api/me', { host: 'localhost' })
    const answer = await get('/metrics', { host: 'localhost:8790' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toContain('text/plain')
    expect(answer.body).toMatch(
      /shoumi_http_request_duration_seconds_count\{method="GET",route="\/api\/me",status="401"\} 1/,
    )
    expect(answer.body).toContain('shoumi_broken Nan')
    expect((await get('/metrics', { host: 'evil.example' })).statusCode).toBe(404)
    expect((await get('/metrics', { host: 'localhost' }, '10.5.5.5')).statusCode).toBe(404)
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
      expect((await get('/metrics', { host: 'localhost', [name]: '127.0.0.1' })).statusCode).toBe(404)
    expect((await get('/metrics', { authorization: `Bearer ${KEY}` }, '10.5.5.5')).statusCode).toBe(200)
    expect((await get('/metrics', { authorization: 'Bearer wrong' }, '10.5.5.5')).statusCode).toBe(404)
  })

  test('finds in the log a failure under its route’s pattern and its reference, never under its address', async () => {
    await office.addAccount('watch-ethics', 'ethics', '')
    const headers = await office.headersOf('watch-ethics')
    const answer = await server.inject({ method: 'GET', url: '/api/verdicts?officer=A123456789', headers })
    expect(answer.statusCode).toBe(500)
    const about = logged.filter(({ fields }) => 'requestId' in fields && fields.requestId === answer.json().reference)
    expect(about.map(({ fields }) => fields)).toContainEqual(
      expect.objectContaining({ level: 'warn', route: '/api/verdicts', status: 500 }),
    )
    expect(JSON.stringify(logged)).not.toContain('A123456789')
  })
})

describe('health', () => {
  test('asks again only after a second, and a probe that fails or never answers is a reason', async () => {
    let asked = 0
    let nowMs = 0
    const health = createHealth(
      {
        database: async () => {
          asked++
          throw new Error('gone')
        },
        analytics: async () => true,
      },
      () => nowMs,
    )
    expect(await health()).toEqual(['database'])
    nowMs = 999
    await health()
    expect(asked).toBe(1)
    nowMs = 1001
    await health()
    expect(asked).toBe(2)
  })
})

describe('behind a proxy', () => {
  const signIn = (account: string, password: string, address: string, from = PROXY) =>
    server.inject({
      ...{ method: 'POST', url: '/api/session', remoteAddress: from },
      headers: { host: 'shoumi.example.gov.tw', 'x-forwarded-for': address },
      payload: { account, password },
    })
  const placeOf = async (account: string) =>
    (
      await office.database.query<{ place: string }>(
        'SELECT place FROM session WHERE account = $1 ORDER BY started_at DESC, place LIMIT 1',
        [account],
      )
    )[0]?.place

  test('the place of a sign-in is the person’s, told by a trusted proxy only', async () => {
    for (const account of ['proxied', 'direct']) {
      await office.addAccount(account, 'officer', 'land')
    }
    expect((await signIn('proxied', PASSWORD, '192.0.2.33')).statusCode).toBe(200)
    expect(await placeOf('proxied')).toBe('192.0.2.33')
    expect((await signIn('direct', PASSWORD, '192.0.2.34', '10.66.66.66')).statusCode).toBe(200)
    expect(await placeOf('direct')).toBe('10.66.66.66')
  })

  test('who guesses at one account shuts out nobody else, neither elsewhere nor at his own address', async () => {
    await office.addAccount('blameless', 'officer', 'land')
    const guesses: number[] = []
    for (let i = 0; i < 24; i++) guesses.push((await signIn('no-such-account', 'x', '192.0.2.50')).statusCode)
    expect(guesses.slice(0, 20)).toEqual(Array(20).fill(401))
    expect(guesses.slice(20)).toEqual(Array(4).fill(429))
    expect((await signIn('blameless', PASSWORD, '192.0.2.50')).statusCode).toBe(200)
    expect((await signIn('blameless', PASSWORD, '192.0.2.51')).statusCode).toBe(200)
  })

  test('one address cannot try account after account without end', async () => {
    const codes: number[] = []
    // Counted before anything of the body is looked at: a malformed one costs no work on a password here.
    for (let i = 0; i < 230; i++)
      codes.push((await signIn(`${i}-nobody-${'x'.repeat(300)}`, '', '192.0.2.60')).statusCode)
    expect(codes.filter((code) => code === 429).length).toBe(30)
  })
})

describe('a request that could be read two ways, or that no store could keep, is refused', () => {
  const raw = (text: string) =>
    new Promise<string>((done, failed) => {
      const { port } = server.server.address() as AddressInfo
      let got = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      socket.on('data', (part) => {
        got += String(part)
      })
      socket.on('close', () => done(got))
      socket.on('error', failed)
    })
  beforeAll(async () => void (await server.listen({ host: '127.0.0.1', port: 0 })))

  test.each([
    [
      'two hosts',
      'GET /api/sign-in-ways HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    ],
    [
      'another server’s address',
      'GET http://evil.example/api/sign-in-ways HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    ],
    ['a version we do not speak', 'GET /api/sign-in-ways HTTP/2.0\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ])('%s', async (_what, text) => {
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 (400|505)/)
  })

  test('U+0000 in a body, a query or a path', async () => {
    const headers = { host: 'localhost' }
    // A name with it is refused as any other that is nobody's, and recorded.
    const payload = { account: 'ethics\0', password: 'x' }
    expect((await server.inject({ method: 'POST', url: '/api/session', headers, payload })).statusCode).toBe(401)
    const signedIn = await office.headersOf('watch-ethics')
    for (const url of ['/api/verdicts?officer=a%00b', '/api/accesses/a%00b'])
      expect((await server.inject({ method: 'GET', url, headers: signedIn })).statusCode).toBe(400)
  })

  test.each(['Basic JXp6Ong=', 'Basic !!!', 'Basic AAA6eA==', 'Basic '])(
    'a malformed header of a system asking for a token (%s) is no error of ours',
    async (authorization) => {
      const answer = await server.inject({
        ...{ method: 'POST', url: '/oauth/token', headers: { host: 'localhost', authorization } },
        payload: { grant_type: 'client_credentials' },
      })
      expect(answer.statusCode).toBe(401)
      expect(answer.json()).toEqual({ error: 'invalid_client' })
    },
  )
})

describe('a body that does not come', () => {
  const limits = { wholeMs: 150, silentMs: 150, uploadMs: 100_000 }

  test.each([
    ['JSON', 'application/json'],
    ['a stream of bytes', 'application/octet-stream'],
  ])('ends the connection of %s', async (_what, type) => {
    const small = Fastify()
    small.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
    limitBodies(small, limits)
    small.post('/', async (request) => {
      for await (const _part of (request.body ?? []) as AsyncIterable<Buffer>);
      return {}
    })
    await small.listen({ host: '127.0.0.1', port: 0 })
    const { port } = small.server.address() as AddressInfo
    const closed = await new Promise<string>((done) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n{`),
      )
      socket.on('error', () => undefined)
      socket.on('close', () => done('closed'))
    })
    expect(closed).toBe('closed')
    await small.close()
  })
})
