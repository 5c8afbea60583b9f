import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { companyId, personId } from '../../sample/people.ts'
import { fixedClock } from '../../src/base/clock.ts'
import { fail, ok } from '../../src/base/result.ts'
import { createDesk, type Desk } from '../../src/gate/desk/create-desk.ts'
import type { Question } from '../../src/gate/desk/question.ts'
import type { QueryGate } from '../../src/gate/port.ts'
import type { temporaryDatabase } from '../engines.ts'
import { type SmallOffice, smallOffice } from './small-office.ts'

const AT = new Date('2026-11-23T02:00:00Z')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const clock = fixedClock(AT)

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let office: SmallOffice
let gate: QueryGate
let desk: Desk
let drawn = 999

beforeAll(async () => {
  office = await smallOffice(clock, () => drawn)
  ;({ database, gate, desk } = office)
})
afterAll(() => office.close())
beforeEach(() => {
  drawn = 999
})

const ownedBy = (person: string, caseNumber: string, more: Partial<Question> = {}): Question => ({
  query: 'land-owner',
  parameters: { person },
  purpose: 'registration',
  caseNumber,
  act: 'query',
  ...more,
})

// Stands for a passkey that signs these bytes and no others; the real one is in test/browser.
const provingFor = (hex: string) => async (bound: Buffer) =>
  hex === bound.toString('hex') ? ok({ at: clock.now(), evidence: { by: 'test' } }) : fail('presence-refused' as const)

const land = { account: 'land' }

async function lookAt(account: string, question: Question) {
  const answer = await desk.look({ account }, question)
  if (!answer.ok) throw new Error(answer.error)
  return answer.value
}

async function rowsOf(answer: Awaited<ReturnType<typeof lookAt>>): Promise<readonly string[]> {
  if (answer.kind !== 'shown') throw new Error(`not shown: ${answer.kind}`)
  const rows: string[] = []
  for await (const row of answer.disclosure.rows) rows.push(row.join(' '))
  return rows
}

async function requestFor(question: Question, account = 'land') {
  const made = await desk.request({ account }, question, '申請人委託查詢繼承財產')
  if (!made.ok) throw new Error(made.error)
  return made.value
}

const eventKinds = async (subjectRef: string): Promise<readonly string[]> =>
  (
    await database.query<{ kind: string }>(
      'SELECT kind FROM event WHERE subject_ref = $1 ORDER BY xmin::text::bigint',
      [subjectRef],
    )
  ).map(({ kind }) => kind)

describe('a look', () => {
  test('by the officer of an open case at one of its parties is shown at once, and recorded', async () => {
    const answer = await lookAt('land', ownedBy(personId(1), '雲登字1號'))
    await rowsOf(answer)
    if (answer.kind !== 'shown') throw new Error('shown')
    expect(answer.disclosure.maskLevel).toBe('full')
    expect(await eventKinds(`disclosure:${answer.disclosure.disclosureCode}`)).toContain('disclosure-closed')
  })

  test('at company B outside the portfolio is refused with the reason and stands in the ledger (T1)', async () => {
    const question: Question = {
      query: 'insurance-company',
      parameters: { company: companyId(2) },
      purpose: 'company-care',
      caseNumber: '',
      act: 'query',
    }
    const refused = await lookAt('officer', question)
    expect(refused).toMatchObject({ kind: 'refused', decided: { decision: { reasons: { code: 'not-in-portfolio' } } } })
    expect(await eventKinds('query:insurance-company@1')).toEqual(['gate-refused'])
    const own = await lookAt('officer', { ...question, parameters: { company: companyId(1) } })
    expect(own.kind).toBe('shown')
    await rowsOf(own)
  })

  test('is asked for a reason when it is drawn, the same again when tried again, and the answer is kept as typed', async () => {
    drawn = 0
    const question = ownedBy(personId(1), '雲登字1號')
    const first = await lookAt('land', question)
    drawn = 999
    const again = await lookAt('land', question)
    if (first.kind !== 'challenge' || again.kind !== 'challenge') throw new Error('no challenge')
    expect(again.id).toBe(first.id)
    expect(await desk.look(land, question, { id: first.id, answer: '是' })).toEqual(fail('challenge-refused'))
    expect(await desk.look(land, question, { id: randomUUID(), answer: '當事人到櫃檯' })).toEqual(
      fail('challenge-refused'),
    )
    const answered = await desk.look(land, question, { id: first.id, answer: '  當事人今日到櫃檯 ' })
    expect(answered).toMatchObject({ ok: true, value: { kind: 'shown' } })
    if (answered.ok) await rowsOf(answered.value)
    const [kept] = await database.query<{ answer: string }>('SELECT answer FROM gate_challenge WHERE id = $1', [
      first.id,
    ])
    expect(kept?.answer).toBe('  當事人今日到櫃檯 ')
  })

  test('fails when the case system does not answer: no fact is guessed', async () => {
    const broken = createDesk({ ...partsOf(), gate: { ...gate, caseFacts: async () => fail('unavailable') } })
    expect(await broken.look(land, ownedBy(personId(1), '雲登字1號'))).toEqual(fail('systems-unavailable'))
  })
})

