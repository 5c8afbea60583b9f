import { afterAll, beforeAll, expect, test } from 'vitest'
import { personId } from '../../sample/people.ts'
import { fixedClock } from '../../src/base/clock.ts'
import { fail, ok } from '../../src/base/result.ts'
import { MAX_ASKED_A_DAY } from '../../src/gate/desk/ask-assignment.ts'
import { MAX_EMERGENCIES_A_DAY } from '../../src/gate/desk/emergency.ts'
import type { Question } from '../../src/gate/desk/question.ts'
import { type SmallOffice, smallOffice } from './small-office.ts'

const DAY_MS = 86_400_000
/** stop checks of one day that police-person.cedar allows */
const STOP_CHECKS_A_DAY = 30
const AT_ONCE = 80
// An hour at which patrols are on duty.
const clock = fixedClock(new Date('2026-11-23T02:00:00Z'))
let office: SmallOffice

beforeAll(async () => {
  office = await smallOffice(clock)
}, 120_000)
afterAll(() => office.close())

const stopCheck = (person: number): Question => ({
  query: 'police-person',
  parameters: { person: personId(person) },
  purpose: 'stop-check',
  caseNumber: '',
  act: 'query',
})

async function shownOf(account: string, questions: readonly Question[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  const answers = await Promise.all(
    questions.map(async (question) => {
      const looked = await office.desk.look({ account }, question)
      if (!looked.ok) return looked.error
      if (looked.value.kind === 'shown') for await (const _ of looked.value.disclosure.rows) void _
      return looked.value.kind
    }),
  )
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1
  return counts
}

test('of eighty looks at once exactly as many are shown as the policies allow in a day, the rest refused and recorded', async () => {
  const questions = Array.from({ length: AT_ONCE }, (_, n) => stopCheck(n + 1))
  expect(await shownOf('police', questions)).toEqual({
    shown: STOP_CHECKS_A_DAY,
    refused: AT_ONCE - STOP_CHECKS_A_DAY,
  })
  const [kept] = await office.database.query(
    `SELECT (SELECT count(DISTINCT subject_token)::int FROM disclosure WHERE account = 'police') AS shown,
       (SELECT count(*)::int FROM event WHERE actor = 'police' AND kind = 'gate-refused') AS refused`,
  )
  expect(kept).toEqual({ shown: STOP_CHECKS_A_DAY, refused: AT_ONCE - STOP_CHECKS_A_DAY })
  clock.advanceMs(DAY_MS)
  expect(await shownOf('police', [stopCheck(90)])).toEqual({ shown: 1 })
}, 240_000)

// Stands for a passkey; the real one is in test/browser.
const proving = async () => ok({ at: clock.now(), evidence: { by: 'test' } })
const why = '路旁昏迷民眾身分待查，通知家屬'

test('of ten emergencies at once one person opens as many as a day allows, and again the next day', async () => {
  const opened = await Promise.all(
    Array.from({ length: 10 }, (_, n) => office.desk.emergency({ account: 'patrol' }, stopCheck(n + 1), why, proving)),
  )
  expect(opened.filter(({ ok: isOpen }) => isOpen)).toHaveLength(MAX_EMERGENCIES_A_DAY)
  for (const each of opened.filter(({ ok: isOpen }) => !isOpen)) expect(each).toEqual(fail('too-many-emergencies'))
  clock.advanceMs(DAY_MS)
  expect((await office.desk.emergency({ account: 'patrol' }, stopCheck(20), why, proving)).ok).toBe(true)
}, 120_000)

test('the same wish for an assignment stands once in the superior’s list until he has read it, and a day has a limit', async () => {
  const ask = (number: string) => office.desk.assignment('land', 'land', number, '當事人到櫃檯申請，請分案')
  const wishes = async () => (await office.desk.notices('registrar')).filter(({ kind }) => kind === 'assignment-wanted')
  for (let i = 0; i < 3; i++) expect(await ask('雲登字1號')).toEqual(ok(undefined))
  expect(await wishes()).toHaveLength(1)
  await office.desk.readNotices('registrar')
  expect(await ask('雲登字1號')).toEqual(ok(undefined))
  expect(await wishes()).toHaveLength(2)
  const rest = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(`雲登字${n + 10}號`)))
  expect(rest.filter(({ ok: isAsked }) => isAsked)).toHaveLength(MAX_ASKED_A_DAY - 4)
  expect(rest.filter(({ ok: isAsked }) => !isAsked)[0]).toEqual(fail('too-many-asked'))
}, 120_000)
