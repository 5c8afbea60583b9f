import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newCondition } from '../../src/analytics/damage.ts'
import { systemClock } from '../../src/base/clock.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Services } from '../../src/http/services.ts'
import { addCallingSystem } from '../../src/identity/calling-system.ts'
import { hashPassword } from '../../src/identity/password.ts'
import { type Action, type Actor, may, PERMISSIONS } from '../../src/wire/permissions.ts'
import { roleNames } from '../../src/wire/session.ts'
import { temporaryDatabase } from '../engines.ts'
import { NOBODY_OUTSIDE } from '../nobody-outside.ts'
import { allRoutes } from './every-route.ts'
import { passKeys } from './pass-keys.ts'
import { ACTORS, allowedBy, permissionsPage, routeTable } from './route-table.ts'
import { servicesOf } from './services-of.ts'

const PASSWORD = 'a password for tests'
const OPERATOR_TOKEN = 'operator-token-for-tests'
const PUBLIC_ROUTES = [
  'GET /log/checkpoint',
  'GET /log/tile/*',
  'POST /api/session',
  'GET /api/demo/accounts',
  'GET /api/sign-in-ways',
  'GET /auth/oidc',
  'GET /auth/oidc/callback',
  'GET /api/openapi.json',
  'GET /.well-known/authzen-configuration',
  'GET /.well-known/jwks.json',
  'POST /oauth/token',
]

const officials = roleNames.filter((role) => role !== 'outside-auditor' && role !== 'citizen')
/** The whole table, written out once more: a change of PERMISSIONS must be made here on purpose too. */
const EXPECTED: Readonly<Record<Action, readonly Actor[]>> = {
  'session.finish': [...roleNames],
  'session.own': [...roleNames],
  'guide.view': [...officials, 'outside-auditor'],
  'today.view': [...officials, 'outside-auditor'],
  'figures.view': ['ethics', 'auditor', 'head', 'outside-auditor'],
  'verdict.list': ['ethics', 'auditor', 'outside-auditor'],
  'verdict.export': ['ethics', 'auditor'],
  'access.view': ['ethics', 'auditor', 'outside-auditor'],
  'access.print': ['ethics', 'auditor'],
  'access.reveal': ['ethics'],
  'rule.view': ['ethics', 'auditor', 'head', 'security', 'outside-auditor'],
  'import.view': ['ethics', 'auditor', 'it', 'operator'],
  'import.prove': ['ethics', 'auditor', 'operator'],
  'import.run': ['ethics', 'it', 'operator'],
  'import.local': ['operator'],
  'run.view': ['ethics', 'auditor', 'it', 'operator'],
  'run.start': ['ethics', 'it', 'operator'],
  'ledger.view': ['ethics', 'auditor', 'security', 'it', 'head', 'outside-auditor', 'operator'],
  'ledger.open': ['ethics', 'auditor', 'outside-auditor'],
  'ledger.findings': ['ethics', 'auditor', 'security', 'head'],
  'ledger.note': ['ethics', 'security', 'head'],
  'ledger.sweep': ['ethics', 'security', 'head', 'it', 'operator'],
  'ledger.settle': ['ethics', 'security', 'head'],
  'erasure.view': ['ethics', 'auditor', 'archivist', 'head'],
  'erasure.ask': ['archivist', 'ethics'],
  'erasure.approve': ['head', 'ethics'],
  'hold.manage': ['ethics'],
  'gate.catalogue': officials,
  'gate.look': ['officer', 'supervisor'],
  'gate.approve': ['supervisor', 'head'],
  'gate.reviews': ['officer', 'supervisor', 'ethics', 'head'],
  'gate.judge': ['supervisor', 'ethics', 'head'],
  'gate.check': ['it', 'security', 'operator'],
  'point.ask': ['system'],
  'point.report': ['ethics', 'auditor', 'security', 'it', 'operator'],
  'system.view': ['it', 'security', 'auditor', 'operator'],
  'system.manage': ['it', 'operator'],
  'gate.trace': ['ethics'],
  'canary.manage': ['ethics', 'head'],
  'people.view': ['ethics', 'auditor', 'head', 'security', 'it', 'operator'],
  'people.manage': ['it'],
  'people.local': ['operator'],
  'people.provision': ['provisioner'],
  'account.add': ['operator'],
  'account.end': ['it', 'security', 'operator'],
  'account.review': ['ethics', 'auditor', 'security'],
  'change.view': ['it', 'security', 'ethics', 'auditor', 'head'],
  'change.propose': ['it', 'security', 'ethics', 'head'],
  'change.decide': ['security', 'ethics', 'head'],
  'change.fetch': ['it', 'security', 'ethics', 'head', 'operator'],
  'demo.remove': ['ethics', 'it'],
}
const actors = ACTORS

