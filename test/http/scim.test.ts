import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recorded } from '../../src/database/database.ts'
import { addCallingSystem } from '../../src/identity/port.ts'
import { recordEvent } from '../../src/ledger/port.ts'
import { staffEvent } from '../../src/organisation/import-staff.ts'
import { noteRole } from '../../src/organisation/port.ts'
import { peopleServer } from './people-server.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

let office: Awaited<ReturnType<typeof peopleServer>>
const keys = new Map<string, string>()

beforeAll(async () => {
  office = await peopleServer()
  for (const [system, agency, isProvisioner] of [
    ['entra', 'land', true],
    ['police-idp', 'police', true],
    ['counter', 'land', false],
  ] as const) {
    const given = { system, name: system, agency, isShadow: false, isProvisioner, certificate: undefined }
    const added = await addCallingSystem(office, given, { account: 'operator', post: '' })
    keys.set(system, added.ok ? added.value : '')
  }
})
afterAll(() => office.close())

async function scim(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  system = 'entra',
) {
  const answer = await office.server.inject({
    ...{ method, url: `/scim/v2${path}` },
    headers: {
      ...{ host: 'localhost', authorization: `Bearer ${keys.get(system)}` },
      ...(body && { 'content-type': 'application/scim+json; charset=utf-8' }),
    },
    ...(body && { payload: JSON.stringify(body) }),
  })
  return {
    status: answer.statusCode,
    type: answer.headers['content-type'],
    body: answer.body === '' ? undefined : answer.json(),
  }
}

/** The same, with another person's word on what of it takes two; answers with how things stand then. */
async function agreed(method: 'POST' | 'PUT' | 'PATCH', path: string, body: object) {
  const told = await scim(method, path, body)
  for (const each of await office.agree()) if (!each.ok) throw new Error(JSON.stringify(each.error))
  const id = (body as { [ENTERPRISE]?: { employeeNumber: string } })[ENTERPRISE]?.employeeNumber
  const after = await scim('GET', method === 'POST' ? `${path}/${id}` : path)
  return { told, status: after.status, body: after.body }
}
const person = (number: string, more: object = {}, extension: object = {}) => ({
  schemas: [USER, ENTERPRISE],
  externalId: `guid-${number}`,
  userName: `User${number}@agency.gov.tw`,
  displayName: `王${number}`,
  name: { familyName: '王', givenName: number },
  title: '課員',
  active: true,
  emails: [{ primary: true, type: 'work', value: `user${number}@agency.gov.tw` }],
  [ENTERPRISE]: { employeeNumber: number, department: '登記課', organization: '地政事務所', ...extension },
  ...more,
})
const patch = (...Operations: readonly object[]) => ({ schemas: [PATCH], Operations })
const created = async (number: string, more: object = {}) => {
  const answer = await scim('POST', '/Users', person(number, more))
  expect(answer.status).toBe(201)
  return answer.body
}
/** … with what takes two agreed on. */
const createdAgreed = async (number: string, more: object = {}) => {
  const answer = await agreed('POST', '/Users', person(number, more))
  expect(answer.status).toBe(200)
  return answer.body
}
const account = async (name: string) =>
  (await office.database.query('SELECT role, ended_at IS NOT NULL AS ended FROM account WHERE account = $1', [name]))[0]

