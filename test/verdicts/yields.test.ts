import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Judged, verdictOffice } from './verdict-office.ts'

let office: Awaited<ReturnType<typeof verdictOffice>>
let found: ReadonlyMap<string, Judged>

// One world for all: each official has his own leave, terminal or roster, and his own record that says yes, or none.
beforeAll(async () => {
  office = await verdictOffice()
  await office.bring(
    'post',
    'officer,unit,title,duty,person,valid_from',
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((each) => `10${each},甲科,科員,d,,2020-01-01`),
  )
  const leave = [101, 102, 103, 104, 105, 106].map((each) => `${each},annual,2026-01-10,2026-01-10`)
  await office.bring('leave', 'officer,kind,starts,ends', ...leave)
  await office.bring('stop', 'officer,subject,place,at', '101,G100000001,p,2026-01-10 09:00')
  await office.bring('visit', 'ticket,officer,subject,service,at', 'T1,102,G100000002,x,2026-01-10 10:00')
  await office.bring(
    'dispatch',
    'dispatch_no,officer,unit,place,starts,ends',
    'X1,103,甲科,p,2026-01-10 09:00,2026-01-10 11:00',
  )
  await office.bring(
    'presence',
    'officer,kind,place,starts,ends',
    '104,badge,大門,2026-01-10 08:00,2026-01-10 17:00',
    '106,terminal,PC-6,2026-01-10 08:00,2026-01-10 17:00',
    '107,terminal,PC-7,2026-01-10 08:00,2026-01-10 12:00',
    '108,terminal,PC-7,2026-01-10 09:00,2026-01-10 17:00',
  )
  await office.bring(
    'shift',
    'officer,kind,place,starts,ends',
    '105,overtime,所,2026-01-10 08:00,2026-01-10 17:00',
    '109,desk,所,2026-01-10 08:00,2026-01-10 17:00',
    '109,patrol,線,2026-01-10 12:00,2026-01-10 14:00',
  )
  await office.bring(
    'case',
    'case_no,kind,unit,opened_at,closed_at',
    '115-偵-7,x,甲科,2025-06-01,2025-12-01',
    '115-偵-8,x,甲科,2025-06-01,',
  )
  await office.bring('case', 'case_no,kind,unit,opened_at,closed_at', '115-偵-8,x,乙科,2025-06-01,')
  await office.bring(
    'party',
    'case_no,subject,role,valid_from',
    '115-偵-7,C100000007,當事人,2025-06-01',
    '115-偵-8,C100000008,當事人,2025-06-01',
  )
  await office.bring(
    'document',
    'doc_no,officer,subject,case_no,status,issued_at,recorded_by',
    'D1,101,,115-偵-7,valid,2026-01-11 09:00,收發',
    'D2,108,,115-偵-7,valid,2026-01-11 09:00,108',
    'D3,102,E100000001,,valid,2026-01-11 09:00,102',
    'D4,102,E100000002,,valid,2026-01-11 09:00,',
  )
  await office.bring(
    'access',
    'source_id,at,officer,terminal,subject,purpose,case_no',
    'stop,2026-01-10 13:00,101,,A100000001,x,',
    'stop-late,2026-01-10 13:01,101,,A100000001,x,',
    'visit,2026-01-10 10:05,102,,A100000001,x,',
    'dispatch,2026-01-10 10:05,103,,A100000001,x,',
    'badge,2026-01-10 10:05,104,,A100000001,x,',
    'overtime,2026-01-10 10:05,105,,A100000001,x,',
    'sign-in,2026-01-10 10:05,106,PC-6,A100000001,x,',
    'shared,2026-01-10 10:05,107,PC-7,A100000001,x,',
    'taken,2026-01-10 13:05,107,PC-7,A100000001,x,',
    'patrol,2026-01-10 13:05,109,,A100000001,巡邏盤查,',
    'desk,2026-01-10 14:00,109,,A100000001,巡邏盤查,',
    'late-paper,2026-01-12 10:00,101,,C100000007,x,115-偵-7',
    'own-paper,2026-01-12 10:00,108,,C100000007,x,115-偵-7',
    'handed-on,2026-01-12 10:00,107,,F100000001,x,115-偵-8',
    'self-made,2026-01-12 10:00,102,,E100000001,x,',
    'by-system,2026-01-12 10:00,102,,E100000002,x,',
  )
  await office.judge()
  found = await office.verdicts()
})
afterAll(() => office.close())

test.each([
  ['stop', 'unexplained', 'leave-in-doubt-stop'],
  ['stop-late', 'contradicted', 'on-leave'],
  ['visit', 'unexplained', 'leave-in-doubt-visit'],
  ['dispatch', 'unexplained', 'leave-in-doubt-dispatch'],
  ['badge', 'unexplained', 'leave-in-doubt-entry'],
  ['overtime', 'unexplained', 'leave-in-doubt-overtime'],
  // Whoever has borrowed an account is signed in as well.
  ['sign-in', 'contradicted', 'on-leave'],
  ['shared', 'unexplained', 'terminal-in-doubt'],
  ['taken', 'contradicted', 'terminal-of-another'],
  ['patrol', 'unexplained', 'duty-in-doubt'],
  ['desk', 'contradicted', 'patrol-claim-on-desk-duty'],
  // The case is closed for all; the paper came from elsewhere.
  ['late-paper', 'unexplained', 'case-followed-up'],
  ['own-paper', 'contradicted', 'case-closed'],
  // A case that was handed on to another unit was this unit's too.
  ['handed-on', 'unexplained', 'case-own-unit'],
  ['self-made', 'weak', 'document-names-both'],
  ['by-system', 'explained', 'document-names-both'],
])('a contradiction yields to a record that says yes, and to nothing else: %s is %s by %s', (id, verdict, rule) => {
  expect(found.get(id)).toMatchObject({ verdict, rules: expect.arrayContaining([rule]) })
})
