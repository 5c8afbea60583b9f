import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import { openEvent } from '../ledger/seal.ts'
import { readDataSets } from '../registry/port.ts'
import { urlOf } from './agency-database.ts'
import { listCanaries, sealCanary, unsealCanary } from './canary.ts'
import { loadCatalogue, resolveQuery } from './catalogue.ts'
import type { Connector, Row } from './connector.ts'
import type { Decision } from './decision.ts'
import { type DiscloseAsk, type DiscloseDeps, discloseQuery } from './disclose.ts'
import { DisclosureStopped } from './disclosure-flow.ts'
import { ASKER, MEMBERS, permit, queryFile, requestFor, smallAgency } from './gate-test.fixture.ts'
import { postgresConnector } from './postgres-connector.ts'
import { recoverDisclosures } from './recover-disclosures.ts'
import { type RegisteredQuery, registerQuery } from './register-query.ts'
import { sampleQuery } from './sample-query.ts'
import { subjectTokens } from './subject-token.ts'
import { traceCode } from './trace.ts'

const COMPANY = '04595257'
const SQL =
  'SELECT m.national_id, m.full_name, m.insured_salary FROM gate.member AS m WHERE m.company_number = $1 ORDER BY 1'
const COLUMNS = ['national_id', 'full_name', 'insured_salary']

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let connector: Connector
let query: RegisteredQuery
let deps: DiscloseDeps
let admin: pg.Client
const clock = fixedClock(new Date('2026-11-23T02:00:00Z'))
const tokens = subjectTokens(Buffer.alloc(32, 7))
const subject = tokens.hexOf('company', COMPANY)

beforeAll(async () => {
  database = await temporaryDatabase()
  const agency = await smallAgency(database.url)
  connector = postgresConnector({ url: agency.url })
  const resolved = resolveQuery(queryFile(SQL, COLUMNS), await readDataSets())
  const registration = resolved && (await registerQuery(resolved, connector))
  if (!registration?.ok) throw new Error('the test query is not fit')
  query = registration.value
  deps = {
    database,
    clock,
    tokens,
    registered: async (id) => (id === 'members' ? ok({ query, connector }) : fail('unknown-query')),
  }
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
})
afterAll(async () => {
  await connector.close()
  await admin.end()
  await database.close()
})
beforeEach(async () => {
  await database.upkeep.query('DELETE FROM canary')
})

const ask = (more: Partial<DiscloseAsk> = {}): DiscloseAsk => ({
  decision: permit('standard'),
  request: requestFor('members', 'insurance-company', subject, clock.now()),
  binds: { company: COMPANY },
  receiver: { name: '李承辦', unit: '承保一科' },
  ...more,
})

async function open(more: Partial<DiscloseAsk> = {}, by: DiscloseDeps = deps) {
  const disclosed = await discloseQuery(by, ask(more))
  if (!disclosed.ok) throw new Error(disclosed.error)
  return disclosed.value
}

const LONG_ANSWER = 20_000

/** An answer of several chunks more than are fetched ahead. */
async function openLongAnswer() {
  const company = '22099131'
  const place = { adminUrl: database.url, name: 'small_agency', login: 'none', password: '' }
  const agency = new pg.Client({ connectionString: urlOf(place, 'admin') })
  await agency.connect()
  await agency.query(
    `INSERT INTO public.member SELECT 'B1' || lpad((20000000 + i)::text, 8, '0'), '陳小明', $1, 30000
     FROM generate_series(1, ${LONG_ANSWER}) AS i ON CONFLICT DO NOTHING`,
    [company],
  )
  await agency.end()
  const resolved = resolveQuery(queryFile(SQL, COLUMNS, 2 * LONG_ANSWER), await readDataSets())
  const registration = resolved && (await registerQuery(resolved, connector))
  if (!registration?.ok) throw new Error('the long query is not fit')
  const found = { query: registration.value, connector }
  const request = requestFor('members', 'insurance-company', tokens.hexOf('company', company), clock.now())
  return open({ request, binds: { company } }, { ...deps, registered: async () => ok(found) })
}

const limit = (rows: number): Decision => {
  const decision = permit('standard')
  return { ...decision, obligations: [...decision.obligations, { type: 'row-limit', rows }] }
}

async function take(rows: AsyncIterable<Row>, most = Number.POSITIVE_INFINITY): Promise<Row[]> {
  const taken: Row[] = []
  for await (const row of rows) {
    taken.push(row)
    if (taken.length >= most) break
  }
  return taken
}

