import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { personId } from '../../sample/people.ts'
import { type AttackedOffice, attackedOffice } from './attacked-office.ts'
import { PASSWORD } from './two-agencies.ts'

let office: AttackedOffice
beforeAll(async () => {
  office = await attackedOffice()
})
afterAll(() => office.close())

const OLD = 'LAND-77,land-staff,land,land-u,land,,land,,,,,,'
const [ONE, TWO, THREE] = [personId(1), personId(2), personId(3)]
const CHIEF = `C1,real-chief,王課長,A,登記課,,課長,主管,,,,,${ONE}`
const CLERK = `C2,real-clerk,李課員,A,登記課,,課員,承辦,,,,,`
const DEPUTY = 'C3,real-deputy,張課員,B,測量課,,課員,承辦,,,,,'
const OTHER = 'C4,other-chief,周課長,B,測量課,,課長,主管,,,,,'
const BASE = [OLD, CHIEF, CLERK, DEPUTY, OTHER]
/** IT and security of one identity number; who brings a file in stands in it unchanged. */
const BOTH = [`P1,land-it,資訊,A,登記課,,員,資訊,,,,,${THREE}`, `P2,land-security,資安,A,登記課,,員,資安,,,,,${THREE}`]
const changed = (from: string, to: string) => BASE.map((row) => (row === from ? to : row))
const without = (...gone: readonly string[]) => BASE.filter((row) => !gone.includes(row))

async function agreed(rows: readonly string[], by = 'land-it'): Promise<void> {
  const brought = await office.bring(by, rows)
  if (brought.statusCode === 200 && brought.json().changeId)
    expect((await office.decide('county-ethics', brought.json().changeId)).statusCode).toBe(200)
}
const termsOf = async (account: string) =>
  office.rows<{ role: string }>(
    'SELECT role, manager, deputy, portfolio, unit FROM term WHERE account = $1 AND until IS NULL',
    [account],
  )
const accountOf = async (account: string) =>
  (
    await office.rows<{ role: string; isOpen: boolean; hasPassword: boolean }>(
      `SELECT role, ended_at IS NULL AS "isOpen", password_hash <> '' AS "hasPassword" FROM account WHERE account = $1`,
      [account],
    )
  )[0]
const noticesOf = async (account: string): Promise<readonly string[]> =>
  (await office.send(account, 'GET', '/api/gate/notices')).json().notices.map(({ kind }: { kind: string }) => kind)

describe('one person of IT with a personnel file', () => {
  test('makes neither who asks nor who approves, and is never told a password', async () => {
    const ghosts = [
      'G1,ghost-officer,甲,G,幽靈課,,課員,承辦,,,,company:10000004,',
      'G2,ghost-chief,乙,G,幽靈課,,課長,主管,,,,,',
    ]
    const told = (await noticesOf('land-head')).length
    const brought = await office.bring('land-it', [OLD, ...ghosts], { withPasswords: true })
    expect(brought.json()).toEqual({ applied: null, changeId: expect.any(String) })
    expect([await accountOf('ghost-officer'), await accountOf('ghost-chief')]).toEqual([undefined, undefined])
    for (const watcher of ['land-ethics', 'county-ethics', 'land-head', 'county-head'])
      expect(await noticesOf(watcher)).toContain('change-waits')
    expect((await noticesOf('land-head')).length).toBe(told + 1)
    const { changeId } = brought.json()
    // Neither he, nor another of IT, nor anybody of the office or of another agency is the second person.
    for (const account of ['land-it', 'county-it', 'land-officer', 'land-supervisor'])
      expect([403, 409]).toContain((await office.decide(account, changeId)).statusCode)
    expect((await office.decide('pol-ethics', changeId)).statusCode).toBe(404)
    expect(await accountOf('ghost-chief')).toBeUndefined()

    const page = (await office.send('county-ethics', 'GET', `/api/changes/${changeId}`)).json()
    const said = page.consequences.map(({ en }: { en: string }) => en).join('\n')
    for (const part of ['become supervisor', 'handle more', 'passwords for one use']) expect(said).toContain(part)
    expect((await office.decide('county-ethics', changeId)).statusCode).toBe(200)
    expect(await accountOf('ghost-chief')).toEqual({ role: 'supervisor', isOpen: true, hasPassword: false })
    // What is shown once goes to whoever approved, once, and stands nowhere.
    for (const account of ['land-it', 'county-head', 'county-security'])
      expect((await office.send(account, 'POST', `/api/changes/${changeId}/slip`, {})).statusCode).toBe(409)
    const slip = await office.send('county-ethics', 'POST', `/api/changes/${changeId}/slip`, {})
    const { passwords } = slip.json()
    expect(passwords.map(({ account }: { account: string }) => account)).toEqual(['ghost-chief', 'ghost-officer'])
    expect((await office.send('county-ethics', 'POST', `/api/changes/${changeId}/slip`, {})).statusCode).toBe(409)
    const entered = await office.server.inject({
      ...{ method: 'POST', url: '/api/session', headers: { host: 'localhost' }, payload: passwords[0] },
    })
    expect(entered.statusCode).toBe(200)
    const kept = await office.rows('SELECT to_jsonb(p) AS row FROM change_proposal p')
    expect(JSON.stringify(kept)).not.toContain(passwords[0].password)
    expect(await office.rows("SELECT 1 FROM event WHERE kind = 'slip-drawn' AND actor = 'county-ethics'")).toHaveLength(
      1,
    )
  })

  test('cannot do it through the general way of proposing either', async () => {
    for (const kind of ['staff', 'account-add'])
      expect(
        (await office.send('land-it', 'POST', '/api/changes', { kind, value: {}, reason: '請協助新增人員' }))
          .statusCode,
      ).toBe(400)
  })
})

