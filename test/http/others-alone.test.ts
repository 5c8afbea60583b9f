import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asInstallation } from '../../src/base/tenant.ts'
import { type AttackedOffice, attackedOffice } from './attacked-office.ts'
import { PASSWORD } from './two-agencies.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const WAITING = 'urn:shoumi:scim:waiting'

let office: AttackedOffice
beforeAll(async () => {
  office = await attackedOffice()
})
afterAll(() => office.close())

const accountOf = async (account: string) =>
  (
    await office.rows<{ role: string; isOpen: boolean; hasPassword: boolean }>(
      `SELECT role, ended_at IS NULL AS "isOpen", password_hash <> '' AS "hasPassword" FROM account WHERE account = $1`,
      [account],
    )
  )[0]
const signIn = (account: string, password: string) =>
  office.server.inject({
    ...{ method: 'POST', url: '/api/session', headers: { host: 'localhost' }, payload: { account, password } },
    remoteAddress: `10.8.0.${account.length}`,
  })
const openOf = async () =>
  office.rows<{ n: number }>("SELECT count(*)::int AS n FROM change_proposal WHERE state = 'open'")

describe('the operator', () => {
  const person = (account: string, role: string) => ({
    ...{ account, role, agency: '', name: '甲', unit: '室', title: '員', password: 'known to the operator' },
  })

  test('makes the first accounts, and none alone once somebody is there who could be asked', async () => {
    const first = await office.send('operator', 'POST', '/api/accounts', person('founder', 'it'))
    expect([first.statusCode, first.json()]).toEqual([200, { account: 'founder' }])
    expect((await office.send('county-ethics', 'GET', '/api/me')).statusCode).toBe(200)
    for (const role of ['ethics', 'head', 'auditor', 'supervisor', 'officer', 'it']) {
      const made = await office.send('operator', 'POST', '/api/accounts', person(`made-${role}`, role))
      expect([made.statusCode, Object.keys(made.json())]).toEqual([202, ['changeId']])
      expect(await accountOf(`made-${role}`)).toBeUndefined()
    }
  })

  test('never knows the password of an account that two made', async () => {
    const made = await office.send('operator', 'POST', '/api/accounts', person('second-ethics', 'ethics'))
    const { changeId } = made.json()
    expect((await office.decide('county-ethics', changeId)).statusCode).toBe(200)
    expect(await accountOf('second-ethics')).toEqual({ role: 'ethics', isOpen: true, hasPassword: false })
    expect((await signIn('second-ethics', 'known to the operator')).statusCode).toBe(401)
    expect((await office.send('operator', 'POST', `/api/changes/${changeId}/slip`, {})).statusCode).toBe(409)
    const { passwords } = (await office.send('county-ethics', 'POST', `/api/changes/${changeId}/slip`, {})).json()
    expect((await signIn('second-ethics', passwords[0].password)).statusCode).toBe(200)
  })

  test('decides on nothing, and with a personnel file or a system is one person like IT', async () => {
    const made = await office.send('operator', 'POST', '/api/accounts', person('third-ethics', 'ethics'))
    const verdict = { verdict: 'approve', assertion: {} }
    const url = `/api/changes/${made.json().changeId}/verdict`
    expect((await office.send('operator', 'POST', url, verdict)).statusCode).toBe(403)
    const system = { system: 'op-counter', name: '櫃台', agency: 'land', isShadow: false }
    expect((await office.send('operator', 'POST', '/api/calling-systems', system)).statusCode).toBe(202)
    expect((await office.send('operator', 'DELETE', '/api/accounts/county-auditor')).statusCode).toBe(202)
    expect(await accountOf('county-auditor')).toMatchObject({ isOpen: true })
  })
})

