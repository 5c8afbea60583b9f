import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asInstallation } from '../../src/base/tenant.ts'
import type { Route } from '../../src/edge/route.ts'
import { roleNames } from '../../src/wire/session.ts'
import { allRoutes } from './every-route.ts'
import { passKeys } from './pass-keys.ts'
import { FOREIGN_NAME, type ForeignId, MARK, PASSWORD, type TwoAgencies, twoAgencies } from './two-agencies.ts'

let world: TwoAgencies
const headersOf = new Map<string, Record<string, string>>()
const LAND = roleNames.map((role) => `land-${role}`)

beforeAll(async () => {
  world = await twoAgencies()
  for (const account of [...LAND, 'pol-ethics', 'county-ethics', 'county-it', 'county-head', 'both-ethics'])
    headersOf.set(account, await signIn(account))
  headersOf.set('land-system', { authorization: `Bearer ${world.systemKeys.land}` })
  headersOf.set('land-directory', { authorization: `Bearer ${world.systemKeys.landDirectory}` })
  headersOf.set('pol-system', { authorization: `Bearer ${world.systemKeys.police}` })
})
afterAll(() => world.close())

async function signIn(account: string): Promise<Record<string, string>> {
  const answer = await world.server.inject({
    method: 'POST',
    url: '/api/session',
    remoteAddress: `10.1.0.${headersOf.size + 1}`,
    headers: { host: 'localhost' },
    payload: { account, password: PASSWORD },
  })
  expect({ account, status: answer.statusCode }).toEqual({ account, status: 200 })
  await passKeys(world.services.database)
  const jar = Object.fromEntries(answer.cookies.map((each) => [each.name, each.value]))
  return { cookie: `shoumi_session=${jar['shoumi_session']}`, 'x-shoumi-csrf': jar['shoumi_csrf'] ?? '' }
}

let sent = 0
async function send(account: string, method: string, url: string, payload?: object) {
  const answer = await world.server.inject({
    method: method as 'GET',
    url,
    // one address may ask only so much in a minute
    remoteAddress: `10.${2 + Math.floor(sent / 25_000)}.${Math.floor(sent / 100) % 250}.${1 + (sent++ % 2)}`,
    headers: { host: 'localhost', 'idempotency-key': 'tenant-test-key', ...headersOf.get(account) },
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, text: answer.body }
}

const QUESTION = {
  query: 'police-person',
  parameters: { id: 'A123456789' },
  purpose: 'criminal-case',
  caseNumber: `${MARK}1號`,
  justification: '試著看別的機關的資料',
  assertion: {},
  format: 'pdf',
}
const AUTHZEN = {
  subject: { type: 'user', id: 'pol-officer' },
  action: { name: 'query' },
  resource: { type: 'query', id: 'police-person' },
  context: { purpose: 'criminal-case', case: `${MARK}1號`, parameters: { id: 'A123456789' } },
}
const DENIAL = { evaluation_id: '00000000-0000-4000-8000-000000000000', binding_token: 'x'.repeat(20) }

const SCIM_USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const SCIM_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
}

