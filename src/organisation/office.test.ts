import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryAnalytics } from '../../test/engines.ts'
import { temporaryOffice } from '../../test/organisation/temporary-office.ts'
import { fixedClock } from '../base/clock.ts'
import { completeNationalId } from '../base/taiwan-id.ts'
import { shareHousehold } from './household.ts'
import { createOffice } from './office.ts'

const HEADER_MORE =
  '員工編號,帳號,姓名,單位代碼,單位,上級單位代碼,職稱,角色,主管編號,代理人,代理起日,代理迄日,業管範圍,身分證字號'
const [A, B, C] = ['A12345678', 'B22345678', 'A22345678'].map(completeNationalId) as [string, string, string]
const ROWS = [
  `1,boss,陳主任,00,主任室,,主任,首長,,,,,,${C}`,
  '10,chief,王課長,A,登記課,00,課長,主管,,11,115/11/20,115/11/30,company:11111111,',
  `11,clerk,李課員,A1,收件股,A,課員,承辦,,,,,company:12345675,${A}`,
  '12,other,張課員,A1,收件股,A,課員,承辦,20,,,,,',
  `20,mapper,周課長,B,測量課,00,課長,主管,,21,,,,${B}`,
  '21,helper,吳課員,B,測量課,00,課員,承辦,,,,,,',
]

let people: Awaited<ReturnType<typeof temporaryOffice>>
let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>