describe('a directory', () => {
  const person = (number: string, more: object = {}, extension: object = {}) => ({
    ...{ schemas: [USER, ENTERPRISE], userName: `dir-${number}`, displayName: number, active: true },
    [ENTERPRISE]: { employeeNumber: number, department: '登記課', ...extension },
    ...more,
  })
  const patch = (...Operations: readonly object[]) => ({
    ...{ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations },
  })
  const termOf = async (number: string) =>
    office.rows('SELECT role, manager, unit, account FROM term WHERE person = $1 AND until IS NULL', [number])

  test('makes an officer, and nothing more of him at once', async () => {
    const boss = { roles: [{ value: 'supervisor' }] }
    const made = await office.scim('POST', '/Users', person('D1', boss, { manager: { value: 'LAND-77' } }))
    expect([made.statusCode, made.json()[WAITING]]).toEqual([201, { change: expect.any(String), state: 'waits' }])
    expect(made.json()).toMatchObject({ roles: [{ value: 'officer' }] })
    expect(await termOf('D1')).toMatchObject([{ role: 'officer', manager: '', unit: '登記課' }])
    const { change } = made.json()[WAITING]
    const [proposal] = await office.rows('SELECT proposed_by FROM change_proposal WHERE change_id = $1', [change])
    expect(proposal).toEqual({ proposed_by: 'system:land-directory' })
    for (const url of ['/api/changes', `/api/changes/${change}`])
      expect(
        (
          await office.server.inject({
            ...{ method: 'GET', url },
            headers: { host: 'localhost', authorization: `Bearer ${office.systemKeys.landDirectory}` },
          })
        ).statusCode,
      ).toBe(403)
  })

  test.each<[string, 'PUT' | 'PATCH', object]>([
    ['a role by PATCH', 'PATCH', patch({ op: 'replace', path: 'roles', value: [{ value: 'supervisor' }] })],
    ['a role in Chinese', 'PATCH', patch({ op: 'replace', path: 'roles', value: [{ value: '主管' }] })],
    ['a role without a path', 'PATCH', patch({ op: 'replace', value: { roles: [{ value: 'supervisor' }] } })],
    ['a role by PUT', 'PUT', person('D2', { roles: [{ value: 'supervisor' }] })],
    ['a superior by PATCH', 'PATCH', patch({ op: 'add', path: `${ENTERPRISE}:manager`, value: 'D1' })],
    [
      'a superior as an object',
      'PATCH',
      patch({ op: 'replace', value: { [`${ENTERPRISE}:manager`]: { value: 'D1' } } }),
    ],
    ['a superior by PUT', 'PUT', person('D2', {}, { manager: { value: 'D1' } })],
    ['another unit by PATCH', 'PATCH', patch({ op: 'replace', path: `${ENTERPRISE}:department`, value: '測量課' })],
    ['another unit by PUT', 'PUT', person('D2', {}, { department: '測量課' })],
    ['another name to sign in by', 'PATCH', patch({ op: 'replace', path: 'userName', value: 'friend-of-it' })],
    ['another name by PUT', 'PUT', person('D2', { userName: 'friend-of-it' })],
  ])('gives no power by one message: %s', async (_what, method, body) => {
    await office.scim('POST', '/Users', person('D2'))
    const before = await termOf('D2')
    const told = await office.scim(method, '/Users/D2', body)
    expect([told.statusCode, told.json()[WAITING]?.state]).toEqual([200, 'waits'])
    expect(await termOf('D2')).toEqual(before)
    // With every round it says the same again: that is one proposal, not many.
    const [first] = await openOf()
    const again = await office.scim(method, '/Users/D2', body)
    expect(again.json()[WAITING]).toEqual(told.json()[WAITING])
    expect((await openOf())[0]).toEqual(first)
  })

  test('moves nobody by the members of a unit, nor by leaving and coming back', async () => {
    await office.scim('POST', '/Users', person('D3'))
    const group = { schemas: [GROUP], externalId: 'GX', displayName: '新課', members: [{ value: 'D3' }] }
    const made = await office.scim('POST', '/Groups', group)
    expect(made.json()).toMatchObject({ id: 'GX', members: [], [WAITING]: { state: 'waits' } })
    for (const [method, body] of [
      ['PUT', group],
      ['PATCH', patch({ op: 'add', path: 'members', value: [{ value: 'D3' }] })],
      ['PATCH', patch({ op: 'replace', value: { members: [{ value: 'D3' }] } })],
    ] as const)
      expect((await office.scim(method, '/Groups/GX', body)).json()).toMatchObject({ members: [] })
    expect(await termOf('D3')).toMatchObject([{ unit: '登記課' }])
    // Out of the one unit it may take him; into the other it takes two, though he is in none by then.
    const code = (await office.scim('GET', '/Users/D3')).json().groups[0].value
    await office.scim('PATCH', `/Groups/${code}`, patch({ op: 'remove', path: 'members[value eq "D3"]' }))
    expect((await office.scim('PUT', '/Groups/GX', group)).json()).toMatchObject({ members: [] })
    await office.scim('PATCH', '/Users/D3', patch({ op: 'replace', path: 'active', value: false }))
    const back = await office.scim('PATCH', '/Users/D3', patch({ op: 'replace', path: 'active', value: true }))
    expect(back.json()).toMatchObject({ active: false, [WAITING]: { state: 'waits' } })
    expect(await accountOf('dir-D3'.toLowerCase())).toMatchObject({ isOpen: false })
  })

  test('takes up no account that was there, ended or not, under any spelling, and gives none the old password', async () => {
    expect((await office.send('county-it', 'DELETE', '/api/accounts/land-procurement')).statusCode).toBe(200)
    await office.scim('POST', '/Users', person('D4'))
    for (const userName of ['land-procurement', 'LAND-Procurement', 'ｌａｎｄ-procurement']) {
      const rename = patch({ op: 'replace', path: 'userName', value: userName })
      expect((await office.scim('PATCH', '/Users/D4', rename)).statusCode).toBe(409)
      expect((await office.scim('POST', '/Users', person('D5', { userName }))).statusCode).toBe(409)
    }
    expect((await signIn('land-procurement', PASSWORD)).statusCode).toBe(401)
    // One of the agency that nobody’s post names yet: his, so that it waits, and it is not ended by being told of.
    for (const active of [true, false]) {
      const told = await office.scim('POST', '/Users', person('D6', { userName: 'land-ethics', active }))
      expect([told.statusCode, told.json().detail]).toEqual([403, expect.stringContaining('Takes two persons')])
    }
    expect(await accountOf('land-ethics')).toMatchObject({ role: 'ethics', isOpen: true, hasPassword: true })
  })

  test('lets nobody go who watches over others', async () => {
    const told = await office.scim('POST', '/Users', person('D7', { userName: 'land-auditor', roles: [] }))
    expect(told.statusCode).toBe(403)
    const change = told.json().detail.split(' ').at(-1)
    expect((await office.decide('county-ethics', change)).statusCode).toBe(200)
    const off = await office.scim('PATCH', '/Users/D7', patch({ op: 'replace', path: 'active', value: false }))
    expect(off.json()).toMatchObject({ active: true, [WAITING]: { state: 'waits' } })
    expect((await office.scim('DELETE', '/Users/D7')).statusCode).toBe(403)
    expect(await accountOf('land-auditor')).toMatchObject({ role: 'auditor', isOpen: true })
  })
})

