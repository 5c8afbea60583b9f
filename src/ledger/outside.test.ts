import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { createLedger, type Ledger } from './create-ledger.ts'
import { loadLogSigner } from './log-key.ts'
import type { OutsideSettings } from './outside.ts'
import { recordAct } from './record-event.ts'
import { formatNoteKey } from './tlog/note-key.ts'
import { parsePolicy } from './tlog/policy.ts'
import { serveWitness } from './witness-server.ts'
import { initWitness, openWitnessStore, trustLog } from './witness-store.ts'

const clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-outside-'))
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const event = () =>
  ({
    kind: 'look',
    at: clock.now(),
    actor: 'lin',
    actorPost: '',
    subjectRef: 'access:1',
    reason: '',
    detail: {},
  }) as const

const open = (name: string, outside: OutsideSettings) =>
  createLedger({
    database,
    folder: join(folder, name, 'public'),
    keysFolder: join(folder, name, 'keys'),
    clock,
    origin: `${name}.example/events`,
    writer: name,
    outside,
    log: () => undefined,
  })

async function witnessFor(name: string) {
  const signer = await loadLogSigner(join(folder, name, 'keys'), `${name}.example/events`)
  const home = join(folder, name, 'witness')
  const key = await initWitness(home, 'witness.example')
  await trustLog(home, formatNoteKey(signer.key), { anew: false, now: clock.now() })
  const server = await serveWitness(await openWitnessStore(home), clock, { host: '127.0.0.1', port: 0 })
  const policy = parsePolicy(`witness w ${formatNoteKey(key.key)} ${server.address}\nquorum w\n`)
  if (!policy.ok) throw new Error(policy.error.reason)
  return { server, outside: { policy: policy.value, stamping: undefined } }
}

async function append(ledger: Ledger): Promise<void> {
  const outcome = await ledger.append(event())
  if (!outcome.ok) throw new Error(outcome.error)
  await ledger.integrated(outcome.value.index)
}

test('publishes what its witness has signed, and keeps that checkpoint', async () => {
  const { server, outside } = await witnessFor('seen')
  const ledger = await open('seen', outside)
  await append(ledger)
  await ledger.stop()
  expect(ledger.outside()).toMatchObject({ isWitnessed: true, seenBy: ['w'] })
  const kept = await database.query<{ size: string; note: string }>(
    "SELECT size, note FROM ledger_checkpoint WHERE origin = 'seen.example/events' ORDER BY size DESC LIMIT 1",
  )
  expect(kept[0]?.size).toBe('1')
  expect(kept[0]?.note).toContain('— witness.example ')
  const [recorded] = await ledger.listEvents({ limit: 1 })
  expect(await ledger.receiptOf(recorded?.eventId ?? '')).toMatchObject({ level: 'witnessed', index: 0 })
  await server.close()
})

test('stops when a witness has signed more than it remembers, even if every trace at home was rolled back', async () => {
  const { server, outside } = await witnessFor('rolled')
  const first = await open('rolled', outside)
  await append(first)
  await append(first)
  await first.stop()
  // What restoring yesterday's backup does, and an administrator can do.
  await database.upkeep.query('ALTER TABLE ledger_batch DISABLE TRIGGER ALL')
  await database.upkeep.query("DELETE FROM ledger_batch WHERE origin = 'rolled.example/events'")
  await database.upkeep.query('ALTER TABLE ledger_batch ENABLE TRIGGER ALL')
  await database.upkeep.query(
    "UPDATE ledger_log SET checkpoint = '', next_index = 0 WHERE origin = 'rolled.example/events'",
  )
  await rm(join(folder, 'rolled/public'), { recursive: true })
  await rm(join(folder, 'rolled/keys/largest-checkpoint'))
  const second = await open('rolled', outside)
  // Signing goes on until the witness has spoken; then it ends by itself.
  while ((await second.status()).state.kind !== 'refused') await second.append(event())
  expect((await second.status()).state).toMatchObject({ kind: 'refused', failure: { code: 'contradicted' } })
  await second.stop()
  await server.close()
})

test('without its time authority it goes on for the hours it was given, then records nothing more', async () => {
  const stamping = { url: 'http://127.0.0.1:9', roots: [], intervalHours: 1, graceHours: 5 }
  const ledger = await open('late', { policy: undefined, stamping })
  await append(ledger)
  clock.advanceMs(5 * 3_600_000)
  expect((await ledger.append(event())).ok).toBe(true)
  expect(ledger.outside().stampState).toBe('degraded')
  clock.advanceMs(1)
  expect(await ledger.append(event())).toEqual({ ok: false, error: 'stopped' })
  await expect(recordAct(ledger.database, event())).rejects.toThrow('stamp-overdue')
  await ledger.stop()
})
