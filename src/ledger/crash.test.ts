import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { fileHighWater } from './high-water.ts'
import { integrate, type LogParts } from './integrate.ts'
import { loadLogSigner } from './log-key.ts'
import { openLogStore } from './log-store.ts'
import { preparePartitions } from './partitions.ts'
import { recoverLog } from './recover.ts'
import { sealEvent } from './seal.ts'
import { startSequencer } from './sequencer.ts'
import { folderTileStore, readIfThere } from './tile-store.ts'
import { verifyLog } from './verify-log.ts'

const clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
const LEASE_MS = 60_000
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let run = 0

beforeAll(async () => {
  database = await temporaryDatabase()
  await preparePartitions(database, clock.now())
})
afterAll(() => database.close())

/** Every act of the log that leaves something behind, in the order it happens. */
const STEPS = ['stage', 'swap', 'raise', 'write', 'publish', 'drop'] as const
type Step = (typeof STEPS)[number]
/** What a crash can mean: the step did not happen; it happened but nobody was told. Then nothing more runs. */
const OUTCOMES = ['failed', 'failed but persisted'] as const

interface Fault {
  readonly step: Step
  /** which call of this step, from 1 */
  readonly at: number
  readonly outcome: (typeof OUTCOMES)[number]
}

class Crash extends Error {}

async function freshParts(): Promise<LogParts> {
  run++
  folder = await mkdtemp(join(tmpdir(), 'shoumi-crash-'))
  const origin = `crash-${run}.example/events`
  const signer = await loadLogSigner(join(folder, 'keys'), origin)
  const highWater = fileHighWater(join(folder, 'keys/largest-checkpoint'))
  return {
    store: await openLogStore(database, origin),
    tiles: folderTileStore(join(folder, 'public')),
    signer,
    highWater,
  }
}

/** The same parts, of which one call goes wrong. After it every further call does: the process is gone. */
function breaking(parts: LogParts, fault: Fault): LogParts & { readonly hasBroken: () => boolean } {
  let calls = 0
  let isGone = false
  const guard =
    <Args extends unknown[], T>(step: Step, act: (...args: Args) => Promise<T>) =>
    async (...args: Args) => {
      if (isGone) throw new Crash()
      if (step === fault.step) calls++
      if (step !== fault.step || calls !== fault.at) return act(...args)
      isGone = true
      if (fault.outcome === 'failed but persisted') await act(...args)
      throw new Crash()
    }
  const { store, tiles, highWater } = parts
  return {
    ...parts,
    store: {
      ...store,
      stageEvents: guard('stage', store.stageEvents),
      swapCheckpoint: guard('swap', store.swapCheckpoint),
    },
    tiles: {
      ...tiles,
      write: guard('write', tiles.write),
      publish: guard('publish', tiles.publish),
      dropPartials: guard('drop', tiles.dropPartials),
    },
    highWater: { ...highWater, raise: guard('raise', highWater.raise) },
    hasBroken: () => isGone,
  }
}

let serial = 0
const batch = (count: number) =>
  Array.from({ length: count }, () => {
    const event = {
      kind: 'look',
      at: clock.now(),
      actor: 'lin',
      actorPost: '',
      subjectRef: `a:${serial++}`,
      reason: '',
      detail: {},
    } as const
    return { event, sealed: sealEvent(database.keys, event) }
  })

/** Two rounds of work; the fault strikes in the second. Answers how many events were acknowledged. */
async function workUntilCrash(parts: LogParts, fault: Fault): Promise<number> {
  const epoch = await parts.store.acquire('first', LEASE_MS)
  if (epoch === undefined) throw new Error('no lease')
  await parts.store.stageEvents(epoch, batch(500))
  await integrate(parts, epoch)
  const broken = breaking(parts, fault)
  try {
    await broken.store.stageEvents(epoch, batch(300))
    await integrate(broken, epoch)
    expect([fault, broken.hasBroken()]).toEqual([fault, true])
    return 800
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    return fault.step === 'stage' ? 500 : 800
  } finally {
    await parts.store.release(epoch)
  }
}

const faults: Fault[] = [
  ...STEPS.filter((step) => step !== 'write').flatMap((step) => OUTCOMES.map((outcome) => ({ step, at: 1, outcome }))),
  // 500 → 800 entries writes three bundles, three tiles, one tile above.
  ...[1, 2, 3, 4, 5, 6].flatMap((at) => OUTCOMES.map((outcome) => ({ step: 'write' as const, at, outcome }))),
]