// The desk over another gate, for what a broken system does.
function partsOf(): Parameters<typeof createDesk>[0] {
  return {
    database,
    clock,
    gate,
    decider: () => {
      throw new Error('not reached')
    },
    office: desk.office,
    sealKey: Buffer.alloc(32, 5),
  }
}

describe('a request', () => {
  const closed = ownedBy(personId(2), '雲登字2號')

  test('is approved by the superior with his passkey over exactly what will be shown, and opens one look (T4)', async () => {
    const request = await requestFor(closed)
    expect(await desk.lookByRequest(land, request.id)).toEqual(fail('ended'))
    const view = await desk.approverView(request.id, 'registrar')
    expect(view).toMatchObject({
      ok: true,
      value: { caseFacts: { isOpen: false, isSubjectParty: true }, sample: { isCut: false } },
    })
    const bound = request.binding.toString('hex')
    expect(await verdict(request.id, 'registrar', 'something else')).toEqual(fail('presence-refused'))
    expect(await verdict(request.id, 'registrar', bound)).toEqual(ok('approved'))
    const shown = await desk.lookByRequest(land, request.id)
    if (!shown.ok) throw new Error(shown.error)
    if (shown.value.kind !== 'shown') throw new Error(shown.value.kind)
    expect(shown.value.disclosure.maskLevel).toBe('standard')
    await rowsOf(shown.value)
    expect(await desk.lookByRequest(land, request.id)).toEqual(fail('ended'))
    expect(await eventKinds(`request:${request.id}`)).toEqual([
      'request-made',
      'gate-asked',
      'request-approved',
      'request-used',
    ])
    const [stored] = await database.query('SELECT sealed_parameters FROM gate_request WHERE id = $1', [request.id])
    expect(stored).toEqual({ sealed_parameters: null })
  })

  test.each([
    ['query', ['csv', 'ods', 'pdf'], 'screen'],
    ['export', ['screen', 'pdf'], 'csv'],
    ['print', ['screen', 'csv', 'ods'], 'pdf'],
  ] as const)(
    'for the act %s opens that act and no other, and another one spends nothing',
    async (act, others, own) => {
      const request = await requestFor({ ...closed, act })
      expect(await verdict(request.id, 'registrar', request.binding.toString('hex'))).toEqual(ok('approved'))
      for (const taking of others) expect(await desk.lookByRequest(land, request.id, taking)).toEqual(fail('other-act'))
      expect(await desk.find(request.id)).toMatchObject({ state: 'approved', usesLeft: 1 })
      const taken = await desk.lookByRequest(land, request.id, own)
      if (!taken.ok || taken.value.kind !== 'shown') throw new Error(JSON.stringify(taken))
      const { disclosure } = taken.value
      expect(disclosure.act).toBe(act)
      // Nor does the file writer take what was opened for another act.
      const context = { title: '', organisation: '', caseNumber: '', purposeTitle: '', origin: '' }
      for (const taking of others)
        if (taking !== 'screen') expect(await desk.file(disclosure, taking, context)).toEqual(fail('format-refused'))
      for await (const _ of disclosure.rows) void _
    },
  )

  test('whose answer only the server may render is refused in another form before anything is spent or opened', async () => {
    const stops: Question = {
      ...{ query: 'police-stops', parameters: { person: personId(3) }, purpose: 'investigation' },
      ...{ caseNumber: '偵字7號', act: 'export' },
    }
    const looker = { account: 'police', stepUpAt: clock.now() }
    const made = await desk.request(looker, stops, '追查嫌疑人行蹤，檢察官囑託')
    if (!made.ok) throw new Error(made.error)
    const signed = made.value.binding.toString('hex')
    expect(await verdict(made.value.id, 'head', signed)).toEqual(ok('approved'))
    const open = () => database.query("SELECT code FROM disclosure WHERE account = 'police' AND state = 'open'")
    const before = await open()
    expect(await desk.lookByRequest(looker, made.value.id, 'csv')).toEqual(fail('format-refused'))
    expect(await open()).toEqual(before)
    expect(await desk.find(made.value.id)).toMatchObject({ state: 'approved', usesLeft: 1 })
  })

  test('is decided on by nobody but whom the organisation names, and never by its own officer', async () => {
    const request = await requestFor(closed)
    const bound = request.binding.toString('hex')
    expect(await verdict(request.id, 'land', bound)).toEqual(fail('own-request'))
    for (const stranger of ['captain', 'officer', 'ethics', 'nobody'])
      expect(await verdict(request.id, stranger, bound)).toEqual(fail('not-approver'))
    expect((await desk.inbox('registrar')).map(({ id }) => id)).toContain(request.id)
    expect(await desk.inbox('captain')).toEqual([])
  })

  test('that was rejected says why, and shows nothing', async () => {
    const request = await requestFor(closed)
    expect(
      await desk.verdict(request.id, 'registrar', { verdict: 'reject', reason: '', prove: provingFor('') }),
    ).toEqual(fail('reason-missing'))
    const rejected = await desk.verdict(request.id, 'registrar', {
      verdict: 'reject',
      reason: '此案已歸檔，無查詢必要',
      prove: provingFor(''),
    })
    expect(rejected).toEqual(ok('rejected'))
    expect(await desk.lookByRequest(land, request.id)).toEqual(fail('ended'))
    expect(await desk.notices('land')).toContainEqual(
      expect.objectContaining({ kind: 'request-decided', request: request.id }),
    )
  })

  test('ends after three days, and an approval after one', async () => {
    const waiting = await requestFor(closed)
    const approved = await requestFor(ownedBy(personId(4), '雲登字2號'))
    await verdict(approved.id, 'registrar', approved.binding.toString('hex'))
    clock.advanceMs(DAY_MS)
    expect(await desk.lookByRequest(land, approved.id)).toEqual(fail('expired'))
    clock.advanceMs(2 * DAY_MS)
    expect(await verdict(waiting.id, 'registrar', waiting.binding.toString('hex'))).toEqual(fail('expired'))
    const states = (await desk.requestsOf('land')).filter(({ id }) => [waiting.id, approved.id].includes(id))
    expect(states.map(({ state, sealedParameters }) => [state, sealedParameters])).toEqual([
      ['expired', null],
      ['expired', null],
    ])
  })

  test('cannot be made where looking needs none, or none would help', async () => {
    const permitted = await desk.request(land, ownedBy(personId(1), '雲登字1號'), '想先問問主管')
    expect(permitted).toEqual(fail('not-requestable'))
    const unknown = await desk.request(land, ownedBy(personId(1), '雲登字999號'), '想先問問主管')
    expect(unknown).toEqual(fail('not-requestable'))
    expect(await desk.request(land, closed, '')).toEqual(fail('justification-missing'))
  })

  test('by two persons opens after the second, and the same one cannot count twice', async () => {
    await manySubjectsToday('land', 60)
    const request = await requestFor(ownedBy(personId(1), '雲登字1號'))
    const bound = request.binding.toString('hex')
    expect(request.template).toBe('two-persons')
    expect(await verdict(request.id, 'registrar', bound)).toEqual(ok('pending'))
    expect(await verdict(request.id, 'registrar', bound)).toEqual(fail('approved-before'))
    expect(await verdict(request.id, 'other', bound)).toEqual(ok('approved'))
  })

  const verdict = (id: string, account: string, assertion: string) =>
    desk.verdict(id, account, { verdict: 'approve', reason: '', prove: provingFor(assertion) })
})

