import iconv from 'iconv-lite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addHead, HEADER, personnel, ROWS, temporaryOffice } from '../../test/organisation/temporary-office.ts'
import { recorded } from '../database/database.ts'
import { hashPassword } from '../identity/password.ts'
import { findSession, signIn } from '../identity/port.ts'
import { recordEvent } from '../ledger/port.ts'
import { staffEvent } from './import-staff.ts'
import { noteRole } from './note-role.ts'

let office: Awaited<ReturnType<typeof temporaryOffice>>

const CHANGED = { kind: 'change-applied', detail: {} } as const

beforeAll(async () => {
  office = await temporaryOffice()
})
afterAll(() => office.close())
beforeEach(async () => {
  const { database } = office
  await database.upkeep.query('ALTER TABLE term DISABLE TRIGGER USER')
  await database.upkeep.query('ALTER TABLE unit DISABLE TRIGGER USER')
  for (const table of ['session', 'term', 'unit', 'staff_import', 'gate_request', 'account'])
    await database.upkeep.query(`DELETE FROM ${table}`)
  await database.upkeep.query('ALTER TABLE term ENABLE TRIGGER USER')
  await database.upkeep.query('ALTER TABLE unit ENABLE TRIGGER USER')
  await addHead(database)
})

const withRow = (person: string, row: string) => ROWS.map((each) => (each.startsWith(`${person},`) ? row : each))
const without = (person: string) => ROWS.filter((each) => !each.startsWith(`${person},`))

async function faultsOf(rows: readonly string[], header = HEADER) {
  const look = await office.organisation.look(await office.file(rows, header), personnel)
  if (!look.ok) throw new Error(look.error.code)
  return look.value.faults
}

async function everything() {
  const { database } = office
  const tables = ['account', 'term', 'unit', 'session', 'staff_import', 'gate_request']
  return Promise.all(tables.map((table) => database.query(`SELECT * FROM ${table} ORDER BY 1::text, 2::text`)))
}

const accounts = () =>
  office.database.query<{ account: string; role: string; ended: boolean }>(
    'SELECT account, role, ended_at IS NOT NULL AS ended FROM account ORDER BY account',
  )

async function sessionOf(account: string): Promise<string> {
  const password = 'a password for tests'
  const hash = await hashPassword(password)
  await office.database.upkeep.query('UPDATE account SET password_hash = $2 WHERE account = $1', [account, hash])
  const entered = await signIn(office.database, office.clock, { account, password })
  if (!entered.ok) throw new Error(entered.error.code)
  return entered.value.token
}

const isOpen = async (token: string) => (await findSession(office.database, office.clock, token)) !== undefined

describe('a first file', () => {
  test('is looked at without changing anything, and says who would join', async () => {
    const before = await everything()
    const look = await office.organisation.look(await office.file(), personnel)
    expect(await everything()).toEqual(before)
    expect(look).toMatchObject({ ok: true, value: { people: 5, faults: [], asOf: '2026-11-26' } })
    if (look.ok) expect(look.value.plan.joins.map(({ term }) => term.person)).toEqual(['1', '10', '11', '12', '20'])
    if (look.ok) expect(look.value.plan.unitsOpened).toHaveLength(4)
  })

  test('opens accounts without a password, in the role of the post', async () => {
    expect(await office.bring()).toMatchObject({ ok: true, value: { joins: 5, changes: 0, leaves: 0 } })
    expect(await accounts()).toContainEqual({ account: 'chief', role: 'supervisor', ended: false })
    const given = { account: 'chief', password: '' }
    expect(await signIn(office.database, office.clock, given)).toMatchObject({ ok: false })
    const [hash] = await office.database.query("SELECT password_hash FROM account WHERE account = 'chief'")
    expect(hash).toEqual({ password_hash: '' })
  })
})

describe('a role that two persons give', () => {
  test('is refused in a file, with line and column and what to do', async () => {
    const rows = withRow('12', '12,other,張課員,A1,收件股,A,課員,政風,,,,')
    expect(await faultsOf(rows)).toMatchObject([{ line: 5, column: '角色' }])
  })

  test('is kept by whoever holds it, whatever the file says, and its change stands in the history', async () => {
    await office.bring()
    const { database, clock } = office
    await database.transaction(async (tx) => {
      await tx.query("UPDATE account SET role = 'ethics' WHERE account = 'other'")
      await noteRole(tx, 'other', 'ethics', clock.now())
      return recorded(await recordEvent(tx, { ...staffEvent(personnel, clock.now(), 'land'), ...CHANGED }), undefined)
    })
    const renamed = withRow('12', '12,other,張課員,A1,收件股,A,專員,承辦,,,,')
    expect(await office.bring(renamed)).toMatchObject({ ok: true, value: { changes: 1 } })
    const [held] = await database.query("SELECT role, title FROM account WHERE account = 'other'")
    expect(held).toEqual({ role: 'ethics', title: '專員' })
    const terms = await database.query("SELECT role, title FROM term WHERE account = 'other' ORDER BY term_id")
    expect(terms.map(({ role, title }) => `${role} ${title}`)).toEqual(['officer 課員', 'ethics 課員', 'ethics 專員'])
    await office.bring(without('12'))
    expect(await accounts()).toContainEqual({ account: 'other', role: 'ethics', ended: true })
  })
})

