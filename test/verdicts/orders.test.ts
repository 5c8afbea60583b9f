import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { verdictOffice } from './verdict-office.ts'

const ACCESS = 'source_id,at,officer,subject,purpose,case_no'
const LOOKS = [
  'jan,2026-01-10 10:00,101,C100000009,案件偵辦,115-偵-9',
  'apr,2026-04-10 10:00,101,C100000009,案件偵辦,115-偵-9',
  'sep,2026-09-10 10:00,101,C100000009,案件偵辦,115-偵-9',
]

let office: Awaited<ReturnType<typeof verdictOffice>>
beforeAll(async () => {
  office = await verdictOffice()
})
afterAll(() => office.close())
beforeEach(() => office.forget())

/** Evidence that reaches further than its own month, as header and rows. */
type Lines = readonly [target: string, header: string, row: string]
const far = (what: string, ...files: readonly Lines[]) => ({ what, files })
const FAR = [
  far('a leave of many months', ['leave', 'officer,kind,starts,ends', '101,sick,2026-01-05,2026-05-31']),
  far(
    'a case opened long after the accesses that name it',
    ['party', 'case_no,subject,role,valid_from', '115-偵-9,C100000009,當事人,2026-08-20'],
    ['case', 'case_no,kind,unit,opened_at,closed_at', '115-偵-9,x,甲科,2026-08-20,'],
  ),
  far(
    'a case closed long before',
    ['party', 'case_no,subject,role,valid_from', '115-偵-9,C100000009,當事人,2025-08-20'],
    ['case', 'case_no,kind,unit,opened_at,closed_at', '115-偵-9,x,甲科,2025-01-01,2025-12-01'],
  ),
  far('an approval for a year', [
    'approval',
    'approval_no,officer,approver,subject,status,approved_at,valid_to',
    'K1,101,109,C100000009,approved,2026-01-01 09:00,2026-12-31',
  ]),
  far('a void document', [
    'document',
    'doc_no,officer,subject,status,issued_at',
    '115-偵-9,102,,void,2026-08-01 09:00',
  ]),
  far('whose number a staff number is', [
    'post',
    'officer,unit,title,duty,person,valid_from',
    '101,甲科,科員,d,C100000009,2026-08-01',
  ]),
  far(
    'an ex-spouse',
    ['kinship', 'subject,other,relation,valid_from', 'B100000001,C100000009,ex-spouse,2026-08-01'],
    ['post', 'officer,unit,title,duty,person,valid_from', '101,甲科,科員,d,B100000001,2025-01-01'],
  ),
  far('a last day', ['separation', 'officer,announced_at,last_day', '101,2026-09-30,2026-01-01']),
]

test.each(FAR)('$what is known to every month it speaks of, whichever file came first', async ({ files }) => {
  const bringAll = async () => {
    for (const [target, ...lines] of files) await office.bring(target, ...lines)
  }
  await bringAll()
  await office.bring('access', ACCESS, ...LOOKS)
  await office.judge()
  const before = [...(await office.verdicts())]
  expect(before.some(([, { rules }]) => rules.length > 0)).toBe(true)

  await office.forget()
  await office.bring('access', ACCESS, ...LOOKS)
  await office.judge()
  await bringAll()
  await office.judge()
  expect([...(await office.verdicts())]).toEqual(before)
})

/** Two versions of one record, of which the second is the last in its life. */
const VERSIONS: readonly (readonly [what: string, target: string, header: string, first: string, last: string])[] = [
  [
    'a case that was closed',
    'case',
    'case_no,kind,unit,opened_at,closed_at',
    '115-偵-9,x,甲科,2025-01-01,',
    '115-偵-9,x,甲科,2025-01-01,2026-02-01',
  ],
  [
    'an approval that was revoked',
    'approval',
    'approval_no,officer,approver,subject,status,approved_at',
    'K1,101,109,C100000009,approved,2026-04-01 09:00',
    'K1,101,109,C100000009,revoked,2026-04-01 09:00',
  ],
  [
    'a leave that was prolonged',
    'leave',
    'officer,kind,starts,ends',
    '101,sick,2026-04-01,2026-04-05',
    '101,sick,2026-04-01,2026-04-20',
  ],
]

test.each(VERSIONS)('%s: the last version counts, whichever came in first', async (_, target, header, first, last) => {
  await office.bring('party', 'case_no,subject,role,valid_from', '115-偵-9,C100000009,當事人,2025-08-20')
  await office.bring('access', ACCESS, ...LOOKS)
  const judged = async (...rows: readonly string[]) => {
    await office.forgetKind(target)
    for (const row of rows) await office.bring(target, header, row)
    await office.judge()
    return [...(await office.verdicts())]
  }
  const now = await judged(last)
  expect(await judged(first)).not.toEqual(now)
  expect(await judged(first, last)).toEqual(now)
  expect(await judged(last, first)).toEqual(now)
})
