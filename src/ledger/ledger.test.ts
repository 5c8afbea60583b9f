import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { createLedger, type Ledger } from './create-ledger.ts'
import type { NewEvent } from './event.ts'
import { recordAct, recordEvent } from './record-event.ts'
import { readIfThere } from './tile-store.ts'
import { parseCheckpoint } from './tlog/checkpoint.ts'
import { hashLeaf } from './tlog/hash.ts'
import { parseNote } from './tlog/note.ts'
import { parseNoteKey } from './tlog/note-key.ts'
import { isIncluded } from './tlog/verify-proof.ts'
import { verifyLog } from './verify-log.ts'

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let ledger: Ledger
const clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
const lines: string[] = []

beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.close())

const event = (n: number, over: Partial<NewEvent> = {}): NewEvent => ({
  kind: 'look',
  at: clock.now(),
  actor: 'lin',
  actorPost: '政風處 科員',
  subjectRef: `access:${n}`,
  reason: `案件 ${n}`,
  detail: { n },
  ...over,
})

let run = 0
const open = (name = `log-${run}.example/events`) =>
  createLedger({
    database,
    folder: join(folder, 'public'),
    keysFolder: join(folder, 'keys'),
    clock,
    origin: name,
    writer: 'first',
    log: (line) => lines.push(line),
  })

beforeEach(async () => {
  run++
  lines.length = 0
  folder = await mkdtemp(join(tmpdir(), 'shoumi-ledger-'))
  ledger = await open()
})
afterEach(async () => {
  await ledger.stop()
  await rm(folder, { recursive: true, force: true })
})

async function appended(count: number, from = 0): Promise<readonly { index: number; eventId: string }[]> {
  const outcomes = await Promise.all(Array.from({ length: count }, (_, i) => ledger.append(event(from + i))))
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw new Error(outcome.error)
    return outcome.value
  })
}

const publicFile = (path: string) => readIfThere(join(folder, 'public', path))
async function verified(isFrom = publicFile) {
  const key = parseNoteKey((await ledger.status()).vkey)
  if (!key) throw new Error('no key')
  return verifyLog(isFrom, key)
}

test('gives every event its place, signs a tree over all of them, and an outsider derives the same root', async () => {
  const places = await appended(700)
  expect(places.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 700 }, (_, i) => i))
  await ledger.integrated(699)
  expect(await verified()).toEqual({ isWhole: true, size: 700, breaks: [] })
})

test('takes up an event recorded inside a transaction after its commit, and never one that was rolled back', async () => {
  const receipt = await recordAct(ledger.database, event(1))
  await expect(
    ledger.database.transaction(async (tx) => {
      await recordEvent(tx, event(2))
      throw new Error('changed my mind')
    }),
  ).rejects.toThrow('changed my mind')
  await ledger.integrated(0)
  expect((await ledger.status()).size).toBe(1)
  expect(await ledger.receiptOf(receipt.eventId)).toMatchObject({ level: 'integrated', index: 0, kind: 'look' })
})

test('proves an event against the published checkpoint', async () => {
  const places = await appended(300)
  await ledger.integrated(299)
  const { eventId, index } = places[137] ?? { eventId: '', index: -1 }
  const proof = await ledger.proofOf(eventId)
  const receipt = await ledger.receiptOf(eventId)
  const note = parseNote(proof?.checkpoint ?? '')
  const checkpoint = note.ok ? parseCheckpoint(note.value.text) : undefined
  if (!proof || !receipt || !checkpoint) throw new Error('not proved')
  const { size, root } = checkpoint
  expect(isIncluded({ index, size, root, leafHash: hashLeaf(receipt.leaf), proof: proof.hashes })).toBe(true)
  expect(receipt.opened?.isTrue).toBe(true)
})

test('opens an event to exactly what was recorded, and keeps its words out of every column', async () => {
  const [place] = await appended(1, 4711)
  const receipt = await ledger.receiptOf(place?.eventId ?? '')
  const why = receipt?.opened?.facets.find(({ name }) => name === 'why')?.open
  expect(why?.bytes.toString()).toBe('{"reason":"案件 4711"}')
  const rows = await database.query('SELECT event::text AS row FROM event')
  expect(JSON.stringify(rows)).not.toContain('案件')
})

