import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import type { Database } from '../src/database/database.ts'
import { migrateDatabase } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { startEmbeddedPostgres } from '../src/database/start-embedded.ts'
import { encodeEntries } from '../src/ledger/entries.ts'
import { growTree } from '../src/ledger/grow-tree.ts'
import { createLedger, type Ledger, type NewEvent, verifyLog } from '../src/ledger/port.ts'
import { folderTileStore, readIfThere } from '../src/ledger/tile-store.ts'
import { formatCheckpoint } from '../src/ledger/tlog/checkpoint.ts'
import { signNote } from '../src/ledger/tlog/note.ts'
import { drawSeed, LOG_KEY, noteSigner } from '../src/ledger/tlog/note-key.ts'
import { CompactRange } from '../src/ledger/tlog/tree.ts'
import { makePeers } from './ledger-peers.ts'
import { type Load, measureLoad } from './measure-load.ts'

const CALLERS = [1, 64, 256, 1024] as const
const SECONDS = 4
const VERIFY_ENTRIES = 1_000_000
const FSYNC_ROUNDS = 500

/**
 * Durable appends with searchable, sealed bodies, by 1 to 1,024 callers at once, beside what agencies have today on the
 * same PostgreSQL: plain inserts, and a table whose rows are hashed into a chain. `--seconds N` per measurement.
 */
export async function run(args: readonly string[]): Promise<object> {
  const seconds = Number(args[args.indexOf('--seconds') + 1] || 0) || SECONDS
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-bench-'))
  const server = await startEmbeddedPostgres(join(folder, 'postgres'))
  const database = await openDatabase({ url: server.url, unscoped: 'installation' })
  await migrateDatabase(database)
  try {
    return await measure(database, folder, seconds)
  } finally {
    await database.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(database: Database, folder: string, seconds: number): Promise<object> {
  const fsyncMs = await measureFsync(join(folder, 'fsync'))
  print(
    `raw fsync of 400 bytes: ${fsyncMs.toFixed(2)} ms, at most ${Math.round(1000 / fsyncMs)} unbatched acts a second`,
  )
  const { ledger, loads } = await measureLedger(database, folder, seconds)
  const peers = await makePeers(database)
  const chain = await measureLoad('hash-chain table, 64 callers', 64, seconds, peers.chain)
  const plain = await measureLoad('plain inserts, 64 callers', 64, seconds, peers.plain)
  const ours64 = loads.get(64)?.perSecond ?? 0
  print(
    `ours at 64 callers: ${(ours64 / chain.perSecond).toFixed(1)} × the hash chain, ${(ours64 / plain.perSecond).toFixed(1)} × plain inserts`,
  )
  const checkpoint = await measureCheckpoints(ledger)
  await ledger.stop()
  const verifySeconds = await measureVerify(join(folder, 'million'))
  const figure = (pick: (load: Load) => number) =>
    Object.fromEntries(
      CALLERS.map((callers) => [callers, pick(loads.get(callers) ?? { perSecond: 0, p50Ms: 0, p99Ms: 0 })]),
    )
  return {
    name: 'ledger',
    appends_per_s: figure(({ perSecond }) => Math.round(perSecond)),
    p50_ms: figure(({ p50Ms }) => round(p50Ms)),
    p99_ms: figure(({ p99Ms }) => round(p99Ms)),
    checkpoint_p99_ms: round(checkpoint),
    verify_s_per_million: round(verifySeconds),
    vs_hash_chain_64: round(ours64 / chain.perSecond),
    vs_plain_inserts_64: round(ours64 / plain.perSecond),
    fsync_ms: round(fsyncMs),
  }
}

async function measureLedger(database: Database, folder: string, seconds: number) {
  const ledger = await createLedger({
    database,
    folder: join(folder, 'public'),
    keysFolder: join(folder, 'keys'),
    clock: systemClock,
    origin: 'bench.example/events',
    writer: 'test',
    log: print,
  })
  const append = appender(ledger)
  await append(0)
  const loads = new Map<number, Load>()
  for (const callers of CALLERS)
    loads.set(callers, await measureLoad(`ledger, ${callers} callers`, callers, seconds, append))
  return { ledger, loads }
}

// Officers, reasons and subjects vary as in an office; one event in four concerns a citizen met before.
function appender(ledger: Ledger): (n: number) => Promise<void> {
  return async (n) => {
    const event: NewEvent = {
      kind: 'look',
      at: new Date(),
      actor: `officer-${n % 300}`,
      actorPost: '健康保險局承保科 辦事員',
      subjectRef: `access:${n}`,
      reason: `承保查核 115 年第 ${n} 號`,
      detail: { rows: n % 7, query: 'insured-by-company', version: 3 },
      ...(n % 4 === 0 && { person: `person-${n % 2_000}` }),
    }
    const outcome = await ledger.append(event)
    if (!outcome.ok) throw new Error(outcome.error)
  }
}

/** 99th percentile of the time from an append to its entry standing in a signed, published tree, ms. */
async function measureCheckpoints(ledger: Ledger): Promise<number> {
  const append = appender(ledger)
  const delays: number[] = []
  for (let n = 0; n < 200; n++) {
    const start = performance.now()
    const outcome = await ledger.append({
      kind: 'look',
      at: new Date(),
      actor: 'officer-1',
      actorPost: '',
      subjectRef: `access:${n}`,
      reason: '',
      detail: {},
    })
    if (!outcome.ok) throw new Error(outcome.error)
    await Promise.all([append(n), ledger.integrated(outcome.value.index)])
    delays.push(performance.now() - start)
  }
  const p99 = delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0
  print(`an append stands in a signed tree after: median ${round(delays[100] ?? 0)} ms, p99 ${round(p99)} ms`)
  return p99
}

async function measureVerify(folder: string): Promise<number> {
  const tiles = folderTileStore(folder)
  const signer = noteSigner('bench.example/million', LOG_KEY, drawSeed())
  const range = new CompactRange()
  const entries = encodeEntries(Array.from({ length: 1_000 }, (_, i) => Buffer.alloc(36, i)))
  while (range.size < VERIFY_ENTRIES) {
    const batches = Array.from({ length: 50 }, (_, i) => ({
      firstIndex: range.size + i * 1_000,
      count: 1_000,
      entries,
    }))
    for (const file of await growTree(range, batches, tiles.read)) await tiles.repair(file.path, file.bytes)
  }
  await tiles.publish(
    signNote(formatCheckpoint({ origin: signer.key.name, size: range.size, root: range.root() }), [signer]),
  )
  const start = performance.now()
  const report = await verifyLog((path) => readIfThere(join(folder, path)), signer.key)
  const seconds = (performance.now() - start) / 1000
  if (!report.isWhole || report.size !== VERIFY_ENTRIES) throw new Error('the log does not verify')
  print(`a log of ${VERIFY_ENTRIES} entries derived again in ${seconds.toFixed(2)} s`)
  return seconds
}

async function measureFsync(path: string): Promise<number> {
  const file = await open(path, 'w')
  const start = performance.now()
  for (let i = 0; i < FSYNC_ROUNDS; i++) {
    await file.write(Buffer.alloc(400))
    await file.datasync()
  }
  const total = performance.now() - start
  await file.close()
  return total / FSYNC_ROUNDS
}

const round = (value: number): number => Math.round(value * 100) / 100
const print = (line: string): void => void process.stdout.write(`${line}\n`)