describe('a leaver leaves whatever else the same message says', () => {
  test.each<[string, object]>([
    [
      'a value path on an address that is not kept',
      patch(
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'x@agency.gov.tw' },
        { op: 'Replace', path: 'active', value: 'False' },
      ),
    ],
    [
      'attributes that are not kept, each by its path',
      patch(
        { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '0912' },
        { op: 'replace', path: 'addresses[type eq "work"].locality', value: '雲山' },
        { op: 'replace', path: 'nickName', value: '小' },
        { op: 'replace', path: 'urn:example:other:2.0:User:floor', value: '3' },
        { op: 'replace', path: 'active', value: false },
      ),
    ],
    ['active as a list of one', patch({ op: 'replace', path: 'active', value: ['False'] })],
    ['active as a list of one value', patch({ op: 'replace', path: 'active', value: [{ value: 'false' }] })],
    ['active under the whole name of its schema', patch({ op: 'Replace', path: `${USER}:active`, value: 'FALSE' })],
    [
      'operations in small letters',
      { schemas: [PATCH], operations: [{ Op: 'Replace', Path: 'active', Value: 'False' }] },
    ],
    [
      'one value without a path, dotted and filtered names in it',
      patch({
        op: 'replace',
        value: { 'emails[type eq "work"].value': 'x', 'name.givenName': '乙', active: 'False', locale: 'zh-TW' },
      }),
    ],
  ])('%s', async (told, body) => {
    const number = `L${told.length}`
    await created(number)
    const answer = await scim('PATCH', `/Users/${number}`, body)
    expect(answer).toMatchObject({ status: 200, body: { active: false } })
    expect(await account(`user${number.toLowerCase()}@agency.gov.tw`)).toMatchObject({ ended: true })
  })

  test('a message that names nothing that is kept changes nothing and is answered with how things stand', async () => {
    await created('7500')
    const answer = await scim(
      'PATCH',
      '/Users/7500',
      patch({ op: 'add', path: 'emails[type eq "home"].value', value: 'y' }),
    )
    expect(answer).toMatchObject({ status: 200, body: { active: true, userName: 'user7500@agency.gov.tw' } })
  })

  test('a name that no schema has is told as a mistake', async () => {
    await created('7501')
    expect((await scim('PATCH', '/Users/7501', patch({ op: 'replace', path: 'actve', value: 'False' }))).status).toBe(
      400,
    )
    expect((await scim('PATCH', '/Users/7501', { schemas: [PATCH] })).status).toBe(400)
  })
})