/** Events about something in the order they were written, their result opened with the keys of the test. */
async function eventsAbout(subjectRef: string) {
  const rows = await database.query<{ kind: string; leaf: Buffer; sealed: Buffer }>(
    'SELECT kind, leaf, sealed FROM event WHERE subject_ref = $1 ORDER BY xmin::text::bigint',
    [subjectRef],
  )
  return rows.map(({ kind, leaf, sealed }) => {
    const opened = openEvent(database.keys, { leaf, sealed, personToken: undefined, sealedForPerson: undefined })
    const result = opened?.facets.find(({ name }) => name === 'result')?.open?.bytes.toString() ?? ''
    return { kind, detail: (result === '' ? {} : JSON.parse(result)) as Record<string, unknown> }
  })
}
const eventsOf = (code: string) => eventsAbout(`disclosure:${code}`)
const stateOf = async (code: string) =>
  (
    await database.query<{ state: string; recorded_rows: number; delivered_rows: number | null }>(
      'SELECT state, recorded_rows, delivered_rows FROM disclosure WHERE code = $1',
      [code],
    )
  )[0]

describe('what leaves', () => {
  test('is masked by declared column, marked with who, when and code, and every subject is on record', async () => {
    const disclosure = await open()
    const rows = await take(disclosure.rows)
    expect(rows).toHaveLength(MEMBERS)
    expect(rows[0]?.[0]).toBe('A12000****')
    expect(rows[0]?.[1]).toMatch(/^王○.$/u)
    expect(disclosure.watermark).toBe(
      `李承辦　承保一科　無案號　115/11/23 10:00　追查代碼 ${disclosure.disclosureCode}`,
    )
    const chunks = await database.query<{ rows: number; subjects: Buffer }>(
      'SELECT rows, subjects FROM disclosed_chunk WHERE code = $1 ORDER BY chunk',
      [disclosure.disclosureCode],
    )
    expect(chunks.map((each) => each.rows)).toEqual([1000, 2000])
    expect(chunks[0]?.subjects.subarray(0, 16)).toEqual(tokens.bytesOf('person', 'A120000001'))
    const events = await eventsOf(disclosure.disclosureCode)
    expect(events.map(({ kind }) => kind)).toEqual([
      'disclosure-opened',
      ...['disclosure-chunk', 'disclosure-chunk'],
      'disclosure-closed',
    ])
    expect(events.at(-1)?.detail).toMatchObject({
      state: 'complete',
      received: MEMBERS,
      recorded: MEMBERS,
      delivered: MEMBERS,
      agrees: true,
    })
    expect(JSON.stringify(events)).not.toMatch(/A12000\d{4}|王/)
  })

  test('is what the decision asks: the strongest mask when none is stated, no more rows than its limit', async () => {
    const bare = await open({ decision: { ...permit('full'), obligations: [] } })
    expect((await take(bare.rows, 1))[0]).toEqual(['**********', '王○○', '*****'])
    const few = await open({ decision: limit(10) })
    expect(await take(few.rows)).toHaveLength(10)
    expect(await stateOf(few.disclosureCode)).toMatchObject({ state: 'cut', recorded_rows: 10, delivered_rows: 10 })
  })

  test.each([
    ['a decision that denies', { decision: { ...permit('full'), outcome: 'deny' } as Decision }, 'not-permitted'],
    [
      'an approval that is missing',
      { decision: { ...permit('full'), outcome: 'needs-approval', template: 'head' } as Decision },
      'not-permitted',
    ],
    [
      'an outcome nobody knows',
      { decision: { ...permit('full'), outcome: 'maybe' } as unknown as Decision },
      'not-permitted',
    ],
    ['another subject than was decided on', { binds: { company: '12345675' } }, 'subject-mismatch'],
    ['a malformed value', { binds: { company: "' OR '1'='1" } }, 'malformed-bind'],
    ['a missing value', { binds: {} }, 'malformed-bind'],
    [
      'another data set than was decided on',
      { request: requestFor('members', 'police-person', subject, clock.now()) },
      'unknown-query',
    ],
    [
      'an unknown query',
      { request: requestFor('nothing', 'insurance-company', subject, clock.now()) },
      'unknown-query',
    ],
  ])('is nothing for %s, and nothing is asked of the agency', async (_what, more, failure) => {
    expect(await discloseQuery(deps, ask(more))).toEqual({ ok: false, error: failure })
  })

  test('leaves with an approval that the decision asked for', async () => {
    const decision = { ...permit('standard'), outcome: 'needs-approval', template: 'supervisor' } as Decision
    expect(await take((await open({ decision, approval: 'approval-1' })).rows, 2)).toHaveLength(2)
  })
})