async function manySubjectsToday(account: string, count: number): Promise<void> {
  await database.upkeep.query(
    `INSERT INTO disclosure (code, opened_at, event_id, account, person_name, unit, post, agency, act, query, version,
       purpose, case_number, subject_token, mask_level, outcome, approval, policy_version, state)
     SELECT 'many-' || i, $2, gen_random_uuid(), $1, '', '', '', 'land', 'query', 'land-owner', 1, '', '', 's' || i,
       'full', 'permit', '', '', 'complete' FROM generate_series(1, $3) AS i`,
    [account, clock.now(), count],
  )
}

describe('an emergency', () => {
  const stranger: Question = {
    query: 'police-person',
    parameters: { person: personId(9) },
    purpose: 'stop-check',
    caseNumber: '',
    act: 'query',
  }
  const patrol = { account: 'patrol' }
  const why = '路旁昏迷民眾身分待查，通知家屬'

  async function breakGlass() {
    const looked = await desk.look(patrol, stranger)
    if (!looked.ok) throw new Error(looked.error)
    return desk.emergency(patrol, stranger, why, provingFor(looked.value.decided.binding.toString('hex')))
  }

  test('opens for minutes with the passkey, tells superior and ethics, and leaves a debt (T2)', async () => {
    expect(await lookAt('patrol', stranger)).toMatchObject({
      kind: 'refused',
      decided: { decision: { outcome: 'break-glass', minutes: 15, reasons: { code: 'off-duty' } } },
    })
    expect(await desk.emergency(patrol, stranger, why, provingFor('nothing'))).toEqual(fail('presence-refused'))
    const opened = await breakGlass()
    if (!opened.ok) throw new Error(opened.error)
    const shown = await desk.lookByRequest(patrol, opened.value.id)
    if (!shown.ok) throw new Error(shown.error)
    expect((await rowsOf(shown.value)).length).toBe(1)
    for (const reader of ['captain', 'ethics'])
      expect(await desk.notices(reader)).toEqual([
        expect.objectContaining({ kind: 'emergency', request: opened.value.id }),
      ])
    expect((await desk.reviewsOf('patrol'))[0]).toMatchObject({ conclusion: '', looks: 1 })
    clock.advanceMs(15 * 60_000)
    expect(await desk.lookByRequest(patrol, opened.value.id)).toEqual(fail('expired'))
  })

  test('is refused while an earlier one stays unexplained past its time, and again possible once it is explained', async () => {
    clock.advanceMs(3 * DAY_MS)
    expect(await breakGlass()).toEqual(fail('review-overdue'))
    const [owed] = await desk.reviewsOf('patrol')
    if (!owed) throw new Error('no review')
    expect(await desk.state(owed.request, 'captain', '我替他說明當時情形')).toEqual(fail('not-yours'))
    expect(await desk.state(owed.request, 'patrol', '民眾已送醫，家屬到場，工作紀錄如附')).toEqual(ok(undefined))
    expect((await breakGlass()).ok).toBe(true)
    const conclusion = { conclusion: 'justified', remark: '與救護紀錄相符' } as const
    expect(await desk.conclude(owed.request, { account: 'patrol', post: '警員' }, conclusion)).toEqual(
      fail('own-request'),
    )
    expect(await desk.conclude(owed.request, { account: 'ethics', post: '政風' }, conclusion)).toEqual(ok(undefined))
    expect(await desk.conclude(owed.request, { account: 'ethics', post: '政風' }, conclusion)).toEqual(fail('ended'))
    expect(await eventKinds(`request:${owed.request}`)).toEqual([
      'emergency-opened',
      'request-used',
      'emergency-stated',
      'emergency-reviewed',
    ])
  })

  test('is not to be had where the policies know none', async () => {
    const question = ownedBy(personId(2), '雲登字2號')
    expect(await desk.emergency(land, question, why, provingFor(''))).toEqual(fail('not-requestable'))
  })
})

test('what an official typed is not in the database in the clear while a request waits', async () => {
  const request = await requestFor(ownedBy(personId(5), '雲登字2號'))
  const [row] = await database.query<{ whole: string }>('SELECT r::text AS whole FROM gate_request r WHERE id = $1', [
    request.id,
  ])
  expect(row?.whole).not.toContain(personId(5))
})
