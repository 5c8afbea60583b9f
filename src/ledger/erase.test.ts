import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { createLedger, type Ledger } from './create-ledger.ts'
import { eraseMonth, erasePerson } from './erase.ts'
import { liftHold, placeHold } from './hold.ts'
import { openKeyStore } from './key-store.ts'
import { approveErasure, requestErasure } from './request-erasure.ts'
import { expiryMonthOf, monthName } from './retention.ts'
import { readIfThere } from './tile-store.ts'
import { parseNoteKey } from './tlog/note-key.ts'
import { verifyLog } from './verify-log.ts'

const START = new Date('2026-11-23T01:00:00Z')
const clock = fixedClock(START)
const order = {
  orderedBy: { account: 'chen', post: '檔案室' },
  approvedBy: { account: 'lin', post: '政風處' },
  basis: '個人資料保護法 §11',
}
const SECRET = 'UNMISTAKABLE-WORDS-OF-A-REASON'
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let ledger: Ledger

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-erase-'))
  const settings = {
    folder: join(folder, 'public'),
    keysFolder: join(folder, 'keys'),
    origin: 'erase.example/events',
    writer: 'test',
  }
  ledger = await createLedger({ ...settings, database, clock, log: () => undefined })
})
afterAll(async () => {
  await ledger.stop()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const parts = () => ({ database: ledger.database, keys: ledger.keys, clock })

async function look(person: string, reason = SECRET): Promise<string> {
  const outcome = await ledger.append({
    kind: 'look',
    at: clock.now(),
    actor: 'wang',
    actorPost: '承保科',
    subjectRef: 'access:1',
    reason,
    detail: { shown: SECRET },
    person,
  })
  if (!outcome.ok) throw new Error(outcome.error)
  await ledger.integrated(outcome.value.index)
  return outcome.value.eventId
}

async function whole(): Promise<boolean> {
  const key = parseNoteKey((await ledger.status()).vkey)
  if (!key) throw new Error('no key')
  return (await verifyLog((path) => readIfThere(join(folder, 'public', path)), key)).isWhole
}

const openedNames = async (eventId: string) =>
  (await ledger.receiptOf(eventId))?.opened?.facets.filter((facet) => facet.open?.bytes.length).map(({ name }) => name)

async function bytesBelow(path: string): Promise<Buffer> {
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  const files = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
  return Buffer.concat(await Promise.all(files.map((file) => readFile(file))))
}

test('after a citizen is erased his part of every record is gone, the rest and the whole log still hold', async () => {
  const gone = await look('person-a')
  const kept = await look('person-b')
  expect(await openedNames(gone)).toEqual(['when', 'who', 'whom', 'what', 'why', 'result'])
  const token = ledger.keys.tokenOf('person-a')
  const key = token && ledger.keys.keyOfToken(token)?.key
  const outcome = await erasePerson(parts(), 'person-a', order)
  expect(outcome).toMatchObject({ ok: true, value: { events: 1 } })
  expect(await openedNames(gone)).toEqual(['when', 'who', 'what'])
  expect((await ledger.receiptOf(gone))?.opened?.isTrue).toBe(true)
  expect(await openedNames(kept)).toContain('why')
  expect(await whole()).toBe(true)
  // Neither the words in the database's files nor the key in the key store's: nothing is left to put together.
  await database.query('CHECKPOINT')
  const [row] = await database.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")
  const stored = await bytesBelow(row?.folder ?? '')
  expect(stored.length).toBeGreaterThan(1_000_000)
  expect(stored.includes(SECRET)).toBe(false)
  const keyFiles = await bytesBelow(join(folder, 'keys'))
  expect(key && keyFiles.includes(key)).toBe(false)
})

test('a backup taken after an erasure holds neither the words nor the key, and its keys do not open the record', async () => {
  await look('person-z')
  const token = ledger.keys.tokenOf('person-z')
  const key = token && ledger.keys.keyOfToken(token)?.key
  if (!token || !key) throw new Error('no key')
  expect((await bytesBelow(join(folder, 'keys'))).includes(key)).toBe(true)
  expect((await erasePerson(parts(), 'person-z', order)).ok).toBe(true)
  const backup = join(folder, 'backup')
  const session = new pg.Client({ connectionString: database.url })
  await session.connect()
  // The low-level base backup of PostgreSQL's manual: start, copy while it runs, stop.
  await session.query("SELECT pg_backup_start('test', true)")
  const { rows } = await session.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")
  const source = rows[0]?.folder ?? ''
  await cp(source, join(backup, 'postgres'), { recursive: true, filter: (from) => !from.includes('.s.PGSQL') })
  await session.query('SELECT pg_backup_stop()')
  await session.end()
  await cp(join(folder, 'keys'), join(backup, 'keys'), { recursive: true })
  const taken = await bytesBelow(backup)
  expect(taken.length).toBeGreaterThan(1_000_000)
  expect(taken.includes(SECRET)).toBe(false)
  expect(taken.includes(key)).toBe(false)
  const restored = openKeyStore(join(backup, 'keys'))
  expect(restored.tokenOf('person-z')).toBeUndefined()
  expect(restored.keyOfToken(token)).toBeUndefined()
  restored.close()
})

test('an erasure is itself recorded, proved, and says who ordered and who approved it', async () => {
  await look('person-c')
  const outcome = await erasePerson(parts(), 'person-c', order)
  if (!outcome.ok) throw new Error(outcome.error)
  await look('person-d')
  const receipt = await ledger.receiptOf(outcome.value.receipt.eventId)
  const result = receipt?.opened?.facets.find(({ name }) => name === 'result')?.open?.bytes.toString()
  expect(JSON.parse(result ?? '')).toMatchObject({ scope: 'person', events: 1, approvedBy: 'lin' })
  expect(await ledger.proofOf(outcome.value.receipt.eventId)).toBeDefined()
})

test('one person alone erases nothing, and nobody twice', async () => {
  await look('person-e')
  const alone = { ...order, approvedBy: order.orderedBy }
  expect(await erasePerson(parts(), 'person-e', alone)).toEqual({ ok: false, error: 'same-person' })
  expect((await erasePerson(parts(), 'person-e', order)).ok).toBe(true)
  expect(await erasePerson(parts(), 'person-e', order)).toEqual({ ok: false, error: 'nothing' })
})

test('a legal hold stops erasure until it is lifted', async () => {
  await look('person-f')
  const by = { account: 'lin', post: '政風處' }
  const hold = await placeHold(parts(), { person: 'person-f' }, '偵查中', by)
  expect(await erasePerson(parts(), 'person-f', order)).toEqual({ ok: false, error: 'held' })
  expect((await liftHold(parts(), hold, '結案', by)).ok).toBe(true)
  expect(await liftHold(parts(), hold, '結案', by)).toEqual({ ok: false, error: 'nothing' })
  expect((await erasePerson(parts(), 'person-f', order)).ok).toBe(true)
})

test('a month goes when its retention has ended, not a day before, and the log over it still verifies', async () => {
  const eventId = await look('person-g')
  const month = expiryMonthOf(START)
  expect(monthName(month)).toBe('2031-12')
  expect(await eraseMonth(parts(), month, order)).toEqual({ ok: false, error: 'too-early' })
  clock.advanceMs(new Date('2031-12-01T00:00:00Z').getTime() - START.getTime() - 1)
  expect(await eraseMonth(parts(), month, order)).toEqual({ ok: false, error: 'too-early' })
  clock.advanceMs(1)
  expect((await eraseMonth(parts(), month, order)).ok).toBe(true)
  expect(await ledger.receiptOf(eventId)).toBeUndefined()
  expect(ledger.keys.monthKey(month)).toBeUndefined()
  await look('person-h')
  expect(await whole()).toBe(true)
})

test('a request erases nothing by itself; somebody else’s approval does, and the citizen is then in no table', async () => {
  await look('person-i')
  const asker = { account: 'chen', post: '檔案室' }
  const requestId = await requestErasure(parts(), { person: 'person-i' }, '個人資料保護法 §11', asker)
  expect(await approveErasure(parts(), requestId, asker)).toEqual({ ok: false, error: 'same-person' })
  const done = await approveErasure(parts(), requestId, { account: 'head', post: '縣長室' })
  expect(done).toMatchObject({ ok: true, value: { state: 'done', events: 1, month: null } })
  expect(await approveErasure(parts(), requestId, { account: 'head', post: '' })).toEqual({
    ok: false,
    error: 'nothing',
  })
  const rows = await database.query('SELECT erasure_request::text FROM erasure_request')
  expect(JSON.stringify(rows)).not.toContain('person-i')
})