describe('no row without a durable event', () => {
  test('each chunk is committed before its first row is handed out', async () => {
    const disclosure = await open()
    let taken = 0
    for await (const _row of disclosure.rows) {
      taken += 1
      if (taken % 700 !== 1) continue
      // From a connection of its own: only what is committed shows.
      const { rows } = await admin.query(
        'SELECT coalesce(sum(rows), 0)::int AS n FROM disclosed_chunk WHERE code = $1',
        [disclosure.disclosureCode],
      )
      expect(rows[0].n).toBeGreaterThanOrEqual(taken)
    }
    expect(taken).toBe(MEMBERS)
  })

  // The journal refuses at one step after the other: opening, each chunk, closing.
  test.each([
    [0, 0],
    [1, 0],
    [2, 1000],
    [3, MEMBERS],
  ])('a journal that fails at write %i lets out only the %i rows on record', async (step, rows) => {
    let writes = 0
    const failing: DiscloseDeps = {
      ...deps,
      database: {
        ...database,
        transaction: (work) => {
          if (writes++ >= step) return Promise.reject(new Error('the journal is gone'))
          return database.transaction(work)
        },
      },
    }
    const before = (await database.query('SELECT code FROM disclosure')).length
    let taken = 0
    const attempt = (async () => {
      const disclosure = await open({}, failing)
      for await (const _row of disclosure.rows) taken += 1
    })()
    await expect(attempt).rejects.toThrow('the journal is gone')
    const recorded = await database.query<{ n: number }>(
      "SELECT coalesce(sum(rows), 0)::int AS n FROM disclosed_chunk JOIN disclosure USING (code) WHERE state = 'open'",
    )
    expect(taken).toBe(rows)
    expect(recorded[0]?.n).toBe(taken)
    expect((await database.query('SELECT code FROM disclosure')).length).toBe(before + (step > 0 ? 1 : 0))
    await recoverDisclosures({ database, clock })
  })

  test('an agency server that dies midway ends the answer, with what was taken on record', async () => {
    const disclosure = await openLongAnswer()
    let taken = 0
    const attempt = (async () => {
      for await (const _row of disclosure.rows) {
        taken += 1
        if (taken === 1)
          await admin.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'small_agency_gate'",
          )
      }
    })()
    const error = await attempt.then(
      () => undefined,
      (reason) => reason,
    )
    // The chunks fetched ahead may still be whole; what comes after them is not.
    expect(error).toBeInstanceOf(DisclosureStopped)
    expect(taken).toBeLessThan(LONG_ANSWER)
    const state = await stateOf(disclosure.disclosureCode)
    expect(state?.delivered_rows).toBe(taken)
    expect(state?.recorded_rows).toBeGreaterThanOrEqual(taken)
    expect(state?.state).toBe('failed')
  })
})

describe('no event that claims rows which did not leave', () => {
  test.each([1, 999, 1000, 1001, 2500])(
    'a reader who leaves after %i rows is recorded as having taken exactly those',
    async (most) => {
      const disclosure = await open()
      expect(await take(disclosure.rows, most)).toHaveLength(most)
      expect(await stateOf(disclosure.disclosureCode)).toMatchObject({ state: 'abandoned', delivered_rows: most })
      const closing = (await eventsOf(disclosure.disclosureCode)).at(-1)
      expect(closing?.detail).toMatchObject({ state: 'abandoned', delivered: most })
      const running = await admin.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'small_agency_gate' AND state = 'active'",
      )
      expect(running.rows[0].n).toBe(0)
    },
  )

  test('an aborted request stops the rows and is recorded as abandoned', async () => {
    const stop = new AbortController()
    const disclosure = await open({ signal: stop.signal })
    let taken = 0
    const attempt = (async () => {
      for await (const _row of disclosure.rows) if (++taken === 10) stop.abort()
    })()
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled', disclosureCode: disclosure.disclosureCode })
    expect(await stateOf(disclosure.disclosureCode)).toMatchObject({ state: 'abandoned', delivered_rows: taken })
  })

  test('what a killed program left open is closed as interrupted, between two bounds', async () => {
    const disclosure = await open()
    const rows = disclosure.rows[Symbol.asyncIterator]()
    for (let i = 0; i < 1500; i++) await rows.next()
    // As after a kill: nothing more is written by that program.
    expect(await recoverDisclosures({ database, clock })).toBe(1)
    const closing = (await eventsOf(disclosure.disclosureCode)).at(-1)
    expect(closing?.detail).toMatchObject({ state: 'interrupted', deliveredAtLeast: 1000, deliveredAtMost: 3000 })
    expect(await recoverDisclosures({ database, clock })).toBe(0)
    await rows.return?.()
  })

  test('the journal of what was disclosed cannot be changed', async () => {
    await expect(database.upkeep.query('UPDATE disclosed_chunk SET rows = 0')).rejects.toThrow('append-only')
    await expect(database.upkeep.query('DELETE FROM disclosed_chunk')).rejects.toThrow('append-only')
  })
})