/** What is tried at each route that takes something: a route that is not here fails the test. Null: its body names nothing. */
const ATTEMPTS: Readonly<Record<string, object | null>> = {
  'POST /api/ledger/findings/:id/note': { reason: '試著註記別人的差異' },
  'POST /api/ledger/sweep': null,
  'POST /api/accounts': {
    account: 'pol-new',
    name: 'x',
    unit: 'x',
    title: 'x',
    role: 'officer',
    agency: 'police',
    password: PASSWORD,
  },
  'DELETE /api/session': null,
  'DELETE /api/demo': { confirm: '移除示範資料' },
  'POST /api/imports/preview': null,
  'POST /api/imports': {
    ...{ uploadId: DENIAL.evaluation_id, fileName: 'x.csv', target: 'access', agency: 'police', system: 'pol-log' },
    mapping: { target: 'access', agency: 'police', columns: {} },
  },
  'POST /api/imports/local': null,
  'POST /api/runs': {},
  'POST /api/gate/look': QUESTION,
  'POST /api/gate/export': QUESTION,
  'POST /api/gate/assignments': { agency: 'police', caseNumber: `${MARK}1號`, reason: '請分給我這個案件' },
  'POST /api/gate/trace': { code: 'CODE', reason: '追查別的機關' },
  'POST /api/gate/canaries': { kind: 'person', identifier: 'A123456789', note: 'x' },
  'DELETE /api/gate/canaries/:subject': null,
  'POST /api/me/passkeys/options': {},
  'POST /api/me/account/read': {},
  'POST /api/me/passkeys': { name: 'x', response: {} },
  'DELETE /api/me/passkeys/:id': null,
  'POST /api/me/presence/options': {},
  'POST /api/me/presence': { response: {} },
  'DELETE /api/me/sessions/:id': null,
  'POST /api/me/password': { current: 'wrong', next: 'another password' },
  'DELETE /api/accounts/:account': null,
  'POST /api/gate/requests': QUESTION,
  'POST /api/gate/requests/:id/look': {},
  'POST /api/gate/requests/:id/file': { format: 'pdf' },
  'POST /api/gate/requests/:id/confirmation': { assertion: {} },
  'POST /api/gate/requests/:id/withdrawal': {},
  'POST /api/gate/emergencies': QUESTION,
  'POST /api/gate/reviews/:id/statement': { statement: '別人的緊急調閱說明' },
  'POST /api/gate/inbox/:id/verdict': { verdict: 'reject', reason: '駁回別的機關的申請', assertion: {} },
  'POST /api/gate/reviews/:id/conclusion': { conclusion: 'unjustified', remark: '審查別的機關的調閱' },
  'POST /api/gate/notices/read': {},
  'POST /access/v1/search/subject': { ...AUTHZEN, subject: { type: 'user' } },
  'POST /access/v1/search/resource': { ...AUTHZEN, resource: { type: 'query' } },
  'POST /access/v1/search/action': AUTHZEN,
  'POST /access/v1/evaluation': AUTHZEN,
  'POST /access/v1/evaluations': { evaluations: [AUTHZEN] },
  'POST /access/v1/receipts': { evaluation_id: 'EVALUATION', fulfilled: [], rows: 1 },
  'POST /access/v1/requests': {
    ...AUTHZEN,
    denial: DENIAL,
    context: { ...AUTHZEN.context, business_justification: '業務需要' },
  },
  'POST /access/v1/requests/:id/cancel': {},
  'POST /api/calling-systems': { system: 'pol-system', name: 'x', agency: 'police', isShadow: false },
  'DELETE /api/calling-systems/:system': null,
  'POST /api/ledger/settlement': { reason: '續寫別的機關的帳冊' },
  'POST /api/ledger/erasures': { month: '2026-01', basis: '銷毀別的機關' },
  'POST /api/ledger/erasures/:id/approval': {},
  'POST /api/ledger/holds': { month: '2031-01', reason: '保全別的機關' },
  'POST /api/ledger/holds/:id/lift': { reason: '解除別的機關' },
  'POST /api/people/preview': null,
  'POST /api/people/imports': {
    ...{ uploadId: DENIAL.evaluation_id, agency: 'police', asOf: '2026-11-20', fileName: 'x.csv' },
    digest: '0'.repeat(64),
  },
  'POST /api/people/local': null,
  'POST /scim/v2/Users': { schemas: [SCIM_USER], userName: 'pol-officer', externalId: 'POL-77', active: false },
  'PUT /scim/v2/Users/:id': { schemas: [SCIM_USER], userName: 'pol-staff', externalId: 'POL-77', active: false },
  'PATCH /scim/v2/Users/:id': PATCH,
  'DELETE /scim/v2/Users/:id': null,
  'POST /scim/v2/Groups': { schemas: [SCIM_GROUP], displayName: '新單位', externalId: 'land-u2', members: [] },
  'PUT /scim/v2/Groups/:id': { schemas: [SCIM_GROUP], displayName: 'x', members: [{ value: 'POL-77' }] },
  'PATCH /scim/v2/Groups/:id': { ...PATCH, Operations: [{ op: 'remove', path: 'members' }] },
  'DELETE /scim/v2/Groups/:id': null,
  'POST /api/changes': {
    ...{ kind: 'role', reason: '改別的機關的職務' },
    value: { account: 'pol-officer', role: 'head', agency: 'land' },
  },
  'POST /api/changes/:id/verdict': { verdict: 'refuse', reason: '退回別的機關的變更', assertion: {} },
  'POST /api/changes/:id/withdrawal': {},
  'POST /api/changes/:id/slip': {},
  'POST /api/accesses/:id/reveal': { what: 'subject', reason: '想知道別的機關查了誰' },
}