describe('a second file', () => {
  test('that is identical changes nothing, not a row', async () => {
    await office.bring()
    const before = await everything()
    expect(await office.bring()).toMatchObject({ ok: false, error: { code: 'nothing' } })
    expect(await everything()).toEqual(before)
  })

  test('tells changes field by field and closes the term before instead of overwriting it', async () => {
    await office.bring(ROWS, '2026-11-01')
    const rows = withRow('11', '11,clerk,李課員,B,測量課,00,技士,主管,,,,company:12345675')
    const look = await office.organisation.look({ ...(await office.file(rows)), asOf: '2026-11-20' }, personnel)
    if (look.ok)
      expect(look.value.plan.changes.map(({ fields }) => fields)).toEqual([
        ['unitCode', 'unit', 'title', 'role', 'portfolio'],
      ])
    await office.bring(rows, '2026-11-20')
    const history = await office.organisation.history('land', '11')
    expect(history.map(({ term }) => [term.title, term.since.toISOString(), term.until?.toISOString()])).toEqual([
      ['技士', '2026-11-19T16:00:00.000Z', undefined],
      ['課員', '2026-10-31T16:00:00.000Z', '2026-11-19T16:00:00.000Z'],
    ])
  })

  test('ends the sessions of a changed role, and leaves those of a changed title', async () => {
    await office.bring()
    const [clerk, mapper] = [await sessionOf('clerk'), await sessionOf('mapper')]
    const rows = withRow('11', '11,clerk,李課員,A1,收件股,A,課員,主管,,,,').map((row) =>
      row.startsWith('20,') ? '20,mapper,周課長,B,測量課,00,代理課長,主管,,,,' : row,
    )
    expect(await office.bring(rows)).toMatchObject({ ok: true, value: { sessionsEnded: 1 } })
    expect([await isOpen(clerk), await isOpen(mapper)]).toEqual([false, true])
    expect(await accounts()).toContainEqual({ account: 'clerk', role: 'supervisor', ended: false })
  })

  test('takes everything from who is no longer in it: account, open session, waiting request', async () => {
    await office.bring()
    const token = await sessionOf('clerk')
    const request = async (id: string, state: string) =>
      office.database.upkeep.query(
        `INSERT INTO gate_request (id, kind, state, account, person_name, unit, post, agency, query, version, act, purpose,
           case_number, subject_token, mask_level, row_cap, sealed_parameters, binding, template, reasons, justification,
           policy_version, asked_at, expires_at, usable_until, uses_left)
         VALUES ($1, 'approval', $2, 'clerk', '', '', '', 'land', 'land-owner', 1, 'query', 'registration', '', '', 'full', 1,
           '\\x00', '\\x00', 'supervisor', '{}', '', '', $3, $4, $4, 1)`,
        [id, state, office.clock.now(), new Date(office.clock.now().getTime() + 3_600_000)],
      )
    await request('00000000-0000-4000-8000-000000000001', 'pending')
    await request('00000000-0000-4000-8000-000000000002', 'approved')
    expect(await isOpen(token)).toBe(true)
    const rows = without('11').map((row) => row.replace(',11,115/11/20,115/11/30,', ',,,,'))
    expect(await office.bring(rows)).toMatchObject({
      ok: true,
      value: { leaves: 1, sessionsEnded: 1, requestsClosed: 2 },
    })
    expect(await isOpen(token)).toBe(false)
    expect(await accounts()).toContainEqual({ account: 'clerk', role: 'officer', ended: true })
    const requests = await office.database.query(
      'SELECT state, sealed_parameters, uses_left FROM gate_request ORDER BY id',
    )
    expect(requests).toEqual([
      { state: 'withdrawn', sealed_parameters: null, uses_left: 1 },
      { state: 'expired', sealed_parameters: null, uses_left: 0 },
    ])
    const kinds = await office.database.query<{ kind: string }>(
      "SELECT kind FROM event WHERE kind IN ('account-ended', 'staff-changed') AND at = $1 AND (subject_ref = 'clerk' OR subject_ref = 'staff:land') ORDER BY kind",
      [office.clock.now()],
    )
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['account-ended', 'staff-changed']))
  })

  test('brings a leaver back to the account he had', async () => {
    await office.bring()
    await office.bring(without('12'))
    await office.bring()
    expect(await accounts()).toContainEqual({ account: 'other', role: 'officer', ended: false })
    expect(await office.organisation.history('land', '12')).toHaveLength(2)
  })

  test('renames and moves units, each with its history', async () => {
    await office.bring()
    await office.bring(ROWS.map((row) => row.replaceAll('收件股,A,', '收件組,00,')))
    const units = await office.database.query(
      "SELECT name, parent, until IS NULL AS held FROM unit WHERE code = 'A1' ORDER BY unit_id",
    )
    expect(units).toEqual([
      { name: '收件股', parent: 'A', held: false },
      { name: '收件組', parent: '00', held: true },
    ])
  })
})

