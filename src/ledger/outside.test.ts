import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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
import { type Policy, parsePolicy } from './tlog/policy.ts'
import { serveWitness } from './witness-server.ts'
import { initWitness, openWitnessStore, trustLog } from './witness-store.ts'

const HOUR_MS = 3_600_000
const clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let said: string[]
beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-outside-'))
  said = []
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const event = (kind: 'look' | 'sign-in' = 'look') => ({
  ...{ kind, at: clock.now(), actor: 'lin', actorPost: '', subjectRef: 'access:1', reason: '', detail: {} },
})

const open = (name: string, outside: OutsideSettings) =>
  createLedger({
    ...{ database, clock, outside, writer: name, origin: originOf(name) },
    folder: join(folder, name, 'public'),
    keysFolder: keysOf(name),
    log: (line) => said.push(line),
  })
const originOf = (name: string) => `${name}.example/events`
const keysOf = (name: string) => join(folder, name, 'keys')

/** A witness of this log, which can be stopped and started again at the same address. */
async function witnessFor(name: string, witness = 'witness') {
  const signer = await loadLogSigner(keysOf(name), originOf(name))
  const home = join(folder, name, witness)
  const key = await initWitness(home, `${witness}.example`)
  await trustLog(home, formatNoteKey(signer.key), { anew: false, now: clock.now() })
  const start = async (port: number) => serveWitness(await openWitnessStore(home), clock, { host: '127.0.0.1', port })
  let server = await start(0)
  const port = Number(new URL(server.address).port)
  return {
    line: `witness ${witness} ${formatNoteKey(key.key)} ${server.address}`,
    stop: () => server.close(),
    start: async () => {
      server = await start(port)
    },
  }
}

function policyOf(lines: readonly string[], rule: string): Policy {
  const names = lines.map((line) => line.split(' ')[1])
  const policy = parsePolicy([...lines, `group g ${rule} ${names.join(' ')}`, 'quorum g'].join('\n'))
  if (!policy.ok) throw new Error(policy.error.reason)
  return policy.value
}
const asking = (lines: readonly string[], rule = 'all'): OutsideSettings => ({
  ...{ policy: policyOf(lines, rule), stamping: undefined, witnessGraceHours: 5 },
})

async function append(ledger: Ledger): Promise<void> {
  const outcome = await ledger.append(event())
  if (!outcome.ok) throw new Error(outcome.error)
  await ledger.integrated(outcome.value.index)
}

test('publishes what its witness has signed, and keeps that checkpoint', async () => {
  const witness = await witnessFor('seen')
  const ledger = await open('seen', asking([witness.line]))
  await append(ledger)
  await ledger.stop()
  expect(ledger.outside()).toMatchObject({ isWitnessed: true, seenBy: ['witness'], unwitnessedSince: undefined })
  const kept = await database.query<{ size: string; note: string }>(
    "SELECT size, note FROM ledger_checkpoint WHERE origin = 'seen.example/events' ORDER BY size DESC LIMIT 1",
  )
  expect(kept[0]?.size).toBe('1')
  expect(kept[0]?.note).toContain('— witness.example ')
  const [recorded] = await ledger.listEvents({ limit: 1 })
  expect(await ledger.receiptOf(recorded?.eventId ?? '')).toMatchObject({ level: 'witnessed', index: 0 })
  // After a restart it is known at once: the published checkpoint carries it.
  const again = await open('seen', asking([witness.line]))
  expect(again.outside()).toMatchObject({ isWitnessed: true, seenBy: ['witness'] })
  await again.stop()
  await witness.stop()
})

