import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { type Database, type Outcome, type Queryable, recorded, unchanged } from '../database/database.ts'
import type { NewEvent, Receipt } from './event.ts'
import { preparePartitions } from './partitions.ts'
import { recordAct, recordEvent } from './record-event.ts'

const AT = new Date('2026-11-23T01:00:00Z')
const event: NewEvent = {
  ...{ kind: 'look', at: AT, actor: 'lin', actorPost: '', subjectRef: 'a:1', reason: '', detail: {} },
}
const WRITE = `INSERT INTO setting VALUES ('probe', '1')`
let database: Awaited<ReturnType<typeof temporaryDatabase>>

beforeAll(async () => {
  database = await temporaryDatabase()
  await preparePartitions(database, AT)
})
afterAll(() => database.close())

async function counts() {
  const [settings] = await database.query<{ n: number }>("SELECT count(*)::int AS n FROM setting WHERE name = 'probe'")
  const [events] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM event')
  return [settings?.n, events?.n]
}

test('a transaction that ends without a receipt does not compile', () => {
  type Work = Parameters<Database['transaction']>[0]
  expectTypeOf<(tx: Queryable) => Promise<void>>().not.toExtend<Work>()
  expectTypeOf<(tx: Queryable) => Promise<Receipt>>().not.toExtend<Work>()
  expectTypeOf<(tx: Queryable) => Promise<Outcome<void>>>().toExtend<Work>()
  // Nobody but the ledger can make one up.
  expectTypeOf<{ eventId: string; at: Date }>().not.toExtend<Receipt>()
})

test('a query outside a transaction is refused a write by the server', async () => {
  await expect(database.query(WRITE)).rejects.toThrow('read-only transaction')
  await expect(database.query(`WITH gone AS (DELETE FROM setting RETURNING 1) SELECT 1`)).rejects.toThrow('read-only')
  expect(await counts()).toEqual([0, 0])
})

test('what ends as unchanged is rolled back, whatever was done', async () => {
  const answer = await database.transaction(async (tx) => {
    await tx.query(WRITE)
    await recordEvent(tx, event)
    return unchanged('no')
  })
  expect([answer, await counts()]).toEqual(['no', [0, 0]])
})

test('a receipt of another transaction commits nothing', async () => {
  const other = await recordAct(database, event)
  const attempt = database.transaction(async (tx) => {
    await tx.query(WRITE)
    return recorded(other, undefined)
  })
  await expect(attempt).rejects.toThrow('the receipt is of this transaction')
  expect(await counts()).toEqual([0, 1])
})

test('a change and its event are committed together', async () => {
  const answer = await database.transaction(async (tx) => {
    await tx.query(WRITE)
    return recorded(await recordEvent(tx, event), 'yes')
  })
  expect([answer, await counts()]).toEqual(['yes', [1, 2]])
})