describe('applying', () => {
  test('is refused when the file is not the one that was looked at', async () => {
    const look = await office.organisation.look(await office.file(), personnel)
    const digest = look.ok ? look.value.plan.digest : ''
    const other = await office.file(without('12'))
    const before = await everything()
    const applied = await office.organisation.apply({ ...other, digest }, personnel)
    expect(applied).toMatchObject({ ok: false, error: { code: 'changed' } })
    expect(await everything()).toEqual(before)
  })

  test('is refused when somebody else changed the staff in between', async () => {
    await office.bring()
    const ask = await office.file(without('12'))
    const look = await office.organisation.look(ask, personnel)
    const digest = look.ok ? look.value.plan.digest : ''
    await office.bring(without('20'))
    const again = await office.file(without('12'))
    const applied = await office.organisation.apply({ ...again, digest }, personnel)
    expect(applied).toMatchObject({ ok: false, error: { code: 'changed' } })
  })

  test('takes a day that is today, and none after it', async () => {
    const ask = await office.file()
    expect(await office.organisation.look({ ...ask, asOf: '2026-11-26' }, personnel)).toMatchObject({ ok: true })
    expect(await office.organisation.look({ ...ask, asOf: '2026-11-27' }, personnel)).toMatchObject({
      error: { code: 'future' },
    })
  })

  test('takes the day of the file before again, and none before it', async () => {
    await office.bring(ROWS, '2026-11-20')
    expect(await office.bring(without('12'), '2026-11-20')).toMatchObject({ ok: true })
    await expect(office.bring(ROWS, '2026-11-19')).rejects.toThrow('older')
  })

  test('lets nobody change his own role, leave, or join with another than he has', async () => {
    await office.bring()
    const me = { account: 'clerk', post: '' }
    const lookAs = async (rows: readonly string[]) => {
      const look = await office.organisation.look(await office.file(rows), me)
      return look.ok ? look.value.faults.map(({ reason }) => reason) : []
    }
    expect(await lookAs(withRow('11', '11,clerk,李課員,A1,收件股,A,課員,主管,,,,'))).toEqual(['不能異動自己的職務'])
    expect(await lookAs(withRow('11', '11,clerk,李課員,A1,收件股,A,技士,承辦,,,,'))).toEqual([])
    expect(await lookAs(without('11').map((row) => row.replace(',11,115/11/20,115/11/30,', ',,,,')))).toEqual([
      '不能異動自己的職務',
    ])
  })

  test('never gives an account of another agency, nor one that was somebody else’s', async () => {
    await office.database.upkeep.query(
      "INSERT INTO account (account, name, unit, title, role, agency, password_hash) VALUES ('elsewhere', '', '', '', 'officer', 'police', '')",
    )
    expect(await faultsOf(withRow('12', '12,elsewhere,張課員,A1,收件股,A,課員,承辦,,,,'))).toMatchObject([
      { line: 5, column: '帳號' },
    ])
    await office.bring()
    await office.bring(without('12'))
    expect(await faultsOf([...without('12'), '13,other,新課員,A1,收件股,A,課員,承辦,,,,'])).toMatchObject([
      { line: 6, reason: '這個帳號曾屬於另一人' },
    ])
  })

  test('keeps history from being rewritten, even by hand', async () => {
    await office.bring()
    await expect(office.database.upkeep.query("UPDATE term SET title = '處長'")).rejects.toThrow('keeps its history')
    await expect(office.database.upkeep.query('DELETE FROM term')).rejects.toThrow('append-only')
    await office.bring(without('12'))
    await expect(office.database.upkeep.query('UPDATE term SET until = now() WHERE until IS NOT NULL')).rejects.toThrow(
      'history',
    )
  })
})

