import { afterAll, beforeAll, expect, test } from 'vitest'
import { verdictOffice } from './verdict-office.ts'

// What a calendar of 64 bits holds, far from every working day: a log with a broken clock is still a log.
const TIMES = [
  '1900-01-02 00:00',
  '1921-11-12 00:00',
  '1969-12-31 23:59',
  '2105-01-01 00:00',
  '2150-06-01 12:00',
  '2299-12-30 23:00',
]
const EVERY_MONTH = { from: '1900-01-01T00:00:00Z', startedBy: { account: 'tester', post: 'test' } }
const ACCESS = 'source_id,at,officer,subject,purpose,case_no'

let office: Awaited<ReturnType<typeof verdictOffice>>
beforeAll(async () => {
  office = await verdictOffice()
  await office.bring('post', 'officer,unit,title,duty,person,valid_from', '101,甲科,科員,d,B100000001,1990-01-01')
  await office.bring('leave', 'officer,kind,starts,ends', '101,annual,2026-01-05,2026-01-06')
  await office.bring('access', ACCESS, 'now,2026-01-05 10:00,101,C100000001,x,')
  // Such times are rejects by now; they came in with an earlier version.
  for (const [i, at] of TIMES.entries())
    await office.analytics.command(
      `INSERT INTO access SELECT * REPLACE (toDateTime64({at:String}, 3, 'Asia/Taipei') AS at, {id:String} AS source_id, '巡邏盤查' AS purpose,
         toFixedString(substring(SHA256({id:String}), 1, 16), 16) AS access_id) FROM (SELECT * FROM access WHERE source_id = 'now')`,
      { params: { at, id: `t${i}` } },
    )
})
afterAll(() => office.close())

test('an access of whatever time is judged, and stops the judging of none', async () => {
  const run = await office.reconcile.runReconciliation(EVERY_MONTH)
  expect(run).toMatchObject({ ok: true, value: { state: 'done', accesses: TIMES.length + 1, findings: [] } })
  const found = await office.verdicts()
  expect(found.size).toBe(TIMES.length + 1)
  expect(found.get('now')).toMatchObject({ verdict: 'contradicted' })
})

test('and is listed, summed up and shown like any other', async () => {
  const { rows } = await office.reconcile.listVerdicts({ sort: 'rank', offset: 0, limit: 100 })
  expect(rows.map(({ sourceId }) => sourceId).sort()).toEqual(['now', ...TIMES.map((_, i) => `t${i}`)])
  expect(rows.find(({ sourceId }) => sourceId === 'now')?.rules).toEqual(['on-leave'])
  const summary = await office.reconcile.summarise({})
  expect(summary.counts.contradicted + summary.counts.unexplained).toBe(TIMES.length + 1)
  for (const { accessId } of rows) expect(await office.reconcile.getAccess(accessId)).toBeDefined()
})

test('a month that cannot be judged is set aside with a finding, and the others are judged', async () => {
  await office.analytics.command('ALTER TABLE verdict_current ADD CONSTRAINT broken CHECK toYYYYMM(at) != 210412')
  await office.analytics.command("ALTER TABLE access UPDATE purpose = 'y' WHERE 1 SETTINGS mutations_sync = 1")
  const run = await office.reconcile.runReconciliation(EVERY_MONTH)
  expect(run).toMatchObject({
    ok: true,
    value: { state: 'done', accesses: TIMES.length, findings: [{ code: 'month-set-aside' }] },
  })
  if (run.ok) expect(run.value.findings[0]?.sentence).toContain('2104-12')
  expect(office.logged.join()).toMatch(/^reconcile: 210412 .*: ClickHouse \d+ [A-Z_]+$/)
  expect((await office.verdicts()).get('t3')).toBeDefined()
  await office.analytics.command('ALTER TABLE verdict_current DROP CONSTRAINT broken')
})