describe('whatever step a crash strikes, before or after it took effect', () => {
  test.each(faults)('$step ($at) $outcome: nothing acknowledged is missing and the whole log holds', async (fault) => {
    const parts = await freshParts()
    const acknowledged = await workUntilCrash(parts, fault)
    const sequencer = startSequencer({ ...parts, keys: database.keys, writer: 'next', log: () => undefined })
    await sequencer.integrated(acknowledged - 1)
    await sequencer.stop()
    const report = await verifyLog((path) => readIfThere(join(folder, 'public', path)), parts.signer.key)
    expect([fault, report.breaks]).toEqual([fault, []])
    expect(report.size).toBeGreaterThanOrEqual(acknowledged)
    await rm(folder, { recursive: true })
  })
})

test('a disk that takes nothing more stalls signing, loses nothing, and signing goes on when there is room', async () => {
  const parts = await freshParts()
  let isFull = true
  const full = () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
  const tiles = {
    ...parts.tiles,
    write: (path: string, bytes: Buffer) => (isFull ? full() : parts.tiles.write(path, bytes)),
    repair: (path: string, bytes: Buffer) => (isFull ? full() : parts.tiles.repair(path, bytes)),
  }
  const lines: string[] = []
  const stalled = Promise.withResolvers<void>()
  const log = (line: string) => {
    lines.push(line)
    if (line.includes('no space')) stalled.resolve()
  }
  const sequencer = startSequencer({ ...parts, tiles, keys: database.keys, writer: 'next', log })
  const event = batch(1)[0]?.event
  if (!event) throw new Error('no event')
  const first = await sequencer.append(event)
  expect(first.ok).toBe(true)
  await stalled.promise
  expect(sequencer.state()).toMatchObject({ kind: 'stalled', reason: 'no space left on device' })
  expect((await sequencer.append(event)).ok).toBe(true)
  isFull = false
  await sequencer.integrated(1)
  await sequencer.stop()
  const report = await verifyLog((path) => readIfThere(join(folder, 'public', path)), parts.signer.key)
  expect(report).toEqual({ isWhole: true, size: 2, breaks: [] })
})

test('a writer that lost the log to another cannot stage, sign, or empty the queue', async () => {
  const parts = await freshParts()
  const old = await parts.store.acquire('old', -1)
  const current = await parts.store.acquire('new', LEASE_MS)
  if (old === undefined || current === undefined) throw new Error('no lease')
  await expect(parts.store.stageEvents(old, batch(2))).rejects.toThrow('another writer')
  await expect(parts.store.stageQueued(old, 10)).rejects.toThrow('another writer')
  await expect(parts.store.swapCheckpoint(old, '', 'note')).rejects.toThrow('another writer')
  await expect(parts.store.renew(old, LEASE_MS)).rejects.toThrow('another writer')
  expect(await parts.store.stageEvents(current, batch(2))).toBe(0)
})

test('stored entries that were changed are found before anything is signed over them', async () => {
  const parts = await freshParts()
  const epoch = (await parts.store.acquire('w', LEASE_MS)) ?? 0
  await parts.store.stageEvents(epoch, batch(300))
  await integrate(parts, epoch)
  await rm(join(folder, 'public/tile'), { recursive: true })
  const changed: LogParts['store'] = {
    ...parts.store,
    batchesFrom: async (index, limit) => {
      const batches = await parts.store.batchesFrom(index, limit)
      return batches.map((each) => {
        const entries = Buffer.from(each.entries)
        entries[20] = (entries[20] ?? 0) ^ 1
        return { ...each, entries }
      })
    },
  }
  const outcome = await recoverLog({ ...parts, store: changed, key: parts.signer.key })
  expect(outcome).toMatchObject({ ok: false, error: { code: 'entries-differ' } })
})

test('a clock that goes back changes neither order nor signatures', async () => {
  const parts = await freshParts()
  const epoch = (await parts.store.acquire('w', LEASE_MS)) ?? 0
  const later = fixedClock(new Date('2026-11-23T01:00:00Z'))
  const at = (date: Date) =>
    batch(3).map(({ event }) => ({
      event: { ...event, at: date },
      sealed: sealEvent(database.keys, { ...event, at: date }),
    }))
  await parts.store.stageEvents(epoch, at(later.now()))
  await integrate(parts, epoch)
  const earlier = at(new Date('2026-11-22T01:00:00Z'))
  await parts.store.stageEvents(epoch, earlier)
  await integrate(parts, epoch)
  expect(await parts.store.indexOf(earlier[2]?.sealed.eventId ?? '')).toBe(5)
  expect((await verifyLog((path) => readIfThere(join(folder, 'public', path)), parts.signer.key)).isWhole).toBe(true)
})