describe('a broken file changes nothing and says where', () => {
  test.each([
    ['an empty name', '12,other,,A1,收件股,A,課員,承辦,,,,', 5, '姓名'],
    ['a repeated staff number', '11,other,張課員,A1,收件股,A,課員,承辦,,,,', 5, '員工編號'],
    ['a shared account', '12,CLERK,張課員,A1,收件股,A,課員,承辦,,,,', 5, '帳號'],
    ['an account of signs', '12,張,張課員,A1,收件股,A,課員,承辦,,,,', 5, '帳號'],
    ['an unknown role', '12,other,張課員,A1,收件股,A,課員,國王,,,,', 5, '角色'],
    ['a unit named otherwise', '12,other,張課員,A1,收件課,A,課員,承辦,,,,', 5, '單位'],
    ['a unit under another', '12,other,張課員,A1,收件股,B,課員,承辦,,,,', 5, '上級單位代碼'],
    ['a unit above that is none', '12,other,張課員,C,收件課,Z,課員,承辦,,,,', 5, '上級單位代碼'],
    ['a deputy who is not there', '12,other,張課員,A1,收件股,A,課員,承辦,99,115/11/1,,', 5, '代理人'],
    ['oneself as deputy', '12,other,張課員,A1,收件股,A,課員,承辦,12,115/11/1,,', 5, '代理人'],
    ['an end before its beginning', '12,other,張課員,A1,收件股,A,課員,承辦,11,115/11/2,115/11/1,', 5, '代理迄日'],
    ['a day that does not exist', '12,other,張課員,A1,收件股,A,課員,承辦,11,115/2/30,,', 5, '代理起日'],
    ['a portfolio without its kind', '12,other,張課員,A1,收件股,A,課員,承辦,,,,12345675', 5, '業管範圍'],
    ['a name over sixty characters', `12,other,${'張'.repeat(61)},A1,收件股,A,課員,承辦,,,,`, 5, '姓名'],
    ['too few fields', '12,other', 5, ''],
  ])('%s', async (_what, row, line, column) => {
    const faults = await faultsOf(withRow('12', row))
    expect(faults).toContainEqual(expect.objectContaining({ line, column }))
    const before = await everything()
    const ask = await office.file(withRow('12', row))
    const applied = await office.organisation.apply({ ...ask, digest: '0'.repeat(64) }, personnel)
    expect(applied).toMatchObject({ ok: false, error: { code: 'faults' } })
    expect(await everything()).toEqual(before)
  })

  test('units that go round in a circle', async () => {
    const rows = ['1,aa,甲,A,甲課,B,課員,,,,,', '2,bb,乙,B,乙課,A,課員,,,,,']
    expect((await faultsOf(rows)).map(({ line }) => line)).toEqual([2, 3])
  })

  test('a missing column, an empty file, a file with nobody', async () => {
    expect(await faultsOf(ROWS, HEADER.replace('職稱', '頭銜'))).toMatchObject([{ line: 1, column: '職稱' }])
    expect(await faultsOf([])).toMatchObject([{ line: 1, reason: '沒有任何人員' }])
    const empty = await office.write('empty.csv', '')
    expect(await office.organisation.look(empty, personnel)).toMatchObject({ ok: false, error: { code: 'unreadable' } })
  })

  test('a thousand faults are told as the first hundred', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `${i},a${i},,A,甲課,,課員,,,,,`)
    const faults = await faultsOf(rows)
    expect(faults).toHaveLength(100)
    expect(faults[0]?.line).toBe(2)
  })

  test('no fault quotes what stands in the file', async () => {
    const faults = await faultsOf(withRow('12', '12,other,張課員,A1,收件股,A,課員,秘密角色,,,,A123456780'))
    expect(JSON.stringify(faults)).not.toMatch(/秘密角色|A123456780/)
  })
})

test('reads Big5, tabs and values as Taiwan’s offices write them', async () => {
  const rows = ROWS.map((row) => row.replaceAll(',', '\t'))
  const ask = await office.write(
    '人員.tsv',
    iconv.encode(`${[HEADER.replaceAll(',', '\t'), ...rows].join('\r\n')}\r\n`, 'cp950'),
  )
  const look = await office.organisation.look(ask, personnel)
  if (!look.ok) throw new Error(look.error.en)
  expect(look.value.faults).toEqual([])
  expect(look.value.plan.joins[1]?.term).toMatchObject({ name: '王課長', deputyFrom: '2026-11-20', role: 'supervisor' })
})