describe('one of ethics', () => {
  const propose = (by: string, kind: string, value: object) =>
    office.send(by, 'POST', '/api/changes', { kind, value, reason: '業務調整需要' })
  const role = (account: string, name: string) => ({ account, role: name, agency: 'land', serves: [] })

  test('approves nothing he proposed, and neither gives himself a role nor ends himself', async () => {
    const made = await propose('land-ethics', 'role', role('land-archivist', 'head'))
    const decided = await office.decide('land-ethics', made.json().changeId)
    expect([decided.statusCode, decided.json().messageEn]).toEqual([409, expect.stringContaining('does not decide')])
    expect((await propose('land-ethics', 'role', role('land-ethics', 'head'))).statusCode).toBe(409)
    expect((await propose('land-ethics', 'account-end', { account: 'land-ethics' })).statusCode).toBe(409)
    expect(await accountOf('land-archivist')).toMatchObject({ role: 'archivist' })
  })

  test('ends no head alone, and the one who is ended learns of it before', async () => {
    const made = await propose('land-ethics', 'account-end', { account: 'land-head' })
    expect((await office.decide('land-ethics', made.json().changeId)).statusCode).toBe(409)
    expect((await office.decide('land-head', made.json().changeId)).json().messageEn).toContain('his own account')
    const { notices } = (await office.send('land-head', 'GET', '/api/gate/notices')).json()
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'change-waits', about: '停用帳號（land）' }))
    expect((await office.decide('land-security', made.json().changeId)).statusCode).toBe(200)
    expect(await accountOf('land-head')).toEqual({ role: 'head', isOpen: false, hasPassword: false })
    expect((await office.send('land-head', 'GET', '/api/me')).statusCode).toBe(401)
  })

  test('never takes the last of a role out, by ending or by another role, with a second person either', async () => {
    const ended = await propose('county-ethics', 'account-end', { account: 'county-auditor' })
    const refused = await office.decide('county-head', ended.json().changeId)
    expect([refused.statusCode, refused.json().messageEn]).toEqual([409, expect.stringContaining('successor')])
    const value = { account: 'county-auditor', role: 'archivist', agency: '', serves: [] }
    const changed = await propose('county-ethics', 'role', value)
    expect((await office.decide('county-head', changed.json().changeId)).json().messageEn).toContain('successor')
    expect(await accountOf('county-auditor')).toMatchObject({ role: 'auditor', isOpen: true })
  })

  test('nor do two such changes that are decided at the same moment', async () => {
    const add = await office.send('operator', 'POST', '/api/accounts', {
      ...{ account: 'other-security', role: 'security', agency: '', name: '乙', unit: '室', title: '員' },
    })
    expect((await office.decide('county-ethics', add.json().changeId)).statusCode).toBe(200)
    const ids = await Promise.all(
      ['county-security', 'other-security'].map(
        async (account) => (await propose('county-ethics', 'account-end', { account })).json().changeId as string,
      ),
    )
    await office.send('county-head', 'GET', '/api/me')
    const decided = await Promise.all(ids.map((id) => office.decide('county-head', id)))
    expect(decided.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
    const left = await office.rows("SELECT 1 FROM account WHERE role = 'security' AND agency = '' AND ended_at IS NULL")
    expect(left).toHaveLength(1)
  })
})