describe('each way a file adds to somebody’s power waits, whatever else is in it', () => {
  beforeAll(() => agreed(BASE))
  const ways: readonly (readonly [string, readonly string[], string])[] = [
    ['an officer who becomes supervisor', changed(CLERK, CLERK.replace('承辦', '主管')), 'real-clerk'],
    ['another direct superior', changed(CLERK, CLERK.replace('承辦,,', '承辦,C4,')), 'real-clerk'],
    ['a deputy from today', changed(CHIEF, CHIEF.replace('主管,,,', '主管,,C3,115/11/1')), 'real-chief'],
    ['a deputy from a day to come', changed(CHIEF, CHIEF.replace('主管,,,', '主管,,C3,120/1/1')), 'real-chief'],
    ['something to handle', changed(CLERK, `${CLERK.slice(0, -1)}company:10000004,`), 'real-clerk'],
    ['a move under another chief', changed(CLERK, CLERK.replace('A,登記課', 'B,測量課')), 'real-clerk'],
    ['a unit that comes under another', BASE.map((row) => row.replace('A,登記課,,', 'A,登記課,B,')), 'real-clerk'],
    ['an account under another name', changed(CHIEF, CHIEF.replace('real-chief', 'it-friend')), 'real-chief'],
    ['an identity that is another’s', changed(CHIEF, CHIEF.replace(ONE, TWO)), 'real-chief'],
    ['an identity that is left out', changed(CHIEF, CHIEF.replace(ONE, '')), 'real-chief'],
    ['a new officer with a superior of his own', [...BASE, 'N1,new-one,新,A,登記課,,課員,承辦,C4,,,,'], 'new-one'],
    ['an account that was there before', [...BASE, 'N2,land-archivist,新,A,登記課,,課員,承辦,,,,,'], 'land-archivist'],
  ]
  test.each(ways)('%s', async (_what, rows, account) => {
    const before = [await termsOf(account), await accountOf(account)]
    const brought = await office.bring('land-it', rows)
    expect(brought.json()).toEqual({ applied: null, changeId: expect.any(String) })
    expect([await termsOf(account), await accountOf(account)]).toEqual(before)
    const taken = await office.send('land-it', 'POST', `/api/changes/${brought.json().changeId}/withdrawal`, {})
    expect(taken.statusCode).toBe(200)
  })

  test('what adds nothing is applied at once: a title, a new officer of a unit, the name of a unit', async () => {
    const rows = BASE.map((row) =>
      row.replace('李課員,A,登記課,,課員', '李課員,A,登記課,,技士').replaceAll('登記課', '登記二課'),
    )
    const brought = await office.bring('land-it', [...rows, 'N3,plain-officer,新,A,登記二課,,課員,承辦,,,,,'])
    expect(brought.json()).toMatchObject({ applied: { joins: 1, leaves: 0 }, changeId: null })
    expect(await accountOf('plain-officer')).toEqual({ role: 'officer', isOpen: true, hasPassword: false })
    await agreed(BASE)
  })

  test('who leaves does so at once though the rest waits', async () => {
    await agreed(BASE)
    const brought = await office.bring('land-it', [...without(DEPUTY), 'N4,wanted-chief,新,A,登記課,,課長,主管,,,,,'])
    expect(brought.json()).toMatchObject({ applied: { joins: 0, leaves: 1 }, changeId: expect.any(String) })
    expect(await accountOf('real-deputy')).toMatchObject({ isOpen: false })
    expect(await accountOf('wanted-chief')).toBeUndefined()
  })
})

