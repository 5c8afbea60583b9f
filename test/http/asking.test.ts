import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { companyId, personId } from '../../sample/people.ts'
import { mix } from '../../sample/random.ts'
import { isNationalId } from '../../src/base/taiwan-id.ts'
import { asInstallation } from '../../src/base/tenant.ts'
import { sampleSystems } from '../../src/demo/sample-systems.ts'
import { POLICY_FOLDER } from '../../src/gate/policy-book.ts'
import { may } from '../../src/wire/permissions.ts'
import { temporaryDatabase } from '../engines.ts'
import { drawn } from '../thorough.ts'
import { allRoutes } from './every-route.ts'
import { type OneOffice, oneOffice } from './one-office.ts'

/**
 * An official against the mask: his query by company shows its members with the last four signs of their numbers covered.
 * He asks about every number that could be one of them, by every route he has, and must learn nothing.
 */
const CANDIDATES = drawn(8, 145)
const COMPANIES = 4
const COMPANY = companyId(1)
/** a member of the company, and party of the case that is not the attacker's */
const MEMBER = personId(
  Array.from({ length: 400 }, (_, i) => i).find((i) => mix(i, 41) % 10 < 7 && mix(i, 43) % COMPANIES === 1) ?? 0,
)
const [OTHERS_CASE, OWN_CASE, NO_CASE] = ['115保字1號', '115保字2號', '115保字404號']
const RECORDS = new Map<string, readonly (readonly string[])[]>([
  ['insurance case', [OTHERS_CASE, OWN_CASE].map((number) => [number, '審核', '', '2026-11-01', ''])],
  [
    'insurance party',
    [
      [OTHERS_CASE, MEMBER],
      [OWN_CASE, personId(399)],
    ],
  ],
  [
    'insurance assignment',
    [
      [OTHERS_CASE, '9999'],
      [OWN_CASE, '2105'],
    ],
  ],
  ['insurance portfolio', [['2105', COMPANY]]],
])

let office: OneOffice
let behind: Awaited<ReturnType<typeof temporaryDatabase>>
let policies: string

beforeAll(async () => {
  policies = await mkdtemp(join(tmpdir(), 'shoumi-unlimited-'))
  await cp(POLICY_FOLDER, policies, { recursive: true })
  // The limits of a day must not be all that stands in the way.
  const common = await readFile(join(policies, 'common.cedar'), 'utf8')
  await writeFile(join(policies, 'common.cedar'), common.replace(/subjectsToday >= \d+/g, 'subjectsToday >= 900000'))
  office = await oneOffice({ env: { SHOUMI_POLICIES: policies } })
  behind = await temporaryDatabase()
  const systems = sampleSystems(office.services.gate, behind.url, 'ab'.repeat(16))
  await systems.make({ persons: 400, companies: COMPANIES, parcels: 10 }, RECORDS)
  await asInstallation(() =>
    office.services.database.upkeep.query(
      "UPDATE account SET agency = 'insurance' WHERE account IN ('officer', 'supervisor')",
    ),
  )
})
afterAll(async () => {
  await office.close()
  await behind.close()
  await rm(policies, { recursive: true, force: true })
})

/** What an account asked stands in the ledger: so many events of these kinds. */
async function eventsOf(account: string, ...kinds: readonly string[]): Promise<number> {
  const [row] = await asInstallation(() =>
    office.services.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM event WHERE actor = $1 AND kind = ANY ($2)',
      [account, kinds],
    ),
  )
  return row?.n ?? 0
}
const ASKED = ['gate-refused', 'gate-asked', 'request-made', 'emergency-opened', 'disclosure-opened']

type Ask = Readonly<{
  query: string
  purpose: string
  caseNumber: string
  parameters: Readonly<Record<string, string>>
}>
const about = (person: string, purpose: string, caseNumber: string): Ask => ({
  ...{ query: 'insurance-member', parameters: { person }, purpose, caseNumber },
})

/** Every way in which an official can put a question about a person, by route. */
const WAYS: Readonly<Record<string, (ask: Ask) => readonly object[]>> = {
  'POST /api/gate/look': (ask) => ['query', 'export', 'print', 'copy'].map((act) => ({ ...ask, act })),
  'POST /api/gate/export': (ask) => ['csv', 'ods', 'pdf'].map((format) => ({ ...ask, act: 'query', format })),
  'POST /api/gate/requests': (ask) => [{ ...ask, act: 'query', justification: '申請人委託查詢投保資料' }],
  'POST /api/gate/emergencies': (ask) => [
    { ...ask, act: 'query', justification: '申請人委託查詢投保資料', assertion: {} },
  ],
}
/** Routes that take no person and answer of one's own affairs, of the catalogue, or of requests by their id. */
const WITHOUT_PERSON = new Set([
  'GET /api/gate/catalogue',
  'GET /api/gate/my-cases',
  'POST /api/gate/assignments',
  'GET /api/gate/requests',
  'POST /api/gate/requests/:id/look',
  'POST /api/gate/requests/:id/file',
  'POST /api/gate/requests/:id/confirmation',
  'POST /api/gate/requests/:id/withdrawal',
  'POST /api/gate/reviews/:id/statement',
  'GET /api/gate/reviews',
  'GET /api/gate/notices',
  'POST /api/gate/notices/read',
  'GET /api/demo/examples',
  'GET /api/demo/walk',
])