beforeAll(async () => {
  people = await temporaryOffice()
  within = officeAt('2026-11-26')
  analytics = await temporaryAnalytics()
  const ask = await people.file(ROWS, HEADER_MORE)
  const look = await people.organisation.look(ask, { account: 'x', post: '' })
  if (!look.ok || look.value.faults.length > 0) throw new Error(JSON.stringify(look))
  await people.organisation.apply({ ...ask, digest: look.value.plan.digest }, { account: 'x', post: '' })
  await people.database.upkeep.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash)
     VALUES ('county', '縣長', '縣長室', '縣長', 'head', '', ''), ('nofile', '無', '科', '員', 'officer', 'police', ''),
            ('captain', '隊長', '隊', '長', 'supervisor', 'police', '')`,
  )
})
afterAll(async () => {
  await people.close()
  await analytics.close()
})

const officeAt = (day: string) =>
  createOffice({
    database: people.database,
    clock: fixedClock(new Date(`${day}T04:00:00Z`)),
    household: (judge, account) => shareHousehold({ ...people, analytics }, judge, account),
  })
let within: ReturnType<typeof createOffice>
const accountsOf = async (...[account, template]: Parameters<typeof within.approversOf>) =>
  (await within.approversOf(account, template)).map((each) => each.account)

describe('who may approve', () => {
  test('is the supervisor of the nearest unit above that has one', async () => {
    expect(await accountsOf('helper', 'supervisor')).toEqual(['mapper'])
    expect(await accountsOf('clerk', 'supervisor')).toEqual(['chief'])
  })

  test('is the superior his file names before that of his unit', async () => {
    expect(await accountsOf('other', 'supervisor')).toEqual(['mapper'])
  })

  test('is the head for a supervisor, and the county’s head for the head', async () => {
    expect(await accountsOf('chief', 'supervisor')).toEqual(['boss'])
    expect(await accountsOf('clerk', 'head')).toEqual(['boss'])
    expect(await accountsOf('boss', 'supervisor')).toEqual(['county'])
  })

  test('are as many levels as two different persons take', async () => {
    expect(await accountsOf('helper', 'two-persons')).toEqual(['mapper', 'boss'])
  })

  test('is by role alone where no personnel file was brought', async () => {
    expect(await accountsOf('nofile', 'supervisor')).toEqual(['captain'])
  })

  test('is a deputy too in his days, the first and the last included, with whose place he takes; never the asker', async () => {
    const deputies = async (day: string) =>
      (await officeAt(day).approversOf('other', 'two-persons')).filter(({ actingFor }) => actingFor)
    for (const day of ['2026-11-20', '2026-11-26', '2026-11-30'])
      expect(await deputies(day)).toMatchObject([
        { account: 'clerk', actingFor: { account: 'chief', post: '登記課課長' } },
      ])
    for (const day of ['2026-11-19', '2026-12-01']) expect(await deputies(day)).toEqual([])
    expect(await accountsOf('clerk', 'supervisor')).toEqual(['chief'])
  })

  test('is no deputy who is only named, without a day he begins', async () => {
    expect((await within.approversOf('helper', 'supervisor')).map((each) => each.account)).toEqual(['mapper'])
  })
})

describe('who asks', () => {
  test('handles what his post gives him', async () => {
    expect(await officeAt('2026-12-01').asker('clerk')).toMatchObject({ portfolio: ['company:12345675'], post: '課員' })
    expect(await within.asker('nobody')).toBeUndefined()
  })

  test('handles his principal’s too while he stands in, and his post says so', async () => {
    expect(await within.asker('clerk')).toMatchObject({
      portfolio: ['company:12345675', 'company:11111111'],
      post: '課員（代理登記課課長）',
    })
  })
})

describe('a conflict of interest', () => {
  test('is oneself, and one’s superior, for whatever act', async () => {
    for (const act of ['list', 'approve', 'judge'] as const) {
      expect(await within.conflict('clerk', 'clerk', act)).toBe('self')
      expect(await within.conflict('clerk', 'boss', act)).toBe('subordinate')
    }
  })

  test('is a report when his act is judged, not when his look is approved', async () => {
    expect(await within.conflict('mapper', 'helper', 'approve')).toBeUndefined()
    expect(await within.conflict('mapper', 'helper', 'judge')).toBe('superior')
    expect(await within.conflict('mapper', 'clerk', 'judge')).not.toBe('superior')
  })

  test('is the one whose deputy one is', async () => {
    const rows = ROWS.map((row) =>
      row.replace('20,mapper,周課長,B,測量課,00,課長,主管,,21', '20,mapper,周課長,B,測量課,00,課長,主管,,10'),
    )
    expect(rows).not.toEqual(ROWS)
    const ask = await people.file(rows, HEADER_MORE)
    const by = { account: 'x', post: '' }
    const look = await people.organisation.look(ask, by)
    await people.organisation.apply({ ...ask, digest: look.ok ? look.value.plan.digest : '' }, by)
    expect(await within.conflict('chief', 'mapper', 'approve')).toBe('deputy')
  })

  test('is kin and household, asked for one pair, recorded, and not when requests are merely listed', async () => {
    const asked = async () => (await people.database.query("SELECT 1 FROM event WHERE kind = 'household-asked'")).length
    const pseudonym = (id: string) => Buffer.from(id).toString('hex').slice(0, 32).padEnd(32, '0')
    expect(await within.conflict('mapper', 'clerk', 'approve')).toBeUndefined()
    const before = await asked()
    const kin = (a: string, b: string, relation: string, until: string) =>
      analytics.command(
        `INSERT INTO evidence_kinship SELECT unhex(repeat('00', 16)), 'i', 1, 'land', unhex({a:String}), unhex({b:String}),
           {relation:String}, toDateTime64('2020-01-01 00:00:00', 3, 'UTC'), toDateTime64({until:String}, 3, 'UTC'),
           toDateTime64('2020-01-01 00:00:00', 3, 'UTC'), '', toDateTime64('2020-01-01 00:00:00', 3, 'UTC'), 0`,
        { params: { a: pseudonym(a), b: pseudonym(b), relation, until } },
      )
    await kin(A, C, 'household', '2026-11-26 03:59:59')
    expect(await within.conflict('boss', 'clerk', 'approve')).toBeUndefined()
    await kin(B, A, 'ex-spouse', '2024-01-01 00:00:00')
    expect(await within.conflict('mapper', 'clerk', 'approve')).toBe('household')
    expect(await within.conflict('clerk', 'mapper', 'judge')).toBe('household')
    const after = await asked()
    expect(after - before).toBe(3)
    expect(await within.conflict('mapper', 'clerk', 'list')).toBeUndefined()
    expect(await asked()).toBe(after)
    expect(await within.conflict('mapper', 'nofile', 'approve')).toBeUndefined()
  })

  test('is one address at the same time', async () => {
    const live = (subject: string, from: string, until: string) =>
      analytics.command(
        `INSERT INTO evidence_address SELECT unhex(repeat('00', 16)), 'i', 1, 'land', unhex({subject:String}), unhex(repeat('11', 16)),
           unhex(repeat('22', 16)), toDateTime64({from:String}, 3, 'UTC'), toDateTime64({until:String}, 3, 'UTC'),
           toDateTime64('2020-01-01 00:00:00', 3, 'UTC'), '', toDateTime64('2020-01-01 00:00:00', 3, 'UTC'), 0`,
        { params: { subject: Buffer.from(subject).toString('hex').padEnd(32, '0'), from, until } },
      )
    await live(C, '2020-01-01 00:00:00', '2299-12-31 00:00:00')
    await live(B, '2020-01-01 00:00:00', '2026-11-01 00:00:00')
    expect(await within.conflict('boss', 'mapper', 'approve')).toBeUndefined()
    await live(B, '2026-11-01 00:00:00', '2299-12-31 00:00:00')
    expect(await within.conflict('boss', 'mapper', 'approve')).toBe('household')
  })
})