describe('steps that are harmless one by one', () => {
  beforeEach(() => agreed(BASE))

  test('a new officer and then a move to a friend’s unit: the move waits', async () => {
    const joined = await office.bring('land-it', [...BASE, 'S1,step-one,新,A,登記課,,課員,承辦,,,,,'])
    expect(joined.json().changeId).toBeNull()
    const moved = await office.bring('land-it', [...BASE, 'S1,step-one,新,B,測量課,,課員,承辦,,,,,'])
    expect(moved.json()).toMatchObject({ applied: null, changeId: expect.any(String) })
  })

  test('leaving and coming back: the coming back waits', async () => {
    expect((await office.bring('land-it', without(OTHER))).json()).toMatchObject({ applied: { leaves: 1 } })
    const back = await office.bring('land-it', changed(OTHER, OTHER.replace('主管', '承辦')))
    expect(back.json()).toMatchObject({ applied: null, changeId: expect.any(String) })
    expect(await accountOf('other-chief')).toMatchObject({ isOpen: false })
  })
})

describe('a proposal, once made', () => {
  beforeEach(() => agreed(BASE))
  const proposed = async (rows: readonly string[]) => (await office.bring('land-it', rows)).json().changeId as string

  test('is void when somebody it touches was moved meanwhile', async () => {
    const id = await proposed(changed(CLERK, CLERK.replace('承辦', '主管')))
    const title = await office.bring('land-it', changed(CLERK, CLERK.replace('課員,承辦', '技士,承辦')))
    expect(title.json().changeId).toBeNull()
    const late = await office.decide('county-ethics', id)
    expect([late.statusCode, late.json().code]).toEqual([409, 'change-refused'])
    expect(await accountOf('real-clerk')).toMatchObject({ role: 'officer' })
  })

  test('is not void because of others it does not touch', async () => {
    const id = await proposed(changed(CLERK, CLERK.replace('承辦', '主管')))
    await office.send('land-it', 'DELETE', '/api/accounts/land-procurement')
    expect((await office.decide('county-security', id)).statusCode).toBe(200)
    expect(await accountOf('real-clerk')).toMatchObject({ role: 'supervisor' })
  })

  test('holds for the very words that were signed: the signature over another change opens nothing', async () => {
    const [one, two] = [
      await proposed(changed(CLERK, CLERK.replace('承辦', '主管'))),
      await proposed(changed(CHIEF, CHIEF.replace('主管,,,', '主管,,C3,115/11/1'))),
    ]
    const other = (await office.send('county-ethics', 'GET', `/api/changes/${two}`)).json().binding
    const options = await office.send('county-ethics', 'POST', '/api/me/presence/options', { bound: other })
    const verdict = { verdict: 'approve', assertion: { id: 'x', response: {}, challenge: options.json().challenge } }
    expect((await office.send('county-ethics', 'POST', `/api/changes/${one}/verdict`, verdict)).statusCode).toBe(403)
  })

  test('is decided by nobody whom it gives power, nor by a second account of the one who proposed', async () => {
    const own = await proposed([...BASE, 'H1,land-head,首長,A,登記課,,主任,首長,,,,,'])
    expect((await office.decide('land-head', own)).json().code).toBe('change-refused')
    // Two accounts under one identity number are one person.
    expect((await office.bring('land-it', [...BASE, ...BOTH])).statusCode).toBe(422)
    await agreed([...BASE, ...BOTH], 'county-it')
    const value = { account: 'land-archivist', role: 'procurement', agency: 'land', serves: [] }
    const made = await office.send('land-it', 'POST', '/api/changes', { kind: 'role', value, reason: '業務調整需要' })
    const refused = await office.decide('land-security', made.json().changeId)
    expect([refused.statusCode, refused.json().messageEn]).toEqual([409, expect.stringContaining('does not decide')])
    expect((await office.decide('land-ethics', made.json().changeId)).statusCode).toBe(200)
  })
})

