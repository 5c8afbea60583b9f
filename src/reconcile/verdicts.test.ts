import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryAnalytics, temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { OPEN_END } from '../evidence/port.ts'
import { createReconcile, type Reconcile } from './create-reconcile.ts'

const ZERO = '00'.repeat(16)
const SUBJECT = '11'.repeat(16)
const OTHER = '22'.repeat(16)
const AT = '2026-09-03 06:00:00.000'
const BY = { account: 'test', post: 'test' }
const EVIDENCE = [
  'post',
  'shift',
  'leave',
  'presence',
  'terminal',
  'separation',
  'portfolio',
  'case',
  'party',
  'assignment',
  'document',
  'approval',
  'visit',
  'dispatch',
  'stop',
  'complaint',
  'kinship',
  'address',
  'watch',
]

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let reconcile: Reconcile
const clock = fixedClock(new Date('2026-09-10T00:00:00Z'))
let serial = 0

beforeAll(async () => {
  analytics = await temporaryAnalytics()
  database = await temporaryDatabase()
  reconcile = await createReconcile({ analytics, database, clock, listSystems: async () => [] })
})
afterAll(async () => {
  await analytics.close()
  await database.close()
})
beforeEach(async () => {
  for (const table of ['access', 'verdict_current', 'verdict_history', ...EVIDENCE.map((kind) => `evidence_${kind}`)])
    await analytics.command(`TRUNCATE TABLE ${table}`)
})

type Row = Readonly<Record<string, string | number | boolean | readonly string[]>>

// Columns whose values are given in hex are unpacked on the way in.
const BINARY = new Set(['access_id', 'evidence_id', 'subject', 'other', 'person', 'address', 'neighbourhood'])
async function put(table: string, row: Row): Promise<void> {
  const names = Object.keys(row)
  const values = names.map((name) =>
    BINARY.has(name)
      ? `toFixedString(unhex({${name}:String}), 16)`
      : Array.isArray(row[name])
        ? `{${name}:Array(String)}`
        : `{${name}:String}`,
  )
  const params = Object.fromEntries(
    names.map((name) => [name, Array.isArray(row[name]) ? (row[name] as readonly string[]) : String(row[name])]),
  )
  await analytics.command(`INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')}`, { params })
}
const nextId = (): string => (++serial).toString(16).padStart(32, '0')

async function look(row: Row = {}): Promise<string> {
  const id = nextId()
  await put('access', {
    access_id: id,
    import_id: 'i',
    line: serial,
    agency: 'police',
    system: 'mpolice',
    source_id: id,
    at: AT,
    officer: 'police:1',
    terminal: 'PC-1',
    action: 'view',
    query_kind: 'national-id',
    subject_kind: 'person',
    subject: SUBJECT,
    purpose: '偵辦案件',
    case_no: '',
    case_key: '',
    ...row,
  })
  return id
}
const record = (kind: string, row: Row, at = AT): Promise<void> =>
  put(`evidence_${kind}`, {
    evidence_id: nextId(),
    import_id: `i-${kind}`,
    line: 1,
    agency: 'police',
    recorded_at: at,
    recorded_by: '',
    known_at: '2026-09-05 00:00:00.000',
    ...row,
  })

async function judge(): Promise<void> {
  const done = await reconcile.runReconciliation({ from: '2026-01-01T00:00:00Z', startedBy: BY })
  if (!done.ok) throw new Error(done.error.code)
}
async function verdictOf(id: string): Promise<{ verdict: string; rules: string[] }> {
  await judge()
  const [row] = await analytics.rows<{ verdict: string; rules: string[] }>(
    'SELECT toString(verdict) AS verdict, rules FROM verdict_current WHERE lower(hex(access_id)) = {id:String}',
    { params: { id } },
  )
  return row ?? { verdict: 'none', rules: [] }
}

const CASE = { case_no: '115偵1', case_key: 'police:115偵1' }
const stated = { case_no: '115偵1', case_key: 'police:115偵1' }
const openCase = (row: Row = {}) =>
  record(
    'case',
    {
      ...CASE,
      kind: '竊盜',
      unit: '偵查隊',
      opened_at: '2026-08-01 00:00:00.000',
      closed_at: OPEN_END,
      opened_by: '',
      ...row,
    },
    '2026-08-01 00:00:00.000',
  )