const guarded = allRoutes.filter(({ action }) => action !== 'public')
const nameOf = ({ method, path }: Route) => `${method} ${path}`

/** The addresses of a route with each id of the other agency in each of its places. */
function addressesOf({ path }: Route): string[] {
  const ids = [...Object.values(world.foreign), 'pol-officer', 'pol-system', `${FOREIGN_NAME}log`, 'POL-77', 'pol-u']
  const filled = /:\w+/.test(path) ? ids.map((id) => path.replace(':line', '1').replace(/:\w+/, id)) : [path]
  return filled.flatMap((address) => [address, ...(QUERIES[path] ?? []).map((query) => `${address}?${query}`)])
}
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/api/verdicts': ['system=pol-log', 'agency=police', 'officer=police:100', `text=${MARK}`],
  '/api/verdicts/summary': ['system=pol-log', 'agency=police'],
  '/api/verdicts/export': ['format=csv', 'format=jsonl', 'format=ods&agency=police'],
  '/api/gate/my-cases': ['agency=police'],
  '/api/people': ['agency=police', `text=${MARK}`],
  '/api/people/preview': ['agency=police&fileName=x.csv'],
  '/scim/v2/Users': ['filter=userName%20eq%20%22pol-staff%22'],
  '/api/imports/mapping': ['target=access&agency=police&system=pol-log'],
  '/api/imports/preview': ['target=access&agency=police&fileName=x.csv'],
}

/** Everything of the police as it stands in PostgreSQL, in one text. */
async function policeRows(): Promise<string> {
  const tables = [
    'account',
    'import',
    'disclosure',
    'gate_request',
    'gate_review',
    'canary',
    'calling_system',
    'evaluation',
    'unit',
    'term',
    'staff_import',
    'scim_resource',
  ]
  const rowsOf = (table: string) =>
    world.services.database.query(
      `SELECT string_agg(t::text, E'\\n' ORDER BY t::text) AS rows FROM ${table} t WHERE agency = 'police'`,
    )
  return JSON.stringify(await asInstallation(() => Promise.all([...tables, 'source_system', 'event'].map(rowsOf))))
}

/** Whether an answer shows anything of the police: a marked text, a name, or an id that was not asked with. */
function shown(text: string, asked: string): readonly string[] {
  const signs = [MARK, ...Object.values(world.foreign), FOREIGN_NAME].filter((sign) => !asked.includes(sign))
  return signs.filter((sign) => text.includes(sign))
}

describe('a person of one agency', () => {
  test('is tried at every route there is', () => {
    const changing = guarded.filter(({ method }) => method !== 'GET').map(nameOf)
    expect(changing.filter((name) => !(name in ATTEMPTS))).toEqual([])
    expect(Object.keys(ATTEMPTS).filter((name) => !changing.includes(name))).toEqual([])
  })

  test.each([...LAND, 'land-system', 'land-directory'])(
    '%s sees nothing of another agency by any route that answers',
    async (account) => {
      const leaks: object[] = []
      for (const each of guarded.filter(({ method }) => method === 'GET')) {
        for (const address of addressesOf(each)) {
          const { text, status } = await send(account, 'GET', address)
          const found = shown(text, address)
          if (found.length > 0 || status >= 500) leaks.push({ address, status, found })
        }
      }
      expect(leaks).toEqual([])
    },
  )

  test.each([...LAND, 'land-system', 'land-directory'])(
    '%s changes nothing there, and learns nothing by trying',
    async (account) => {
      const before = await policeRows()
      const wrong: object[] = []
      for (const each of guarded.filter(({ method, path }) => method !== 'GET' && path !== '/api/session')) {
        const body = bodyOf(each)
        for (const address of addressesOf(each)) {
          const { text, status } = await send(account, each.method, address, body)
          const found = shown(text, `${address}${JSON.stringify(body)}`)
          if (found.length > 0 || status >= 500) wrong.push({ method: each.method, address, status, found })
        }
      }
      expect(wrong).toEqual([])
      expect(await policeRows()).toBe(before)
    },
  )
})