describe('one person of IT with a system', () => {
  const SYSTEM = { system: 'new-counter', name: '櫃台', agency: 'land', isShadow: false }
  const asks = async (key: string) =>
    (
      await office.server.inject({
        ...{ method: 'GET', url: '/scim/v2/Users' },
        headers: { host: 'localhost', authorization: `Bearer ${key}` },
      })
    ).statusCode

  test.each(['system', 'directory'])('registers no %s and gets no key without a second person', async (kind) => {
    const given = { ...SYSTEM, system: `new-${kind}`, isProvisioner: kind === 'directory' }
    const made = await office.send('land-it', 'POST', '/api/calling-systems', given)
    expect([made.statusCode, Object.keys(made.json())]).toEqual([202, ['changeId']])
    const { changeId } = made.json()
    const listed = async () =>
      (await office.send('land-it', 'GET', '/api/calling-systems'))
        .json()
        .systems.map(({ system }: { system: string }) => system)
    expect(await listed()).not.toContain(given.system)
    expect((await office.send('land-it', 'POST', `/api/changes/${changeId}/slip`, {})).statusCode).toBe(409)
    expect((await office.decide('county-ethics', changeId)).statusCode).toBe(200)
    expect((await office.send('county-ethics', 'POST', `/api/changes/${changeId}/slip`, {})).statusCode).toBe(409)
    const { key } = (await office.send('land-it', 'POST', `/api/changes/${changeId}/slip`, {})).json()
    expect(key).toMatch(/^smk_/)
    expect((await office.send('land-it', 'POST', `/api/changes/${changeId}/slip`, {})).statusCode).toBe(409)
    expect(await asks(key)).toBe(kind === 'directory' ? 200 : 403)
  })

  test('draws no other key and changes no setting of one that is there; the old key works until it was agreed', async () => {
    const wanted = { ...SYSTEM, system: 'land-directory', name: 'land', isProvisioner: true, isNewKey: true }
    const made = await office.send('land-it', 'POST', '/api/calling-systems', wanted)
    expect(made.statusCode).toBe(202)
    expect(await asks(office.systemKeys.landDirectory)).toBe(200)
    const watched = { ...SYSTEM, system: 'land-system', name: 'land', isShadow: true }
    const settings = await office.send('land-it', 'POST', '/api/calling-systems', watched)
    expect(settings.statusCode).toBe(202)
    expect(await office.rows("SELECT is_shadow FROM calling_system WHERE system = 'land-system'")).toEqual([
      { is_shadow: false },
    ])
    const moved = await office.send('land-it', 'POST', '/api/calling-systems', { ...watched, isProvisioner: true })
    expect(moved.statusCode).toBe(409)
    expect(
      (await office.send('land-it', 'POST', '/api/calling-systems', { ...SYSTEM, agency: 'police' })).statusCode,
    ).toBe(403)
  })
})

describe('one person of IT against those who watch', () => {
  test.each(['ethics', 'auditor', 'outside-auditor', 'security', 'head'])(
    'ends no account of %s: it is proposed, told, and stays open',
    async (role) => {
      const account = `land-${role}`
      expect((await office.send(account, 'GET', '/api/me')).statusCode).toBe(200)
      const ended = await office.send('county-it', 'DELETE', `/api/accounts/${account}`)
      expect([ended.statusCode, ended.json()]).toEqual([202, { changeId: expect.any(String) }])
      expect((await office.send(account, 'GET', '/api/me')).statusCode).toBe(200)
      expect(await noticesOf(account)).toContain('change-waits')
      expect((await office.decide('county-it', ended.json().changeId)).statusCode).toBe(403)
    },
  )

  test('nor by leaving him out of a file', async () => {
    await agreed([...BASE, ...BOTH, 'W1,land-auditor,稽核,A,登記課,,稽核員,稽核,,,,,'], 'county-it')
    const brought = await office.bring('county-it', [...BASE, ...BOTH])
    expect(brought.json().changeId).toEqual(expect.any(String))
    expect(await accountOf('land-auditor')).toMatchObject({ role: 'auditor', isOpen: true })
  })

  test('an officer’s account it does end, with all that led in, and nobody else gets the name', async () => {
    expect((await office.send('land-it', 'DELETE', '/api/accounts/land-officer')).statusCode).toBe(200)
    expect(await accountOf('land-officer')).toEqual({ role: 'officer', isOpen: false, hasPassword: false })
    for (const name of ['land-officer', 'LAND-OFFICER', 'Ｌａｎｄ－ｏｆｆｉｃｅｒ']) {
      const brought = await office.bring('county-it', [...BASE, ...BOTH, `Z1,${name},他人,A,登記課,,課員,承辦,,,,,`])
      expect(brought.json().faults).toMatchObject([{ reason: '這個帳號曾屬於另一人' }])
    }
    const signIn = { account: 'land-officer', password: PASSWORD }
    const refused = await office.server.inject({
      ...{ method: 'POST', url: '/api/session', headers: { host: 'localhost' }, payload: signIn },
    })
    expect(refused.statusCode).toBe(401)
  })
})