const partyIs = (subject: string, row: Row = {}) =>
  record(
    'party',
    { ...CASE, subject_kind: 'person', subject, role: '當事人', valid_from: '2026-08-01 00:00:00.000', ...row },
    '2026-08-01 00:00:00.000',
  )
const assignedTo = (officer: string, row: Row = {}) =>
  record(
    'assignment',
    { ...CASE, officer, valid_from: '2026-08-01 00:00:00.000', valid_to: OPEN_END, ...row },
    '2026-08-01 00:00:00.000',
  )
const hours = (starts: string, ends: string) => ({
  starts: `2026-09-03 ${starts}:00.000`,
  ends: `2026-09-03 ${ends}:00.000`,
})

describe('the lattice', () => {
  test('a party of a case that was not open then is called one, with its dates, and never no party', async () => {
    await openCase({ closed_at: '2026-09-01 05:59:00.000' })
    await partyIs(SUBJECT)
    await assignedTo('police:1')
    const { rules } = await verdictOf(await look(stated))
    expect(rules).toEqual(expect.arrayContaining(['case-closed', 'party-out-of-time']))
    expect(rules).not.toContain('not-party')
  })

  test('an access nothing speaks of is unexplained', async () => {
    expect((await verdictOf(await look())).verdict).toBe('unexplained')
  })

  test('a case assigned to the official with the subject as party explains', async () => {
    await openCase()
    await partyIs(SUBJECT)
    await assignedTo('police:1')
    expect(await verdictOf(await look(stated))).toMatchObject({
      verdict: 'explained',
      rules: expect.arrayContaining(['case-assigned']),
    })
  })

  test('a real case with the right party that is not his is weak', async () => {
    await openCase({ unit: '別單位' })
    await partyIs(SUBJECT)
    expect(await verdictOf(await look(stated))).toMatchObject({
      verdict: 'weak',
      rules: expect.arrayContaining(['case-party']),
    })
  })

  test('a contradiction outweighs an explanation that stands beside it', async () => {
    await record('visit', visit(AT))
    await record('presence', { officer: 'police:2', kind: 'terminal', place: 'PC-1', ...hours('05:00', '07:00') })
    expect(await verdictOf(await look())).toMatchObject({
      verdict: 'contradicted',
      rules: expect.arrayContaining(['counter-visit', 'terminal-of-another']),
    })
  })
})

describe('evidence graded by who made it and when', () => {
  test('an assignment the official recorded himself makes it weak only', async () => {
    await partyIs(SUBJECT)
    await assignedTo('police:1', { recorded_by: 'police:1' })
    expect((await verdictOf(await look(stated))).verdict).toBe('weak')
  })

  test.each([
    ['71', 'explained'],
    ['73', 'weak'],
  ])('a stop written down %s hours after the look is %s', async (late, verdict) => {
    const at = new Date(Date.parse('2026-09-03T06:00:00Z') + Number(late) * 3_600_000)
      .toISOString()
      .replace('T', ' ')
      .replace('Z', '')
    await record(
      'stop',
      { officer: 'police:1', subject_kind: 'person', subject: SUBJECT, place: 'A', terminal: '', at: AT },
      at,
    )
    expect((await verdictOf(await look())).verdict).toBe(verdict)
  })

  test('evidence that comes late changes the verdict, and both stand in the history', async () => {
    const id = await look()
    expect((await verdictOf(id)).verdict).toBe('unexplained')
    clock.advanceMs(1000)
    await record('visit', {
      ticket: 'T1',
      officer: 'police:1',
      subject_kind: 'person',
      subject: SUBJECT,
      service: '申辦',
      at: AT,
    })
    expect((await verdictOf(id)).verdict).toBe('explained')
    const page = await reconcile.getAccess(id)
    expect(page?.history.map((each) => each.verdict)).toEqual(['explained', 'unexplained'])
  })

  test('a later export of the same case replaces the earlier one', async () => {
    await openCase({ import_id: 'first', known_at: '2026-08-05 00:00:00.000' })
    await partyIs(SUBJECT)
    await openCase({ import_id: 'second', known_at: '2026-09-06 00:00:00.000', closed_at: '2026-08-20 00:00:00.000' })
    expect((await verdictOf(await look(stated))).rules).toContain('case-closed')
  })
})