const TABLE = join(import.meta.dirname, 'route-table.txt')
const table = readFileSync(TABLE, 'utf8')

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let server: FastifyInstance
let folder: string
const headersOf = new Map<Actor, Record<string, string>>()

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-http-'))
  const hash = await hashPassword(PASSWORD)
  for (const role of roleNames) {
    await database.upkeep.query(
      'INSERT INTO account (account, name, unit, title, role, password_hash) VALUES ($1, $1, $1, $1, $1, $2)',
      [role, hash],
    )
  }
  server = await buildServer(refusingServices())
  for (const role of roleNames) headersOf.set(role, await signedIn(role))
  headersOf.set('operator', { authorization: `Bearer ${OPERATOR_TOKEN}` })
  const system = { system: 'calling', name: '測試系統', agency: 'land', isShadow: false, certificate: undefined }
  const added = await addCallingSystem({ database, clock: systemClock }, system, { account: 'operator', post: '' })
  headersOf.set('system', { authorization: `Bearer ${added.ok ? added.value : ''}` })
  const directory = { ...system, system: 'directory', isProvisioner: true }
  const told = await addCallingSystem({ database, clock: systemClock }, directory, { account: 'operator', post: '' })
  headersOf.set('provisioner', { authorization: `Bearer ${told.ok ? told.value : ''}` })
})
afterAll(async () => {
  await server.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

// Behind the door stands nothing: a request that is let in fails later, with another status than a refusal has.
function refusingServices(): Services {
  const nothing = new Proxy({}, { get: () => () => Promise.reject(new Error('reached')) })
  return servicesOf({
    database,
    clock: systemClock,
    condition: newCondition(),
    operatorToken: OPERATOR_TOKEN,
    organisation: '測試',
    uploadFolder: join(folder, 'uploads'),
    maxUploadBytes: 1000,
    webFolder: folder,
    origin: 'https://shoumi.example.gov.tw',
    publicHosts: ['shoumi.example.gov.tw'],
    isSecure: true,
    tls: undefined,
    oidc: undefined,
    directory: undefined,
    log: () => undefined,
    openings: () => Promise.reject(new Error('reached')),
    evidence: nothing,
    ledger: Object.assign(Object.create(nothing), { refusal: () => undefined, outside: () => NOBODY_OUTSIDE }),
    records: { ...nothing, open: () => 0, sweptAt: () => undefined },
    keysBesideData: false,
    reconcile: nothing,
    guide: nothing,
    gate: nothing,
    desk: nothing,
    point: nothing,
    changes: nothing,
    uploads: nothing,
    staff: { ...nothing, scim: { user: nothing, group: nothing }, principals: async () => [] },
    demo: {
      isLoaded: async () => false,
      remove: async () => undefined,
      examples: async () => [],
      walk: async () => ({ steps: [] }),
    },
    accessReport: nothing,
  })
}

async function signedIn(account: string): Promise<Record<string, string>> {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/session',
    headers: { host: 'localhost' },
    payload: { account, password: PASSWORD },
  })
  expect(answer.statusCode).toBe(200)
  await passKeys(database)
  const jar = Object.fromEntries(answer.cookies.map((each) => [each.name, each.value]))
  return {
    cookie: `__Host-shoumi_session=${jar['__Host-shoumi_session']}`,
    'x-shoumi-csrf': jar['__Host-shoumi_csrf'] ?? '',
  }
}

// The table has more rows than one address may ask in a minute; each hundred comes from an address of its own.
let sent = 0
const send = (method: string, path: string, headers: Record<string, string>) =>
  server.inject({
    remoteAddress: `10.0.0.${1 + Math.floor(sent++ / 100)}`,
    method: method as 'GET',
    url: path.replace(/:\w+/g, '00000000'),
    headers: { host: 'localhost', ...headers },
  })