describe('a user', () => {
  test('is created with the enterprise extension, and read back', async () => {
    const body = await created('1001')
    expect(body).toMatchObject({
      ...{ id: '1001', externalId: 'guid-1001', userName: 'user1001@agency.gov.tw', active: true, title: '課員' },
      groups: [{ value: '登記課', display: '登記課' }],
      [ENTERPRISE]: { employeeNumber: '1001', department: '登記課' },
      meta: { resourceType: 'User', location: 'http://localhost/scim/v2/Users/1001' },
    })
    const read = await scim('GET', '/Users/1001')
    expect(read).toMatchObject({ status: 200, body })
    expect(read.type).toContain('application/scim+json')
    expect(await account('user1001@agency.gov.tw')).toEqual({ role: 'officer', ended: false })
  })

  test('is found by userName whatever its case, and by externalId; nobody is an empty list', async () => {
    await created('1002')
    for (const filter of [
      'userName eq "USER1002@agency.gov.tw"',
      'externalId eq "guid-1002"',
      'id eq "1002" and active eq true',
    ])
      expect((await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body).toMatchObject({
        ...{ totalResults: 1, startIndex: 1, itemsPerPage: 1, Resources: [{ id: '1002' }] },
      })
    const none = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "nobody@x"')}`)
    expect(none.body).toMatchObject({ totalResults: 0, Resources: [] })
  })

  test('is refused a filter that is not understood, instead of being given everything', async () => {
    for (const filter of [
      'userName sw "a"',
      'not (userName eq "a")',
      'emails[type eq "work"].value eq "x"',
      'userName eq',
      'nonsense',
    ])
      expect(await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)).toMatchObject({
        ...{ status: 400, body: { status: '400', scimType: 'invalidFilter' } },
      })
  })

  test('is paged from 1, and a page beyond the end is empty', async () => {
    await created('1003')
    const all = (await scim('GET', '/Users')).body
    const [first, second] = [
      (await scim('GET', '/Users?count=1')).body,
      (await scim('GET', '/Users?startIndex=2&count=1')).body,
    ]
    expect([first.Resources[0].id, second.Resources[0].id]).toEqual([all.Resources[0].id, all.Resources[1].id])
    expect(first.totalResults).toBe(all.totalResults)
    expect((await scim('GET', '/Users?startIndex=9999')).body).toMatchObject({ itemsPerPage: 0, Resources: [] })
    expect((await scim('GET', '/Users?count=0')).body.Resources).toEqual([])
    expect((await scim('GET', '/Users?startIndex=0&count=1')).body.startIndex).toBe(1)
  })

  test('is refused twice: the same number, and a userName that is or was another’s', async () => {
    await created('1004')
    expect(await scim('POST', '/Users', person('1004'))).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    })
    expect(await scim('POST', '/Users', person('1005', { userName: 'user1004@agency.gov.tw' }))).toMatchObject({
      status: 409,
    })
    await scim('DELETE', '/Users/1004')
    expect(await scim('POST', '/Users', person('1005', { userName: 'user1004@agency.gov.tw' }))).toMatchObject({
      status: 409,
    })
  })

  test('is refused when malformed, in the form of the RFC and without quoting a value', async () => {
    for (const bad of [
      { userName: undefined },
      { userName: '王 小明' },
      { active: 'maybe' },
      { roles: [{ value: 'head' }] },
      { roles: [{ value: 'ethics' }] },
    ]) {
      const answer = await scim('POST', '/Users', person('1006', bad))
      expect(answer).toMatchObject({ status: 400, body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] } })
      expect(JSON.stringify(answer.body)).not.toContain('王')
    }
    expect((await scim('GET', '/Users/1006')).status).toBe(404)
    const answer = await office.server.inject({
      ...{ method: 'POST', url: '/scim/v2/Users', payload: '{' },
      headers: {
        host: 'localhost',
        authorization: `Bearer ${keys.get('entra')}`,
        'content-type': 'application/scim+json',
      },
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ status: '400' })
  })

  test('is replaced: what is not said any more is gone, his number stays', async () => {
    await created('1007')
    const { title: _, ...rest } = person(
      '1007',
      { displayName: '王改名', roles: [{ value: 'supervisor' }] },
      { department: '測量課' },
    )
    expect((await agreed('PUT', '/Users/1007', rest)).body).toMatchObject({
      ...{ displayName: '王改名', roles: [{ value: 'supervisor' }], [ENTERPRISE]: { department: '測量課' } },
    })
    expect((await scim('GET', '/Users/1007')).body.title).toBeUndefined()
    expect(await account('user1007@agency.gov.tw')).toEqual({ role: 'supervisor', ended: false })
    const renumbered = await scim('PUT', '/Users/1007', person('1007', {}, { employeeNumber: '9' }))
    expect(renumbered).toMatchObject({ status: 400, body: { scimType: 'mutability' } })
  })
})

