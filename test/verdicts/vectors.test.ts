import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { drawn } from '../thorough.ts'
import { type Judged, verdictOffice } from './verdict-office.ts'

const WORLD = resolve(import.meta.dirname, '../../../shared/vectors/verdicts')
const isThere = existsSync(WORLD)
if (!isThere) process.stderr.write('test/verdicts: no shared vectors beside the checkout; their worlds are left out\n')

const EVIDENCE = [
  'party',
  'case',
  'assignment',
  'approval',
  'dispatch',
  'document',
  'leave',
  'portfolio',
  'stop',
  'address',
]
const FIRST = ['access1', ...EVIDENCE]
const LATER = ['access1b', 'party2', 'case2', 'assignment2', 'dispatch2']
const PERMUTATIONS = drawn(1, 20)

let office: Awaited<ReturnType<typeof verdictOffice>>
beforeAll(async () => {
  office = await verdictOffice()
})
afterAll(() => office.close())
beforeEach(() => office.forget())

const bringIn = async (names: readonly string[]) => {
  for (const name of names)
    await office.loadFile(join(WORLD, `${name}.csv`), join(WORLD, `${name.replace(/\d.*$/, '')}.yaml`))
}
const explainedBy = (rule: string) => ({ verdict: 'explained', rules: expect.arrayContaining([rule]) })
const flaggedBy = (rule: string, verdict = 'unexplained') => ({ verdict, rules: expect.arrayContaining([rule]) })

describe.runIf(isThere)('the small worlds of another office', () => {
  const expected = (found: ReadonlyMap<string, Judged>) => {
    expect(found.get('r01')).toMatchObject(explainedBy('case-assigned'))
    for (let i = 2; i <= 12; i++)
      expect(found.get(`r${String(i).padStart(2, '0')}`)).toMatchObject(explainedBy('approval-before'))
    expect(found.get('r20')).toMatchObject(explainedBy('document-names-both'))
    expect(found.get('r30')).toMatchObject(explainedBy('dispatch-subject'))
    expect(found.get('r31')).toMatchObject(explainedBy('dispatch-subject'))
    expect(found.get('r40')).toMatchObject(explainedBy('leave-in-doubt-stop'))
    expect(found.get('r50')).toMatchObject(flaggedBy('portfolio-holder-away'))
    expect(found.get('r60')?.rules).not.toContain('same-neighbourhood')
  }

  test('are judged right', async () => {
    await bringIn(['post', ...FIRST])
    await office.judge()
    expected(await office.verdicts())
  })

  test('and a later import of other records takes nothing away', async () => {
    await bringIn(['post', ...FIRST])
    await office.judge()
    await bringIn(LATER)
    await office.judge()
    const found = await office.verdicts()
    expected(found)
    expect(found.get('s01')).toMatchObject(explainedBy('case-assigned'))
    for (let i = 2; i <= 11; i++)
      expect(found.get(`s${String(i).padStart(2, '0')}`)).toMatchObject(flaggedBy('case-reused'))
  })

  test('in whatever order the files come, and wherever between them it is judged', async () => {
    const all = ['post', ...FIRST, ...LATER]
    await bringIn(all)
    await office.judge()
    const verdicts = [...(await office.verdicts())]
    const orders = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
    await fc.assert(
      fc.asyncProperty(orders, fc.nat({ max: all.length }), async (order, stop) => {
        await office.forget()
        await bringIn(order.slice(0, stop))
        await office.judge()
        await bringIn(order.slice(stop))
        await office.judge()
        expect([...(await office.verdicts())]).toEqual(verdicts)
      }),
      { numRuns: PERMUTATIONS, seed: 115 },
    )
  })

  test('and an access without a day stops the judging of no other', async () => {
    await bringIn(['post', ...FIRST, 'access2'])
    expect(await office.judge()).toMatchObject({ state: 'done' })
    expected(await office.verdicts())
  })
})