test('every route of the gate that an official may use is among those tried here', () => {
  const his = allRoutes.filter(
    ({ action, path }) => action !== 'public' && /gate|demo/.test(path) && may('officer', action),
  )
  const unknown = his.map(({ method, path }) => `${method} ${path}`).filter((each) => !WITHOUT_PERSON.has(each))
  expect(unknown.sort()).toEqual(Object.keys(WAYS).sort())
})

/** Numbers that show the same first six signs: the true one and others that could be it. */
function candidates(): readonly string[] {
  const ends = Array.from({ length: 10_000 }, (_, n) => MEMBER.slice(0, 6) + String(n).padStart(4, '0'))
  const others = ends.filter((each) => isNationalId(each) && each !== MEMBER)
  const few = others.filter((_, i) => i % Math.floor(others.length / CANDIDATES) === 0).slice(0, CANDIDATES - 1)
  const half = Math.floor(few.length / 2)
  return [...few.slice(0, half), MEMBER, ...few.slice(half)]
}

/** An answer without what is new in every answer: ids, hashes bound to what was asked, moments. */
const plain = (status: number, body: string): string =>
  `${status} ${body
    .replace(/"instance":"[^"]*"/g, '')
    .replace(/[0-9a-f]{64}/g, 'HASH')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/"(requestId|reference|ref)":"[^"]*"/g, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')}`

const MAX_BEFORE_A_NEW_SERVER = 1000
let sent = 0
/** One question. An account may ask only so much in a minute; a new server has not counted yet. */
async function put(account: string, method: string, url: string, payload?: object) {
  if (++sent % MAX_BEFORE_A_NEW_SERVER === 0) await office.renew()
  return office.send(account, method, url, payload)
}

describe.each(['officer', 'supervisor'])('a masked number, to whoever asks as %s', (account) => {
  test('is not made whole by any number of questions, and each of them stands in the ledger', async () => {
    const shown = await put(account, 'POST', '/api/gate/look', {
      ...{ query: 'insurance-company', parameters: { company: COMPANY }, purpose: 'company-care', caseNumber: '' },
      act: 'query',
    })
    if (account === 'officer') expect(shown.body).toContain(`${MEMBER.slice(0, 6)}****`)
    const sealed = await office.send('ethics', 'POST', '/api/gate/canaries', {
      identifier: MEMBER,
      kind: 'person',
      note: '試封存',
    })
    expect(sealed.statusCode, sealed.body).toBeLessThan(300)

    const before = await eventsOf(account, ...ASKED)
    const answers = new Map<string, Map<string, string>>()
    let [asked, aboutMember] = [0, 0]
    for (const person of candidates())
      for (const purpose of ['company-care', 'enrolment-review'])
        for (const caseNumber of ['', OTHERS_CASE, NO_CASE, OWN_CASE])
          for (const [way, bodiesOf] of Object.entries(WAYS)) {
            const [method = '', url = ''] = way.split(' ')
            for (const [n, body] of bodiesOf(about(person, purpose, caseNumber)).entries()) {
              const answer = await put(account, method, url, body)
              asked += 1
              if (person === MEMBER) aboutMember += 1
              expect([200, 403, 409, 422]).toContain(answer.statusCode)
              const question = `${way} ${n} ${purpose} ${caseNumber}`
              const told = answers.get(question) ?? new Map<string, string>()
              answers.set(question, told.set(person, plain(answer.statusCode, answer.body)))
              const { id } = answer.json<{ id?: string }>()
              if (id) await office.send(account, 'POST', `/api/gate/requests/${id}/withdrawal`)
            }
          }
    for (const [question, told] of answers)
      expect({ question, told: [...new Set(told.values())].length }).toEqual({ question, told: 1 })
    expect((await eventsOf(account, ...ASKED)) - before).toBe(asked)
    expect(await eventsOf(account, 'canary-read')).toBeGreaterThanOrEqual(aboutMember)
  }, 3_600_000)
})