test('a viewer who saw one half of an ID number under earlier rules does not get the other half', async () => {
  const request = requestFor('members', 'insurance-company', subject, clock.now())
  const as = (account: string) => ({ request: { ...request, asker: { ...ASKER, account } } })
  const earlier = await open(as('old-hand'))
  await take(earlier.rows, 1)
  // As a rule of an earlier version left it: the first three and the last three places of one member.
  await database.upkeep.query(
    `INSERT INTO disclosed_chunk SELECT code, 99, event_id, 1, $2, 0, ARRAY[$3], '\\x0000', account FROM disclosed_chunk WHERE code = $1 AND chunk = 1`,
    [earlier.disclosureCode, tokens.bytesOf('person', 'A120000005'), `national-id=10:${(0b1110000111).toString(16)}`],
  )
  const disclosure = await open(as('old-hand'))
  await expect(take(disclosure.rows)).rejects.toMatchObject({ code: 'mask-union' })
  expect(await stateOf(disclosure.disclosureCode)).toMatchObject({
    state: 'failed',
    recorded_rows: 0,
    delivered_rows: 0,
  })
  const colleague = await open(as('colleague'))
  expect(await take(colleague.rows)).toHaveLength(MEMBERS)
})

describe('canaries', () => {
  const by = { account: 'ethics', post: '政風處 科員' }

  test('a sealed subject in the answer is a finding the reader sees nothing of', async () => {
    await sealCanary({ database, clock }, { subject: tokens.bytesOf('person', 'A120000042'), note: '' }, by)
    const disclosure = await open()
    expect(await take(disclosure.rows)).toHaveLength(MEMBERS)
    const found = await eventsAbout(`subject:${tokens.hexOf('person', 'A120000042')}`)
    expect(found.map(({ kind }) => kind)).toEqual(['canary-sealed', 'canary-read'])
    expect(found[1]?.detail).toEqual({ disclosure: disclosure.disclosureCode })
    expect((await listCanaries(database))[0]?.reads).toBe(1)
  })

  test('a question about a sealed subject is a finding even when the agency knows nobody of that number', async () => {
    const company = '12345675'
    await sealCanary({ database, clock }, { subject: tokens.bytesOf('company', company), note: '' }, by)
    const request = requestFor('members', 'insurance-company', tokens.hexOf('company', company), clock.now())
    const disclosure = await open({ request, binds: { company } })
    expect(await take(disclosure.rows)).toEqual([])
    expect((await listCanaries(database))[0]?.reads).toBe(1)
  })

  test('sealing and unsealing are events of their own', async () => {
    const sealed = tokens.bytesOf('person', 'A120000077')
    await sealCanary({ database, clock }, { subject: sealed, note: '' }, by)
    expect(await unsealCanary({ database, clock }, sealed, by)).toBe(true)
    expect(await unsealCanary({ database, clock }, sealed, by)).toBe(false)
    const kinds = await eventsAbout(`subject:${sealed.toString('hex')}`)
    expect(kinds.map(({ kind }) => kind)).toEqual(['canary-sealed', 'canary-unsealed'])
  })
})

test('a code traces back to who, when, why and under which mask; each look-up is an event', async () => {
  const catalogue = await loadCatalogue()
  const disclosure = await open()
  await take(disclosure.rows, 3)
  const parts = { database, clock, catalogue }
  const by = { account: 'ethics', post: '政風處 科員' }
  const traced = await traceCode(parts, disclosure.disclosureCode.toLowerCase(), '外流截圖', by)
  expect(traced).toMatchObject({
    ok: true,
    value: {
      who: { account: 'officer', name: '李承辦' },
      purposeTitle: '業管單位查詢',
      maskLevel: 'standard',
      deliveredRows: 3,
    },
  })
  expect(await traceCode(parts, '000-000-000', '外流截圖', by)).toEqual({ ok: false, error: 'unknown' })
  expect(await traceCode(parts, '000-000-001', '外流截圖', by)).toEqual({ ok: false, error: 'malformed' })
  const [about, none] = [await eventsOf(disclosure.disclosureCode), await eventsOf('none')]
  expect(about.filter(({ kind }) => kind === 'trace')).toHaveLength(1)
  expect(none.map(({ detail }) => detail['isFound'])).toEqual([false, false])
})

test('a chief gets the count, one row under the strongest mask and how many look alike, on record under his name', async () => {
  const request = requestFor('members', 'insurance-company', subject, clock.now())
  const sample = await sampleQuery(deps, ask({ request: { ...request, asker: { ...ASKER, account: 'chief' } } }))
  expect(sample).toMatchObject({
    ok: true,
    value: { count: 1000, isCut: true, k: 1000, first: ['**********', '王○○', '*****'] },
  })
  const rows = await database.query<{ account: string }>('SELECT account FROM disclosure WHERE code = $1', [
    sample.ok ? sample.value.disclosureCode : '',
  ])
  expect(rows[0]?.account).toBe('chief')
})