test('while all witnesses are down it says since when and by whose fault, goes on for the hours it was given, then refuses', async () => {
  const [one, two] = [await witnessFor('down', 'one'), await witnessFor('down', 'two')]
  await one.stop()
  await two.stop()
  const ledger = await open('down', asking([one.line, two.line]))
  const since = clock.now()
  await append(ledger)
  await ledger.askOutside()
  const faults = [one, two].map((_, i) => ({ name: ['one', 'two'][i], state: 'silent', why: 'unreachable' }))
  expect(ledger.outside()).toMatchObject({ isWitnessed: false, unwitnessedSince: since, witnesses: faults })
  clock.advanceMs(60_000)
  await ledger.askOutside()
  expect(said.join('\n')).toContain(`fewer witnesses than the policy asks for have signed since ${since.toISOString()}`)
  clock.advanceMs(5 * HOUR_MS - 60_000)
  expect((await ledger.append(event())).ok).toBe(true)
  clock.advanceMs(1)
  expect(ledger.refusal()).toMatch(/^witnesses-overdue: /)
  expect(await ledger.append(event())).toEqual({ ok: false, error: 'stopped' })
  await expect(recordAct(ledger.database, event())).rejects.toThrow('witnesses-overdue')
  // Who has to cure it comes in.
  await recordAct(ledger.database, event('sign-in'))
  await ledger.stop()
  // A restart begins no grace anew, and the one who comes back is asked although nobody can do anything.
  const again = await open('down', asking([one.line, two.line]))
  expect(again.refusal()).toMatch(/^witnesses-overdue: /)
  await one.start()
  await two.start()
  await again.askOutside()
  expect([again.refusal(), again.outside().isWitnessed]).toEqual([undefined, true])
  await append(again)
  await again.stop()
  await Promise.all([one.stop(), two.stop()])
})