describe('a patch', () => {
  const OFF: readonly (readonly [string, object])[] = [
    ['Entra, text', patch({ op: 'Replace', path: 'active', value: 'False' })],
    ['Entra, boolean', patch({ op: 'Replace', path: 'active', value: false })],
    ['Entra, without a path', patch({ op: 'Replace', value: { active: 'False' } })],
    ['Okta', patch({ op: 'replace', value: { active: false } })],
    ['the RFC', patch({ op: 'replace', path: 'active', value: false })],
  ]
  test.each(OFF)('of active as %s sends it ends account and session at once', async (_how, body) => {
    const number = `20${OFF.findIndex(([, each]) => each === body)}`
    await created(number)
    const name = `user${number}@agency.gov.tw`
    const headers = await office.headersOf(name)
    const me = () => office.server.inject({ method: 'GET', url: '/api/me', headers })
    expect((await me()).statusCode).toBe(200)
    expect(await scim('PATCH', `/Users/${number}`, body)).toMatchObject({ status: 200, body: { active: false } })
    expect((await me()).statusCode).toBe(401)
    expect(await account(name)).toEqual({ role: 'officer', ended: true })
    const back = await agreed('PATCH', `/Users/${number}`, patch({ op: 'Replace', path: 'active', value: 'True' }))
    expect(back.told.body).toMatchObject({ active: false, 'urn:shoumi:scim:waiting': { state: 'waits' } })
    expect(back.body).toMatchObject({ active: true, title: '課員' })
    expect(await account(name)).toEqual({ role: 'officer', ended: false })
    expect(await office.organisation.history('land', number)).toHaveLength(2)
  })

  test('changes single attributes as Entra and Okta name them', async () => {
    await created('2100')
    await created('2101')
    const of = async (...operations: readonly object[]) =>
      (await agreed('PATCH', '/Users/2100', patch(...operations))).body
    expect(await of({ op: 'Add', path: `${ENTERPRISE}:manager`, value: '2101' })).toMatchObject({
      [ENTERPRISE]: { manager: { value: '2101' } },
    })
    expect(
      await of(
        { op: 'Replace', path: `${ENTERPRISE}:department`, value: '測量課' },
        { op: 'Replace', path: 'title', value: '技士' },
      ),
    ).toMatchObject({ title: '技士', [ENTERPRISE]: { department: '測量課' } })
    expect(
      await of({ op: 'replace', value: { displayName: '王新', [`${ENTERPRISE}:department`]: '登記課' } }),
    ).toMatchObject({
      ...{ displayName: '王新', [ENTERPRISE]: { department: '登記課' } },
    })
    expect((await of({ op: 'Remove', path: `${ENTERPRISE}:manager` }))[ENTERPRISE].manager).toBeUndefined()
    expect(await of({ op: 'Replace', path: 'userName', value: 'wang2100@agency.gov.tw' })).toMatchObject({
      userName: 'wang2100@agency.gov.tw',
    })
    expect(await account('user2100@agency.gov.tw')).toMatchObject({ ended: true })
    expect(await account('wang2100@agency.gov.tw')).toMatchObject({ ended: false })
  })

  test('that changes nothing writes nothing', async () => {
    await created('2200')
    const events = async () => (await office.database.query("SELECT 1 FROM event WHERE kind = 'staff-changed'")).length
    const before = await events()
    expect(await scim('PATCH', '/Users/2200', patch({ op: 'replace', value: { active: true } }))).toMatchObject({
      status: 200,
    })
    expect(await events()).toBe(before)
    expect(await office.organisation.history('land', '2200')).toHaveLength(1)
  })

  test('is refused for an unknown operation, path or attribute that may not change', async () => {
    await created('2300')
    for (const [operation, scimType] of [
      [{ op: 'frobnicate', path: 'title', value: 'x' }, 'invalidSyntax'],
      [{ op: 'replace', path: 'nothing', value: 'x' }, 'invalidPath'],
      [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
      [{ op: 'replace', path: 'active', value: 'maybe' }, 'invalidValue'],
    ] as const)
      expect(await scim('PATCH', '/Users/2300', patch(operation))).toMatchObject({ status: 400, body: { scimType } })
  })
})

describe('who leaves', () => {
  test('by DELETE is gone for the directory, keeps his history, and is nobody’s superior any more', async () => {
    await createdAgreed('3001', { roles: [{ value: 'supervisor' }] })
    await agreed('POST', '/Users', person('3002', {}, { manager: { value: '3001' } }))
    expect((await scim('GET', '/Users/3002')).body[ENTERPRISE].manager).toMatchObject({ value: '3001' })
    expect((await scim('DELETE', '/Users/3001')).status).toBe(204)
    expect((await scim('GET', '/Users/3001')).status).toBe(404)
    expect((await scim('DELETE', '/Users/3001')).status).toBe(404)
    expect((await scim('GET', '/Users/3002')).body[ENTERPRISE].manager).toBeUndefined()
    expect(await office.organisation.history('land', '3001')).toHaveLength(2)
    const back = await agreed('POST', '/Users', person('3001'))
    expect(back.told.body).toMatchObject({ active: false, 'urn:shoumi:scim:waiting': { state: 'waits' } })
    expect(back.body).toMatchObject({ active: true })
    expect(await office.organisation.history('land', '3001')).toHaveLength(3)
  })

  test('and is told of as inactive from the first has an account that is ended', async () => {
    await scim('POST', '/Users', person('3003', { active: false }))
    expect((await scim('GET', '/Users/3003')).body).toMatchObject({ active: false })
    expect(await account('user3003@agency.gov.tw')).toMatchObject({ ended: true })
  })
})

describe('a group', () => {
  test('is a unit: made, found, named, filled, emptied, ended', async () => {
    await created('4001')
    await created('4002')
    const made = await scim('POST', '/Groups', {
      schemas: [GROUP],
      externalId: 'S9',
      displayName: '資訊課',
      members: [],
    })
    expect(made).toMatchObject({ status: 201, body: { id: 'S9', displayName: '資訊課', members: [] } })
    const found = await scim(
      'GET',
      `/Groups?filter=${encodeURIComponent('displayName eq "資訊課"')}&excludedAttributes=members`,
    )
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: 'S9', members: [] }] })
    const of = async (...operations: readonly object[]) =>
      (await agreed('PATCH', '/Groups/S9', patch(...operations))).body
    const members = (body: { members: { value: string }[] }) => body.members.map(({ value }) => value)
    expect(members(await of({ op: 'Add', path: 'members', value: [{ value: '4001' }, { value: '4002' }] }))).toEqual([
      '4001',
      '4002',
    ])
    expect((await scim('GET', '/Users/4001')).body[ENTERPRISE].department).toBe('資訊課')
    expect(members(await of({ op: 'Remove', path: 'members', value: [{ value: '4001' }] }))).toEqual(['4002'])
    expect((await scim('GET', '/Users/4001')).body.groups).toBeUndefined()
    expect(members(await of({ op: 'remove', path: 'members[value eq "4002"]' }))).toEqual([])
    expect(members(await of({ op: 'replace', path: 'members', value: [{ value: '4002' }] }))).toEqual(['4002'])
    expect(await of({ op: 'Replace', path: 'displayName', value: '數位課' })).toMatchObject({ displayName: '數位課' })
    expect((await scim('GET', '/Users/4002')).body[ENTERPRISE].department).toBe('數位課')
    expect((await scim('DELETE', '/Groups/S9')).status).toBe(204)
    expect((await scim('GET', '/Groups/S9')).status).toBe(404)
    expect((await scim('GET', '/Users/4002')).body).toMatchObject({ active: true })
  })

  test('is refused twice, and with somebody who is not in office', async () => {
    await scim('POST', '/Groups', { schemas: [GROUP], externalId: 'S8', displayName: '總務課' })
    const again = await scim('POST', '/Groups', { schemas: [GROUP], externalId: 'S7', displayName: '總務課' })
    expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    const stranger = await scim(
      'PATCH',
      '/Groups/S8',
      patch({ op: 'add', path: 'members', value: [{ value: 'nobody' }] }),
    )
    expect(stranger).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
  })
})