/** Each rule: what makes it fire, and the nearest case in which it must not. */
const CASES: readonly {
  readonly rule: string
  readonly fires: () => Promise<string>
  readonly not: () => Promise<string>
}[] = [
  {
    rule: 'case-closed',
    fires: async () => (await openCase({ closed_at: '2026-09-01 05:59:00.000' }), await partyIs(SUBJECT), look(stated)),
    not: async () => (await openCase({ closed_at: '2026-09-01 06:01:00.000' }), await partyIs(SUBJECT), look(stated)),
  },
  {
    rule: 'case-not-open',
    fires: async () => (await openCase({ opened_at: '2026-09-06 06:01:00.000' }), await partyIs(SUBJECT), look(stated)),
    not: async () => (await openCase({ opened_at: '2026-09-06 05:59:00.000' }), await partyIs(SUBJECT), look(stated)),
  },
  {
    rule: 'on-leave',
    fires: async () => (
      await record('leave', { officer: 'police:1', kind: 'sick', ...hours('05:00', '07:00') }), look()
    ),
    not: async () => (await record('leave', { officer: 'police:1', kind: 'sick', ...hours('05:00', '06:00') }), look()),
  },
  {
    rule: 'terminal-of-another',
    fires: async () => (
      await record('presence', { officer: 'police:2', kind: 'terminal', place: 'PC-1', ...hours('05:00', '07:00') }),
      look()
    ),
    not: async () => (
      await record('presence', { officer: 'police:1', kind: 'terminal', place: 'PC-1', ...hours('05:00', '07:00') }),
      look()
    ),
  },
  {
    rule: 'signed-in-elsewhere',
    fires: async () => (
      await record('presence', { officer: 'police:1', kind: 'terminal', place: 'PC-9', ...hours('05:00', '07:00') }),
      look()
    ),
    not: async () => (
      await record('presence', { officer: 'police:1', kind: 'terminal', place: 'PC-9', ...hours('03:00', '05:59') }),
      look()
    ),
  },
  {
    rule: 'patrol-claim-at-station',
    fires: async () => {
      await record('terminal', {
        terminal: 'PC-1',
        place: '所',
        unit: '所',
        is_mobile: 0,
        valid_from: '2020-01-01 00:00:00.000',
        valid_to: OPEN_END,
      })
      await record('presence', { officer: 'police:1', kind: 'terminal', place: 'PC-1', ...hours('05:00', '07:00') })
      return look({ purpose: '巡邏盤查' })
    },
    not: async () => {
      await record('terminal', {
        terminal: 'PC-1',
        place: '所',
        unit: '所',
        is_mobile: 0,
        valid_from: '2020-01-01 00:00:00.000',
        valid_to: OPEN_END,
      })
      await record('presence', { officer: 'police:1', kind: 'terminal', place: 'PC-1', ...hours('05:00', '07:00') })
      await record('stop', {
        officer: 'police:1',
        subject_kind: 'person',
        subject: SUBJECT,
        place: 'A',
        terminal: '',
        at: '2026-09-03 05:01:00.000',
      })
      return look({ purpose: '巡邏盤查' })
    },
  },
  {
    rule: 'patrol-claim-on-desk-duty',
    fires: async () => (
      await record('shift', { officer: 'police:1', kind: 'desk', place: '所', ...hours('05:00', '07:00') }),
      look({ purpose: '路檢盤查' })
    ),
    not: async () => (
      await record('shift', { officer: 'police:1', kind: 'patrol', place: 'A 線', ...hours('05:00', '07:00') }),
      look({ purpose: '路檢盤查' })
    ),
  },
  {
    rule: 'not-in-portfolio',
    fires: async () => {
      const company = { subject_kind: 'company', valid_from: '2020-01-01 00:00:00.000', valid_to: OPEN_END }
      await record('portfolio', { officer: 'police:2', subject: SUBJECT, ...company })
      await record('portfolio', { officer: 'police:1', subject: OTHER, ...company })
      return look({ subject_kind: 'company', purpose: '業務需要' })
    },
    not: async () => {
      // Nobody at all has a portfolio on record for this official: silence is no contradiction.
      await record('portfolio', {
        officer: 'police:2',
        subject: SUBJECT,
        subject_kind: 'company',
        valid_from: '2020-01-01 00:00:00.000',
        valid_to: OPEN_END,
      })
      return look({ subject_kind: 'company', purpose: '業務需要' })
    },
  },
  {
    rule: 'approval-after',
    fires: async () => (await record('approval', approval({ approved_at: '2026-09-04 16:00:00.000' })), look()),
    not: async () => (await record('approval', approval({ approved_at: '2026-09-04 15:59:00.000' })), look()),
  },
  {
    rule: 'approval-own',
    fires: async () => (await record('approval', approval({ approver: 'police:1' })), look()),
    not: async () => (await record('approval', approval({})), look()),
  },
  {
    rule: 'approval-refused',
    fires: async () => (await record('approval', approval({ status: 'refused' })), look()),
    not: async () => (await record('approval', approval({})), look()),
  },
  {
    rule: 'document-void',
    fires: async () => (await record('document', document('void')), look({ case_no: 'D1', case_key: 'police:D1' })),
    not: async () => (await record('document', document('valid')), look({ case_no: 'D1', case_key: 'police:D1' })),
  },
  {
    rule: 'after-last-day',
    fires: async () => (
      await record('separation', {
        officer: 'police:1',
        announced_at: '2026-08-01 00:00:00.000',
        last_day: '2026-09-01 00:00:00.000',
      }),
      look()
    ),
    not: async () => (
      await record('separation', {
        officer: 'police:1',
        announced_at: '2026-08-01 00:00:00.000',
        last_day: '2026-09-02 00:00:00.000',
      }),
      look()
    ),
  },
  { rule: 'self', fires: async () => (await post(SUBJECT), look()), not: async () => (await post(OTHER), look()) },
  {
    rule: 'kin',
    fires: async () => (await post(OTHER), await record('kinship', kinship('spouse')), look()),
    not: async () => (await post(OTHER), await record('kinship', kinship('ex-spouse')), look()),
  },
  {
    rule: 'complaint-after',
    fires: async () => (
      await record('complaint', {
        complaint_no: 'C',
        subject_kind: 'person',
        subject: SUBJECT,
        channel: '信箱',
        at: '2026-09-06 05:59:00.000',
      }),
      look()
    ),
    not: async () => (
      await record('complaint', {
        complaint_no: 'C',
        subject_kind: 'person',
        subject: SUBJECT,
        channel: '信箱',
        at: '2026-09-03 05:59:00.000',
      }),
      look()
    ),
  },
  {
    rule: 'counter-visit',
    fires: async () => (await record('visit', visit('2026-09-03 05:00:00.000')), look()),
    not: async () => (await record('visit', visit('2026-09-03 04:59:00.000')), look()),
  },
  {
    rule: 'approval-before',
    fires: async () => (await record('approval', approval({})), look()),
    not: async () => (await record('approval', approval({ valid_to: '2026-09-02 05:00:00.000' })), look()),
  },
  {
    rule: 'mistyped-case',
    fires: async () => (await partyIs(SUBJECT), look({ case_no: '115偵2', case_key: 'police:115偵2' })),
    not: async () => (await partyIs(SUBJECT), look({ case_no: '115偵23', case_key: 'police:115偵23' })),
  },
]
const approval = (row: Row): Row => ({
  approval_no: 'R1',
  officer: 'police:1',
  approver: 'police:9',
  subject_kind: 'person',
  subject: SUBJECT,
  case_no: '',
  case_key: '',
  status: 'approved',
  approved_at: '2026-09-01 00:00:00.000',
  valid_to: OPEN_END,
  ...row,
})
const document = (status: string): Row => ({
  doc_no: 'D1',
  doc_key: 'police:D1',
  officer: 'police:2',
  subject_kind: 'person',
  subject: ZERO,
  case_no: '',
  case_key: '',
  status,
  issued_at: AT,
})
const visit = (at: string): Row => ({
  ticket: 'T',
  officer: 'police:1',
  subject_kind: 'person',
  subject: SUBJECT,
  service: '申辦',
  at,
})
const kinship = (relation: string): Row => ({
  subject: OTHER,
  other: SUBJECT,
  relation,
  valid_from: '2020-01-01 00:00:00.000',
  valid_to: OPEN_END,
})
const post = (person: string) =>
  record(
    'post',
    {
      officer: 'police:1',
      unit: '偵查隊',
      title: '偵查佐',
      duty: 'detective',
      supervisor: '',
      person,
      valid_from: '2020-01-01 00:00:00.000',
      valid_to: OPEN_END,
    },
    '2020-01-01 00:00:00.000',
  )