const ACCESS = 'source_id,at,officer,subject,purpose,case_no'
const POST = 'officer,unit,title,duty,person,valid_from'
const look = async (...rows: readonly string[]) => {
  await office.bring('access', ACCESS, ...rows)
  await office.judge()
  return office.verdicts()
}

describe('an evidence kind keeps every row', () => {
  test('the list of one approval, and the two persons of one ticket, after another import of the kind', async () => {
    await office.bring('post', POST, '101,甲科,科員,d,B100000001,2020-01-01')
    const approval = 'approval_no,officer,approver,subject,status,approved_at'
    const listed = (no: string, from: number) =>
      Array.from({ length: 11 }, (_, i) => `${no},101,109,D1000000${from + i},approved,2026-01-09 17:00`)
    await office.bring('approval', approval, ...listed('K1', 10))
    const visit = 'ticket,officer,subject,service,at'
    await office.bring('visit', visit, 'T1,101,E100000001,x,2026-01-10 10:00', 'T1,101,E100000002,x,2026-01-10 10:00')
    await office.bring('approval', approval, ...listed('K2', 40))
    await office.bring('visit', visit, 'T2,101,E100000003,x,2026-01-10 11:00')
    const found = await look(
      ...Array.from({ length: 11 }, (_, i) => `a${i},2026-01-10 09:0${i % 10},101,D1000000${10 + i},清查,`),
      'v1,2026-01-10 10:05,101,E100000001,申請,',
      'v2,2026-01-10 10:06,101,E100000002,申請,',
    )
    expect([...found.values()].map(({ verdict }) => verdict)).toEqual(Array(13).fill('explained'))
  })

  test('a dispatch that another one of the same officer began within', async () => {
    const dispatch = 'dispatch_no,officer,unit,place,starts,ends'
    await office.bring('dispatch', dispatch, 'X1,103,乙所,p,2026-01-10 09:00,2026-01-10 12:00')
    await office.bring('dispatch', dispatch, 'X2,103,乙所,p,2026-01-10 09:30,2026-01-10 09:40')
    expect((await look('d1,2026-01-10 10:00,103,F100000001,110 報案,')).get('d1')).toMatchObject(
      explainedBy('dispatch-duty'),
    )
  })

  test('a leave that began before a shorter one still covers its last day', async () => {
    await office.bring(
      'leave',
      'officer,kind,starts,ends',
      '104,annual,2026-01-05,2026-02-20',
      '104,sick,2026-01-10,2026-01-10',
    )
    const found = await look('l1,2026-01-12 10:00,104,G100000001,x,')
    expect(found.get('l1')).toMatchObject(flaggedBy('on-leave', 'contradicted'))
  })
})

describe('an approval', () => {
  const approval = 'approval_no,officer,approver,subject,status,approved_at,recorded_at,recorded_by'
  test('counts from when it was recorded, and within the rule of urgent ones is a flag', async () => {
    await office.bring(
      'approval',
      approval,
      'K1,101,109,D100000001,approved,2026-01-07 10:00,2026-01-07 16:00,',
      'K2,101,109,D100000002,approved,2026-01-07 10:00,2026-01-09 16:00,',
      'K3,101,109,D100000003,approved,2026-01-12 09:00,2026-01-12 09:00,',
      'K4,101,109,D100000004,approved,2026-01-07 10:00,2026-01-07 10:00,101',
    )
    const found = await look(
      'k1,2026-01-07 10:05,101,D100000001,清查,',
      'k2,2026-01-07 10:05,101,D100000002,清查,',
      'k3,2026-01-09 17:00,101,D100000003,清查,',
      'k4,2026-01-07 10:05,101,D100000004,清查,',
    )
    expect(found.get('k1')).toMatchObject(flaggedBy('approval-urgent'))
    expect(found.get('k2')).toMatchObject(flaggedBy('approval-after', 'contradicted'))
    // Friday's look, approved on Monday
    expect(found.get('k3')).toMatchObject(flaggedBy('approval-urgent'))
    // the list he filled himself
    expect(found.get('k4')).toMatchObject(flaggedBy('approval-before', 'weak'))
  })
})