describe('a directory', () => {
  test('of another agency sees and changes nothing of this one, not by guessing either', async () => {
    await created('5001')
    expect((await scim('GET', '/Users', undefined, 'police-idp')).body.totalResults).toBe(0)
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      const body =
        method === 'PUT'
          ? person('5001')
          : method === 'PATCH'
            ? patch({ op: 'replace', value: { active: false } })
            : undefined
      expect((await scim(method, '/Users/5001', body, 'police-idp')).status).toBe(404)
    }
    expect((await scim('POST', '/Users', person('5001'), 'police-idp')).status).toBe(409)
  })

  test('without the right gets an error in the form of the RFC', async () => {
    expect(await scim('GET', '/Users', undefined, 'counter')).toMatchObject({ status: 403, body: { status: '403' } })
    keys.set('wrong', 'smk_wrong')
    expect(await scim('GET', '/Users', undefined, 'wrong')).toMatchObject({ status: 401, body: { status: '401' } })
  })

  test('is told what is offered', async () => {
    expect((await scim('GET', '/ServiceProviderConfig')).body).toMatchObject({
      ...{ patch: { supported: true }, filter: { supported: true, maxResults: 200 }, bulk: { supported: false } },
    })
    const types = (await scim('GET', '/ResourceTypes')).body
    expect(types).toMatchObject({ totalResults: 2, Resources: [{ id: 'User', endpoint: '/Users' }, { id: 'Group' }] })
    const schemas = (await scim('GET', '/Schemas')).body.Resources.map(({ id }: { id: string }) => id)
    expect(schemas).toEqual([USER, GROUP, ENTERPRISE])
    expect((await scim('GET', `/Schemas/${USER}`)).body.attributes.length).toBeGreaterThan(10)
    expect((await scim('GET', '/ResourceTypes/Nothing')).status).toBe(404)
  })

  test('cannot take from somebody a role that only two persons give', async () => {
    await created('5002')
    await office.database.upkeep.query(
      "UPDATE term SET until = '2026-11-26T04:00:00Z', closed_at = '2026-11-26T04:00:00Z' WHERE person = '5002' AND until IS NULL",
    )
    await office.database.upkeep.query(
      `INSERT INTO term (agency, person, account, name, unit_code, unit, title, duty, role, manager, deputy, portfolio,
         subject, since, source, recorded_at)
       VALUES ('land', '5002', 'user5002@agency.gov.tw', '王', '', '', '', '', 'ethics', '', '', '{}', '', '2026-11-26T04:00:00Z', 'test', '2026-11-26T04:00:00Z')`,
    )
    await office.database.upkeep.query("UPDATE account SET role = 'ethics' WHERE account = 'user5002@agency.gov.tw'")
    const kept = await scim('PATCH', '/Users/5002', patch({ op: 'replace', path: 'title', value: '主任' }))
    expect(kept.body).toMatchObject({ title: '主任', roles: [{ value: 'ethics' }] })
    const taken = await scim(
      'PATCH',
      '/Users/5002',
      patch({ op: 'replace', path: 'roles', value: [{ value: 'officer' }] }),
    )
    expect(taken.status).toBe(400)
  })

  test('gives no such role back to who left, nor to another account of his', async () => {
    for (const number of ['5003', '5004']) {
      await created(number)
      const name = `user${number}@agency.gov.tw`
      await office.database.transaction(async (tx) => {
        await noteRole(tx, name, 'ethics', office.clock.now())
        await tx.query("UPDATE account SET role = 'ethics' WHERE account = $1", [name])
        const event = { ...staffEvent({ account: 'head', post: '' }, office.clock.now(), 'land'), detail: {} }
        return recorded(await recordEvent(tx, { ...event, kind: 'change-applied' }), undefined)
      })
      expect((await scim('GET', `/Users/${number}`)).body).toMatchObject({ roles: [{ value: 'ethics' }] })
    }
    await office.addAccount('ethics5000', 'ethics', '')
    await agreed('PATCH', '/Users/5003', patch({ op: 'replace', value: { active: false } }))
    const back = await agreed('PATCH', '/Users/5003', patch({ op: 'replace', value: { active: true } }))
    expect(back).toMatchObject({ status: 200, body: { active: true, roles: [{ value: 'officer' }] } })
    expect(await account('user5003@agency.gov.tw')).toEqual({ role: 'officer', ended: false })
    await agreed('PATCH', '/Users/5004', patch({ op: 'replace', path: 'userName', value: 'other5004@agency.gov.tw' }))
    expect(await account('user5004@agency.gov.tw')).toMatchObject({ ended: true })
    expect(await account('other5004@agency.gov.tw')).toEqual({ role: 'officer', ended: false })
  })

  test('tells in the history the role an account held before it was told of', async () => {
    await office.addAccount('user5005@agency.gov.tw', 'auditor', 'land')
    expect(await createdAgreed('5005')).toMatchObject({ roles: [{ value: 'auditor' }] })
    expect(await account('user5005@agency.gov.tw')).toEqual({ role: 'auditor', ended: false })
    await office.addAccount('user5006@agency.gov.tw', 'auditor', 'land')
    expect((await scim('POST', '/Users', person('5006', { roles: [{ value: 'officer' }] }))).status).toBe(400)
  })
})
