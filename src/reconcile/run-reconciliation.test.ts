import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryAnalytics, temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { createReconcile, type Reconcile } from './create-reconcile.ts'

const BY = { account: 'test', post: 'test' }
let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let reconcile: Reconcile

beforeAll(async () => {
  analytics = await temporaryAnalytics()
  database = await temporaryDatabase()
  const clock = fixedClock(new Date('2026-09-10T00:00:00Z'))
  reconcile = await createReconcile({ analytics, database, clock, listSystems: async () => [] })
})
afterAll(async () => {
  await analytics.close()
  await database.close()
})

/** Does something while a table is out of reach. */
async function without(table: string, work: () => Promise<void>): Promise<void> {
  await database.upkeep.query(`ALTER TABLE ${table} RENAME TO ${table}_away`)
  await work().finally(() => database.upkeep.query(`ALTER TABLE ${table}_away RENAME TO ${table}`))
}

test('a run whose record cannot be written gives its place back: the next one starts', async () => {
  await without('reconcile_run', async () => {
    await expect(reconcile.startRun({ startedBy: BY })).rejects.toThrow()
    await expect(reconcile.startRun({ startedBy: BY })).rejects.toThrow()
  })
  const done = await reconcile.runReconciliation({ startedBy: BY })
  expect(done).toMatchObject({ ok: true, value: { state: 'done' } })
})

test('a run that breaks off without a word gives its place back, and the next one closes its record', async () => {
  await database.upkeep.query(
    `CREATE FUNCTION refuse_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no end'; END $$`,
  )
  await database.upkeep.query(
    'CREATE TRIGGER refuse_end BEFORE UPDATE ON reconcile_run FOR EACH ROW EXECUTE FUNCTION refuse_end()',
  )
  await expect(reconcile.runReconciliation({ startedBy: BY })).rejects.toThrow()
  await database.upkeep.query('DROP TRIGGER refuse_end ON reconcile_run')
  expect((await reconcile.listRuns()).filter(({ state }) => state === 'running')).toHaveLength(1)
  expect(await reconcile.runReconciliation({ startedBy: BY })).toMatchObject({ ok: true, value: { state: 'done' } })
  expect((await reconcile.listRuns()).map(({ state }) => state).sort()).toEqual(['done', 'done', 'failed'])
})

test('while a run goes on a second one is told to wait', async () => {
  const [first, second] = await Promise.all([
    reconcile.runReconciliation({ startedBy: BY }),
    reconcile.startRun({ startedBy: BY }),
  ])
  expect([first.ok, second]).toEqual([true, { ok: false, error: { code: 'busy' } }])
})