function bodyOf(each: Route): object | undefined {
  const body = ATTEMPTS[nameOf(each)]
  if (!body) return undefined
  const { code, evaluation } = world.foreign
  return JSON.parse(JSON.stringify(body).replace('CODE', code).replace('EVALUATION', evaluation)) as object
}

describe('who serves an agency', () => {
  const REACHED: readonly (readonly [string, ForeignId | ''])[] = [
    ['/api/verdicts', ''],
    ['/api/verdicts/export?format=csv', ''],
    ['/api/accesses/:id', 'access'],
    ['/api/imports', ''],
    ['/api/imports/:id', 'import'],
    ['/api/systems', ''],
    ['/api/ledger/events', ''],
    ['/api/ledger/events/:id', 'event'],
    ['/api/gate/canaries', ''],
    ['/api/gate/reviews', ''],
    ['/api/accounts/review', ''],
    ['/api/shadow-report', ''],
  ]

  test.each(['pol-ethics', 'both-ethics', 'county-ethics'])('%s sees what belongs to it', async (account) => {
    for (const [path, id] of REACHED) {
      const address = id === '' ? path : path.replace(':id', world.foreign[id])
      const { status, text } = await send(account, 'GET', address)
      expect({ address, status, isShown: text.includes(MARK) || text.includes(FOREIGN_NAME) }).toEqual({
        ...{ address, status: 200, isShown: true },
      })
    }
    const traced = await send(account, 'POST', '/api/gate/trace', {
      code: world.foreign.code,
      reason: '追查自己的機關',
    })
    expect(traced.text).toContain(MARK)
  })

  test('an office above the agencies alone acts on the whole installation, and sees a run’s figures', async () => {
    const body = { month: '2031-01', reason: '全案保全' }
    expect((await send('both-ethics', 'POST', '/api/ledger/holds', body)).status).toBe(403)
    expect((await send('county-ethics', 'POST', '/api/ledger/holds', body)).status).toBe(200)
    const runOf = async (account: string) => {
      const { runs } = JSON.parse((await send(account, 'GET', '/api/runs')).text) as {
        runs: { accesses: number | null }[]
      }
      return runs.at(-1)?.accesses
    }
    expect(await runOf('county-ethics')).toBe(6)
    expect(await runOf('land-ethics')).toBeNull()
  })

  test('every look at an access is found by the agency whose access it was', async () => {
    await send('county-ethics', 'GET', `/api/accesses/${world.foreign.access}`)
    const seen = async (account: string) => (await send(account, 'GET', '/api/ledger/events?limit=200')).text
    expect(await seen('pol-ethics')).toContain('county-ethics')
    expect(await seen('land-ethics')).not.toContain(world.foreign.access)
  })

  test('a citizen has his own sign-in and his own acts, and nothing else', async () => {
    const open: string[] = []
    for (const each of guarded.filter(({ method }) => method === 'GET'))
      for (const address of addressesOf(each).slice(0, 1))
        if ((await send('land-citizen', 'GET', address)).status === 200) open.push(each.path)
    expect(open.sort()).toEqual([
      '/api/gate/notices',
      '/api/me',
      '/api/me/account',
      '/api/me/acts',
      '/api/me/passkeys',
      '/api/me/sessions',
      '/api/warnings',
    ])
    expect((await send('land-citizen', 'GET', '/api/me/acts')).text).toContain('sign-in')
  })
})