describe('an assignment', () => {
  test('ends with its case', async () => {
    await office.bring('case', 'case_no,kind,unit,opened_at,closed_at', '115-偵-9,x,甲科,2025-11-01,2025-12-10')
    await office.bring('assignment', 'case_no,officer,valid_from', '115-偵-9,101,2025-11-01')
    await office.bring('party', 'case_no,subject,role,valid_from', '115-偵-9,C100000009,當事人,2025-11-01')
    const found = await look(
      'c1,2026-01-10 10:00,101,C100000009,案件偵辦,115-偵-9',
      'c2,2025-12-10 10:00,101,C100000009,案件偵辦,115-偵-9',
    )
    expect(found.get('c1')?.rules).not.toContain('case-assigned')
    expect(found.get('c1')).toMatchObject(flaggedBy('case-closed', 'contradicted'))
    expect(found.get('c2')).toMatchObject(explainedBy('case-assigned'))
  })
})

describe('who stands in for a colleague', () => {
  const portfolio = 'officer,subject,valid_from'
  beforeEach(() => office.bring('portfolio', portfolio, '105,12345675,2020-01-01', '106,22099131,2020-01-01'))

  test('by the leave slip carries his portfolio for those days, and no longer', async () => {
    await office.bring('leave', 'officer,kind,starts,ends,deputy', '105,annual,2026-01-10,2026-01-10,106')
    const found = await look('p1,2026-01-10 10:00,106,12345675,審核,', 'p2,2026-01-11 10:00,106,12345675,審核,')
    expect(found.get('p1')).toMatchObject(explainedBy('leave-deputy-portfolio'))
    expect(found.get('p2')).toMatchObject(flaggedBy('not-in-portfolio', 'contradicted'))
  })

  test('by the chart carries his portfolio and his cases', async () => {
    await office.bring('deputy', 'officer,absent,valid_from,valid_to', '106,105,2026-01-10,2026-01-12')
    await office.bring('assignment', 'case_no,officer,valid_from', '115-偵-9,105,2025-11-01')
    await office.bring('party', 'case_no,subject,role,valid_from', '115-偵-9,C100000009,當事人,2025-11-01')
    const found = await look(
      'p1,2026-01-12 23:00,106,12345675,審核,',
      'p2,2026-01-12 10:00,106,C100000009,案件,115-偵-9',
      'p3,2026-01-13 10:00,106,12345675,審核,',
    )
    expect(found.get('p1')).toMatchObject(explainedBy('deputy-portfolio'))
    expect(found.get('p2')).toMatchObject(explainedBy('deputy-case'))
    expect(found.get('p3')).toMatchObject(flaggedBy('not-in-portfolio', 'contradicted'))
  })

  test('and whoever works for a company in his charge is explained', async () => {
    await office.bring(
      'employment',
      'subject,company,valid_from,valid_to',
      'A100000001,12345675,2020-01-01,',
      'A100000002,12345675,2020-01-01,2025-06-30',
      'A100000003,22099131,2020-01-01,',
    )
    await office.bring('leave', 'officer,kind,starts,ends,deputy', '106,annual,2026-01-10,2026-01-10,105')
    const found = await look(
      'e1,2026-01-10 10:00,105,A100000001,審核,',
      'e2,2026-01-10 10:00,105,A100000002,審核,',
      'e3,2026-01-10 10:00,105,A100000003,審核,',
    )
    expect(found.get('e1')).toMatchObject(explainedBy('portfolio-employee'))
    expect(found.get('e2')?.verdict).toBe('unexplained')
    expect(found.get('e3')).toMatchObject(explainedBy('leave-deputy-employee'))
  })
})