describe('a supervisor', () => {
  test('proposes and decides on nothing, and nor does who stands in for somebody who does', async () => {
    const made = await office.send('land-ethics', 'POST', '/api/changes', {
      ...{ kind: 'role', value: { account: 'land-archivist', role: 'head', agency: 'land', serves: [] } },
      reason: '業務調整需要',
    })
    const { changeId } = made.json()
    // He stands in for one who decides on changes: what passes to a deputy is approving looks, nothing else.
    await asInstallation(() =>
      office.services.database.upkeep.query(
        `INSERT INTO term (agency, person, account, name, unit_code, unit, title, duty, role, manager, deputy, deputy_from,
           portfolio, subject, since, source, recorded_at)
         VALUES ('land', 'SEC', 'land-security', '', '', '', '', '', 'security', '', 'SUP', '2026-01-01', '{}', '', now(), 't', now()),
                ('land', 'SUP', 'land-supervisor', '', '', '', '', '', 'supervisor', '', '', NULL, '{}', '', now(), 't', now())`,
      ),
    )
    for (const account of ['land-supervisor', 'land-officer']) {
      expect((await office.decide(account, changeId)).statusCode).toBe(403)
      const verdict = { verdict: 'approve', assertion: {} }
      expect((await office.send(account, 'POST', `/api/changes/${changeId}/verdict`, verdict)).statusCode).toBe(403)
      expect((await office.send(account, 'POST', '/api/changes', {})).statusCode).toBe(403)
      expect((await office.send(account, 'POST', `/api/changes/${changeId}/slip`, {})).statusCode).toBe(403)
      expect((await office.send(account, 'POST', '/api/people/imports', {})).statusCode).toBe(403)
      expect((await office.send(account, 'DELETE', '/api/accounts/land-it')).statusCode).toBe(403)
    }
  })
})