describe.each(CASES)('$rule', ({ rule, fires, not }) => {
  test('fires where its record says so', async () => {
    expect((await verdictOf(await fires())).rules).toContain(rule)
  })
  test('does not fire just outside', async () => {
    expect((await verdictOf(await not())).rules).not.toContain(rule)
  })
})

describe('a run', () => {
  test('gives the same verdicts for the same input and adds nothing to the history', async () => {
    await openCase({ closed_at: '2026-08-20 00:00:00.000' })
    for (let i = 0; i < 20; i++) await look({ ...stated, at: `2026-09-03 06:${String(i).padStart(2, '0')}:00.000` })
    const state = () =>
      analytics.rows(
        'SELECT sum(cityHash64(access_id, verdict, score, rank, rules, witnesses)) AS h, count() AS n, (SELECT count() FROM verdict_history) AS past FROM verdict_current',
      )
    await judge()
    const first = await state()
    clock.advanceMs(60_000)
    await judge()
    expect(await state()).toEqual(first)
  })

  test('that breaks off leaves the earlier verdicts as they were and can be repeated', async () => {
    const id = await look()
    await judge()
    clock.advanceMs(1000)
    await analytics.command('RENAME TABLE evidence_watch TO hidden')
    await expect(judge()).rejects.toThrow()
    expect((await reconcile.listRuns())[0]?.state).toBe('failed')
    expect(
      (await reconcile.listVerdicts({ sort: 'rank', offset: 0, limit: 10 })).rows.map((row) => row.accessId),
    ).toEqual([id])
    await analytics.command('RENAME TABLE hidden TO evidence_watch')
    await judge()
  })

  test('empties a month whose every access was taken away', async () => {
    await look()
    await judge()
    await analytics.command('ALTER TABLE access DELETE WHERE 1', { settings: { mutations_sync: 1 } })
    await judge()
    const counted = await analytics.rows<{ n: string }>('SELECT count() AS n FROM verdict_current')
    expect(Number(counted[0]?.n)).toBe(0)
  })

  test('sinks the repetitions of one story, so that the first rows tell different ones', async () => {
    await openCase({ closed_at: '2026-08-20 00:00:00.000' })
    await partyIs(SUBJECT)
    for (let i = 0; i < 12; i++) await look({ ...stated, at: `2026-09-03 06:${String(i).padStart(2, '0')}:00.000` })
    await post(OTHER)
    await record('kinship', kinship('spouse'))
    await look({ officer: 'police:7', at: '2026-09-04 06:00:00.000', subject: OTHER })
    await judge()
    const { rows } = await reconcile.listVerdicts({ sort: 'rank', offset: 0, limit: 20 })
    expect(rows[0]?.verdict).toBe('contradicted')
    const ranks = await analytics.rows<{ rank: number }>(
      "SELECT rank FROM verdict_current WHERE officer = 'police:1' ORDER BY rank DESC",
    )
    expect(Number(ranks[0]?.rank) - Number(ranks[5]?.rank)).toBeGreaterThan(30)
  })

  test('draws the day with the stop that was claimed and is on no record', async () => {
    await record('shift', { officer: 'police:1', kind: 'desk', place: '所', ...hours('05:00', '07:00') })
    const id = await look({ purpose: '巡邏盤查' })
    await judge()
    const page = await reconcile.getAccess(id)
    expect(page?.day.lanes.find((lane) => lane.lane === 'dispatch')?.items).toMatchObject([
      { tone: 'absent', label: '查無盤查紀錄' },
    ])
    expect(page?.day.lanes.find((lane) => lane.lane === 'shift')?.items).toMatchObject([{ tone: 'contradicts' }])
    expect(page?.sentence).toContain('所內值班')
    expect(JSON.stringify(page)).not.toContain(SUBJECT)
  })
})