test('one witness that hangs delays no checkpoint that another one signs, nor the end of the program', async () => {
  const good = await witnessFor('hanging', 'good')
  const key = await initWitness(join(folder, 'hanging', 'hung'), 'hung.example')
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const hung = `witness hung ${formatNoteKey(key.key)} http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const times = { timeoutMs: 600_000, patienceMs: 600_000 }
  const ledger = await open('hanging', { ...asking([hung, good.line], 'any'), witnessTimes: times })
  for (let i = 0; i < 5; i++) await append(ledger)
  await ledger.stop()
  expect(ledger.outside()).toMatchObject({ isWitnessed: true, seenBy: ['good'] })
  expect(said.join('\n')).toContain('過半')
  server.closeAllConnections()
  server.close()
  await good.stop()
})

/** What restoring yesterday's backup does to the tables, and an administrator can do. */
async function rollBack(name: string): Promise<void> {
  const origin = originOf(name)
  await database.upkeep.query('ALTER TABLE ledger_batch DISABLE TRIGGER ALL')
  await database.upkeep.query('DELETE FROM ledger_batch WHERE origin = $1', [origin])
  await database.upkeep.query('ALTER TABLE ledger_batch ENABLE TRIGGER ALL')
  await database.upkeep.query("UPDATE ledger_log SET checkpoint = '', next_index = 0 WHERE origin = $1", [origin])
  await rm(join(folder, name, 'public'), { recursive: true, force: true })
  await rm(join(keysOf(name), 'largest-checkpoint'), { force: true })
}

async function untilRefused(ledger: Ledger): Promise<void> {
  // Signing goes on until the witness has spoken; then it ends by itself.
  while ((await ledger.status()).state.kind !== 'refused') await ledger.append(event())
  await ledger.stop()
}

/** A log that two entries were witnessed of, rolled back to nothing and contradicted by its witness. */
async function contradicted(name: string) {
  const witness = await witnessFor(name)
  const first = await open(name, asking([witness.line]))
  await append(first)
  await append(first)
  await first.stop()
  const origin = originOf(name)
  const [batches, [log]] = await Promise.all([
    database.query('SELECT * FROM ledger_batch WHERE origin = $1', [origin]),
    database.query<{ checkpoint: string; next_index: string }>('SELECT * FROM ledger_log WHERE origin = $1', [origin]),
  ])
  await rollBack(name)
  await untilRefused(await open(name, asking([witness.line])))
  return { witness, batches: batches as Record<string, unknown>[], checkpoint: log?.checkpoint, next: log?.next_index }
}

test('stops when a witness has signed more than it remembers, and stays so while the witness is unreachable', async () => {
  const { witness } = await contradicted('rolled')
  await witness.stop()
  const second = await open('rolled', asking([witness.line]))
  expect((await second.status()).state).toMatchObject({ kind: 'refused', failure: { code: 'contradicted' } })
  expect((await second.listEvents({ limit: 50 })).map(({ kind }) => kind)).toContain('log-contradicted')
  await second.stop()
  // Without the rows, as a backup of the database from before has it: the file beside the key still knows.
  await database.upkeep.query('DELETE FROM ledger_contradiction')
  const third = await open('rolled', asking([witness.line]))
  expect((await third.status()).state).toMatchObject({ kind: 'refused', failure: { code: 'contradicted' } })
  await third.stop()
  // Without the file: the rows, which were put back, still know. And with other settings than before.
  await rm(join(keysOf('rolled'), 'contradiction'))
  const fourth = await open('rolled', { policy: undefined, stamping: undefined })
  expect(fourth.refusal()).toMatch(/^contradicted: witness witness shows a checkpoint of 2 entries/)
  await fourth.stop()
})

test('goes on by itself once the newest records are back, with a record of it', async () => {
  const { witness, batches, checkpoint, next } = await contradicted('back')
  await rollBack('back')
  for (const batch of batches) {
    const names = Object.keys(batch)
    const places = names.map((_, i) => `$${i + 1}`).join(', ')
    await database.upkeep.query(
      `INSERT INTO ledger_batch (${names.join(', ')}) VALUES (${places})`,
      Object.values(batch),
    )
  }
  const set = 'UPDATE ledger_log SET checkpoint = $1, next_index = $2 WHERE origin = $3'
  await database.upkeep.query(set, [checkpoint, next, originOf('back')])
  const ledger = await open('back', asking([witness.line]))
  expect(ledger.refusal()).toBeUndefined()
  await append(ledger)
  await ledger.askOutside()
  expect(ledger.outside().isWitnessed).toBe(true)
  expect((await ledger.listEvents({ limit: 50 })).map(({ kind }) => kind)).toContain('contradiction-settled')
  expect((await readdir(keysOf('back'))).some((name) => name.startsWith('contradiction.settled-'))).toBe(true)
  await ledger.stop()
  await witness.stop()
})

test('two persons, never one, let a contradicted log go on; what they settled is not held against it again', async () => {
  const { witness } = await contradicted('settled')
  const refusing = await open('settled', asking([witness.line]))
  const [ethics, security] = [
    { account: 'ethics', post: '' },
    { account: 'security', post: '' },
  ]
  expect(await refusing.settleContradiction(ethics, '資料庫已無法復原')).toEqual({ ok: true, value: 'proposed' })
  expect(await refusing.settleContradiction(ethics, '資料庫已無法復原')).toEqual({ ok: false, error: 'same-person' })
  expect(await refusing.settleContradiction(security, '資料庫已無法復原')).toEqual({ ok: true, value: 'settled' })
  expect(await refusing.settleContradiction(security, '資料庫已無法復原')).toEqual({ ok: false, error: 'none-open' })
  await refusing.stop()
  const ledger = await open('settled', asking([witness.line]))
  await append(ledger)
  await ledger.askOutside()
  // The witness still refuses and is named; only its operator lets it begin anew.
  expect([ledger.refusal(), ledger.outside().isWitnessed]).toEqual([undefined, false])
  expect(ledger.outside().witnesses).toMatchObject([{ name: 'witness', state: 'contradicts' }])
  await ledger.stop()
  await witness.stop()
  const home = join(folder, 'settled', 'witness')
  const { key } = await loadLogSigner(keysOf('settled'), originOf('settled'))
  expect(await trustLog(home, formatNoteKey(key), { anew: true, now: clock.now() })).toBeUndefined()
  await witness.start()
  const last = await open('settled', asking([witness.line]))
  await append(last)
  await last.stop()
  expect(last.outside().isWitnessed).toBe(true)
  await witness.stop()
})