test('goes on after a restart where it stopped', async () => {
  await appended(270)
  await ledger.stop()
  ledger = await open()
  await appended(270, 270)
  await ledger.integrated(539)
  expect(await verified()).toEqual({ isWhole: true, size: 540, breaks: [] })
})

test('refuses to write when the database was restored from an older backup', async () => {
  await appended(3)
  await ledger.integrated(2)
  const origin = (await ledger.status()).origin
  const [before] = await database.query('SELECT checkpoint, next_index FROM ledger_log WHERE origin = $1', [origin])
  await appended(3, 3)
  await ledger.integrated(5)
  await ledger.stop()
  await database.upkeep.query('UPDATE ledger_log SET checkpoint = $2, next_index = $3 WHERE origin = $1', [
    origin,
    before?.['checkpoint'],
    before?.['next_index'],
  ])
  // Even when the public files went back with it: the mark beside the key did not.
  await rm(join(folder, 'public'), { recursive: true })
  ledger = await open()
  expect(await ledger.append(event(9))).toMatchObject({ ok: false })
  expect((await ledger.status()).state).toMatchObject({ kind: 'refused', failure: { code: 'restored-backup' } })
})

test('derives missing and damaged public files again from the stored entries, and says which', async () => {
  await appended(600)
  await ledger.integrated(599)
  await ledger.stop()
  await writeFile(join(folder, 'public/tile/0/002.p/88'), Buffer.alloc(88 * 32))
  await rm(join(folder, 'public/tile/entries'), { recursive: true })
  ledger = await open()
  await appended(1, 600)
  await ledger.integrated(600)
  expect(await verified()).toMatchObject({ isWhole: true, size: 601 })
  expect(lines.join()).toContain('tile/0/002.p/88')
})

test('names the place of a flipped bit in a tile, an entry, a checkpoint', async () => {
  await appended(600)
  await ledger.integrated(599)
  for (const [path, code] of [
    ['tile/0/001', 'entry-differs'],
    ['tile/entries/000', 'entry-differs'],
    ['tile/1/000.p/2', 'hash-differs'],
    ['checkpoint', 'bad-signature'],
  ] as const) {
    const flipped = async (asked: string) => {
      const bytes = await publicFile(asked)
      if (asked === path && bytes) bytes[10] = (bytes[10] ?? 0) ^ 1
      return bytes
    }
    const report = await verified(flipped)
    expect([path, report.isWhole]).toEqual([path, false])
    expect(report.breaks.map((each) => each.code)).toContain(code)
  }
})

test('a second writer gets nothing while the first holds the log', async () => {
  const other = await mkdtemp(join(tmpdir(), 'shoumi-ledger-'))
  // Without the file that is being put in place at this moment.
  await cp(join(folder, 'keys'), join(other, 'keys'), { filter: (file) => !file.endsWith('.new'), recursive: true })
  const origin = (await ledger.status()).origin
  const second = await createLedger({
    database,
    folder: join(other, 'public'),
    keysFolder: join(other, 'keys'),
    clock,
    origin,
    writer: 'second',
    log: () => undefined,
  })
  await appended(5)
  await ledger.integrated(4)
  expect((await second.status()).state.kind).toBe('waiting-for-lease')
  expect(await readdir(other)).not.toContain('public')
  await second.stop()
  await rm(other, { recursive: true })
})

test('leaves only commitments in the public folder', async () => {
  await appended(40)
  await ledger.integrated(39)
  const bundle = await readFile(join(folder, 'public/tile/entries/000.p/40'))
  expect(bundle.length).toBe(40 * 38)
})

test('says so at the start and in its status when the clock stands before the newest event, and records all the same', async () => {
  expect((await ledger.status()).aheadOfClock).toBeUndefined()
  await recordAct(ledger.database, event(1, { at: new Date(clock.now().getTime() + 4_000) }))
  expect((await ledger.status()).aheadOfClock).toBeUndefined()
  const ahead = new Date(clock.now().getTime() + 3_600_000)
  await recordAct(ledger.database, event(2, { at: ahead }))
  expect((await ledger.status()).aheadOfClock).toEqual(ahead)
  await ledger.stop()
  lines.length = 0
  ledger = await open()
  expect(lines.filter((line) => line.includes('本機時鐘早於最新的紀錄'))).toHaveLength(1)
  await recordAct(ledger.database, event(3))
})
