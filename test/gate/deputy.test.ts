import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personId } from '../../sample/people.ts'
import { fixedClock } from '../../src/base/clock.ts'
import { ok } from '../../src/base/result.ts'
import { type SmallOffice, smallOffice } from './small-office.ts'

const clock = fixedClock(new Date('2026-11-23T02:00:00Z'))
const NOBODY = { unit: '登記課', manager: '', deputy: '', from: null as string | null }

let office: SmallOffice

beforeAll(async () => {
  office = await smallOffice(clock)
  const { database } = office
  await database.upkeep.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash)
     VALUES ('standin', '代理人', '登記課', '課員', 'officer', 'land', ''), ('chief', '主任', '主任室', '主任', 'head', 'land', '')`,
  )
  await database.upkeep.query(
    `INSERT INTO unit (agency, code, name, parent, since, source) VALUES ('land', 'A', '登記課', '', '2026-01-01', 'test')`,
  )
  const hold = (person: string, account: string, role: string, more: Partial<typeof NOBODY> = {}) => {
    const { unit, manager, deputy, from } = { ...NOBODY, ...more }
    return database.upkeep.query(
      `INSERT INTO term (agency, person, account, name, unit_code, unit, title, duty, role, manager, deputy, deputy_from,
         portfolio, subject, since, source, recorded_at)
       VALUES ('land', $1, $2, $2, 'A', $3, '職', '', $4, $5, $6, $7, '{}', '', '2026-01-01', 'test', now())`,
      [person, account, unit, role, manager, deputy, from],
    )
  }
  await hold('1', 'land', 'officer')
  await hold('2', 'registrar', 'supervisor', { deputy: '3', from: '2026-11-20' })
  await hold('3', 'standin', 'officer')
  await hold('4', 'chief', 'head')
})
afterAll(() => office.close())

async function requestOf(person: number, template: 'supervisor' | 'two-persons') {
  const question = {
    query: 'land-owner',
    parameters: { person: personId(person) },
    purpose: 'registration',
    act: 'query' as const,
  }
  const made = await office.desk.request(
    { account: 'land' },
    { ...question, caseNumber: '雲登字1號' },
    '申請人委託查詢繼承財產',
  )
  if (!made.ok) throw new Error(made.error)
  await office.database.upkeep.query('UPDATE gate_request SET template = $2 WHERE id = $1', [made.value.id, template])
  return made.value.id
}

const approve = (id: string, account: string) =>
  office.desk.verdict(id, account, {
    ...{ verdict: 'approve' as const, reason: '' },
    prove: async () => ok({ at: clock.now(), evidence: {} }),
  })

describe('a deputy in his period', () => {
  test('decides in his principal’s place, and the approval says in whose', async () => {
    const id = await requestOf(3, 'supervisor')
    expect((await office.desk.inbox('standin')).map((each) => each.id)).toContain(id)
    expect(await approve(id, 'standin')).toEqual(ok('approved'))
    const approvals = await office.database.query(
      'SELECT approver, approver_post, acting_for FROM gate_approval WHERE request = $1',
      [id],
    )
    expect(approvals).toEqual([
      { approver: 'standin', approver_post: '登記課 職（代理登記課職）', acting_for: 'registrar' },
    ])
  })

  test('and his principal are one authority, not two persons', async () => {
    const id = await requestOf(4, 'two-persons')
    expect(await approve(id, 'standin')).toEqual(ok('pending'))
    expect(await approve(id, 'registrar')).toMatchObject({ ok: false, error: 'approved-before' })
    expect(await approve(id, 'chief')).toEqual(ok('approved'))
  })

  test('does not decide on his own request, nor after somebody else took his place', async () => {
    const id = await requestOf(5, 'supervisor')
    expect(await approve(id, 'land')).toMatchObject({ ok: false, error: 'own-request' })
    expect(await approve(id, 'other')).toMatchObject({ ok: false, error: 'not-approver' })
    await office.database.upkeep.query("UPDATE term SET until = now(), closed_at = now() WHERE person = '3'")
    expect(await approve(id, 'standin')).toMatchObject({ ok: false, error: 'not-approver' })
  })
})