describe('the permission table', () => {
  test('is what was agreed, for every action and every actor', () => {
    for (const action of Object.keys(EXPECTED) as Action[]) {
      expect({ action, actors: actors.filter((actor) => may(actor, action)) }).toEqual({
        action,
        actors: actors.filter((actor) => EXPECTED[action].includes(actor)),
      })
    }
    expect(Object.keys(PERMISSIONS).sort()).toEqual(Object.keys(EXPECTED).sort())
  })

  test('is written out by role and route where it is reviewed and published: npm run permissions', async () => {
    expect(await readFile(TABLE, 'utf8')).toBe(routeTable())
    expect(await readFile(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8')).toBe(permissionsPage())
    expect(allRoutes.filter((each) => !allowedBy(table, each))).toEqual([])
  })

  test('leaves open only the routes that must be', () => {
    const open = allRoutes.filter((each) => each.action === 'public').map((each) => `${each.method} ${each.path}`)
    expect(open.sort()).toEqual([...PUBLIC_ROUTES].sort())
  })
})

describe.each(
  allRoutes.filter((each) => each.action !== 'public').map((each) => [`${each.method} ${each.path}`, each] as const),
)('%s', (_name, each) => {
  test('refuses who is not signed in', async () => {
    expect((await send(each.method, each.path, {})).statusCode).toBe(401)
    expect((await send(each.method, each.path, { authorization: 'Bearer wrong' })).statusCode).toBe(401)
    expect((await send(each.method, each.path, { cookie: '__Host-shoumi_session=forged' })).statusCode).toBe(401)
  })

  // Signing out would end the session the other cases use; its refusals are covered above.
  test.runIf(each.path !== '/api/session')('lets in exactly the actors of its line in route-table.txt', async () => {
    const allowed = allowedBy(table, each)
    for (const actor of actors) {
      const status = (await send(each.method, each.path, headersOf.get(actor) ?? {})).statusCode
      const isAllowed = allowed?.includes(actor)
      expect({ actor, isRefused: status === 403 || status === 401 }).toEqual({ actor, isRefused: !isAllowed })
    }
  })

  test.runIf(each.method !== 'GET')('refuses a signed-in person without the CSRF token of his session', async () => {
    for (const role of roleNames) {
      const { cookie = '' } = headersOf.get(role) ?? {}
      expect((await send(each.method, each.path, { cookie })).statusCode).toBe(403)
    }
  })
})

test('answers only under its own names, so that a hostile page cannot reach it under another', async () => {
  const ask = (host: string) => server.inject({ method: 'GET', url: '/api/openapi.json', headers: { host } })
  for (const host of ['localhost', '127.0.0.1:8790', 'shoumi.example.gov.tw'])
    expect((await ask(host)).statusCode).toBe(200)
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'shoumi.example.gov.tw.evil.example'])
    expect((await ask(host)).statusCode).toBe(421)
})

test('sets strict cookies and a strict content policy', async () => {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/session',
    headers: { host: 'localhost' },
    payload: { account: 'head', password: PASSWORD },
  })
  const session = answer.cookies.find((each) => each.name === '__Host-shoumi_session')
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' })
  const policy = String(answer.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers['x-frame-options'] ?? policy).toMatch(/frame-ancestors 'none'|DENY|SAMEORIGIN/)
})

test('refuses malformed input with words, never with a crash or an echo', async () => {
  const bad = await server.inject({
    method: 'POST',
    url: '/api/session',
    headers: { host: 'localhost', 'content-type': 'application/json' },
    payload: '{"account":',
  })
  expect(bad.statusCode).toBe(400)
  expect(bad.json()).toMatchObject({ code: 'bad-request', advice: expect.stringContaining('請') })
  const query = await send('GET', '/api/verdicts?limit=1000000', headersOf.get('ethics') ?? {})
  expect(query.statusCode).toBe(400)
  const huge = await server.inject({
    method: 'POST',
    url: '/api/session',
    headers: { host: 'localhost', 'content-type': 'application/json' },
    payload: JSON.stringify({ account: 'x'.repeat(2_000_000), password: 'x' }),
  })
  expect(huge.statusCode).toBe(413)
})
