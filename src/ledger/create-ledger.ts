import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { asInstallation, servesAll } from '../base/tenant.ts'
import type { Database } from '../database/database.ts'
import { inLongWork } from '../database/patience.ts'
import { adoptOldEvents } from './adopt-old-events.ts'
import { checkEvent, EVENT_COLUMNS, type EventFault, type EventRow } from './check-event.ts'
import { clockWords, newestAhead } from './clock-check.ts'
import { type Confirmations, confirmationsOf } from './confirmations.ts'
import type { SettleFailure } from './contradictions.ts'
import type { NewEvent } from './event.ts'
import { fingerprintOf } from './fingerprint.ts'
import { fileHighWater } from './high-water.ts'
import { recordingDatabase } from './journal.ts'
import { type KeyStore, openKeyStore } from './key-store.ts'
import { type EventPage, type EventSummary, listEvents } from './list-events.ts'
import { loadLogSigner } from './log-key.ts'
import { type LogStore, openLogStore } from './log-store.ts'
import { Outside, type OutsideSettings, type OutsideStatus } from './outside.ts'
import { preparePartitions } from './partitions.ts'
import { proveInclusion } from './prove.ts'
import { setRetentionMonths } from './retention.ts'
import type { OpenedEvent } from './seal.ts'
import { type Appended, type AppendFailure, type Sequencer, type SequencerState, startSequencer } from './sequencer.ts'
import type { SideTable } from './side-table.ts'
import { folderTileStore, type TileStore } from './tile-store.ts'
import { openCheckpoint } from './tlog/checkpoint.ts'
import { formatNoteKey, type NoteSigner } from './tlog/note-key.ts'
import type { LogProof } from './tlog/proof.ts'
import { readLeaf } from './verify-log.ts'
import { type Person, watchContradictions } from './watch-contradictions.ts'
import { type RecordWatch, watchRecords } from './watch-records.ts'

export interface LedgerSettings {
  readonly database: Database
  /** the public files; may be served by any static file server */
  readonly folder: string
  /** signing key and record keys: apart from the database, with short backups of its own */
  readonly keysFolder: string
  readonly clock: Clock
  /** name of the log: a URL without scheme */
  readonly origin: string
  /** Who writes. The same name takes the log over at once, e.g. after a crash; the data folder's lock keeps it to one. */
  readonly writer: string
  readonly outside?: OutsideSettings
  readonly log: (line: string) => void
}

/** How far an event has come: committed; in a signed tree; seen by outsiders; stamped by a time authority. */
export type AcknowledgementLevel = 'durable' | 'integrated' | 'witnessed' | 'stamped'

export interface EventReceipt {
  readonly eventId: string
  readonly at: Date
  readonly kind: string
  readonly level: AcknowledgementLevel
  /** place in the log, once it has one */
  readonly index: number | undefined
  /** undefined when the month's records were erased */
  readonly opened: OpenedEvent | undefined
  readonly leaf: Buffer
  /** its row is not what was sealed: nothing of it may be shown as true */
  readonly fault: EventFault | undefined
}

export interface LogEvidence {
  readonly proof: LogProof
  readonly stamp?: { readonly at: Date; readonly token: Buffer }
}

export interface LedgerStatus {
  readonly origin: string
  /** key with which outsiders verify */
  readonly vkey: string
  /** the same key in digits, to be compared by voice or on paper */
  readonly fingerprint: string
  readonly size: number
  /** the signed note as published; '' before the first */
  readonly checkpoint: string
  readonly queued: number
  readonly state: SequencerState
  /** time of the newest event, when the clock stands before it */
  readonly aheadOfClock: Date | undefined
  readonly outside: OutsideStatus
}

export interface Ledger {
  /** The database whose transactions can record events. */
  readonly database: Database
  /** Records one event by itself, in a batch with others. */
  append(event: NewEvent): Promise<Result<Appended, AppendFailure>>
  /** Resolves when the entry at this index is in a signed tree. */
  integrated(index: number): Promise<void>
  status(): Promise<LedgerStatus>
  outside(): OutsideStatus
  /** Asks whoever outside is due now; a clock of its own does it otherwise. */
  askOutside(): Promise<void>
  /**
   * One person says that the log shall go on although a witness shows what it does not continue; the second, another one,
   * settles it. It goes on at the next start.
   */
  settleContradiction(by: Person, reason: string): Promise<Result<'proposed' | 'settled', SettleFailure>>
  /** Why nothing may be recorded, and therefore nothing shown, now; undefined: it may. */
  refusal(): string | undefined
  receiptOf(eventId: string): Promise<EventReceipt | undefined>
  /** Compares records, tables and files with what was sealed and signed, from now on and every day. */
  watchRecords(sides: readonly SideTable[]): RecordWatch
  /** Events, newest first: what may be read without opening them. */
  listEvents(page: EventPage): Promise<readonly EventSummary[]>
  /** Undefined: there is no such event, or it is not yet in a signed tree. */
  proofOf(eventId: string): Promise<LogProof | undefined>
  /** The proof for a court: against a stamped checkpoint where one covers the event, with the authority's token. */
  evidenceOf(eventId: string): Promise<LogEvidence | undefined>
  /** Keeps records made from now on for so many months; their partitions are made first. */
  keepFor(months: number): Promise<void>
  readonly keys: KeyStore
  readonly tiles: TileStore
  stop(): Promise<void>
}

const PARTITION_CHECK_MS = 6 * 3_600_000

/** Opens the ledger and starts its writer, which works for the installation for as long as it lives. */
export function createLedger(settings: LedgerSettings): Promise<Ledger> {
  return asInstallation(() => openLedger(settings))
}

async function openLedger(settings: LedgerSettings): Promise<Ledger> {
  const { folder, keysFolder, clock, origin, log } = settings
  const keys = openKeyStore(keysFolder)
  await preparePartitions(settings.database, clock.now())
  const signer = await loadLogSigner(keysFolder, origin)
  const published = folderTileStore(folder)
  let sequencer: Sequencer | undefined
  // Whatever keeps the log from going on keeps everything from being shown: its own state as well as those outside.
  const refusal = () => outside.refusal() ?? refusalOf(sequencer?.state())
  const database = recordingDatabase(settings.database, keys, refusal)
  const store = await openLogStore(database, origin)
  const held = watchContradictions({
    ...{ database, store, signer, clock, keysFolder, log, readTile: published.read },
    refuse: (failure) => sequencer?.refuse(failure),
  })
  const outside = new Outside({
    ...(settings.outside ?? { policy: undefined, stamping: undefined }),
    ...{ database: settings.database, tiles: published, clock, log, key: signer.key },
    ...{ continues: held.continues, onContradicted: held.onContradicted },
  })
  await outside.open()
  await inLongWork(() => adoptOldEvents(database))
  const tiles = { ...published, publish: (note: string) => outside.publish(note) }
  const highWater = fileHighWater(join(keysFolder, 'largest-checkpoint'))
  const { heldBack } = held
  sequencer = startSequencer({ store, tiles, signer, highWater, keys, writer: settings.writer, refusal, heldBack, log })
  // Before anybody is served it is known whether the log goes on.
  await sequencer.looked()
  const writer = sequencer
  const partitions = keepPartitions(settings)
  const stop = async () => {
    clearInterval(partitions)
    await writer.stop()
    await outside.stop()
    keys.close()
  }
  const keepFor = async (months: number) => {
    await preparePartitions(settings.database, clock.now(), months)
    setRetentionMonths(months)
  }
  const ahead = await newestAhead(database, clock.now())
  if (ahead) log(clockWords(ahead))
  void outside.askNow()
  const watchRecordsOf = (sides: readonly SideTable[]) =>
    watchRecords({
      ...{ database, keys, clock, store, tiles, key: signer.key, sides, log },
      onWrong: (detail) => writer.refuse({ code: 'entries-differ', detail }),
    })
  const opened = { keepFor, clock, database, keys, store, tiles, signer, sequencer: writer, outside, stop, refusal }
  return ledgerOf({ ...opened, settle: held.settle, watchRecords: watchRecordsOf })
}

function keepPartitions({ database, clock, log }: LedgerSettings): NodeJS.Timeout {
  const partitions = setInterval(() => {
    preparePartitions(database, clock.now()).catch(() => log('ledger: next month has no partition yet'))
  }, PARTITION_CHECK_MS)
  return partitions.unref()
}

const refusalOf = (state: SequencerState | undefined): string | undefined =>
  state?.kind === 'refused' ? `${state.failure.code}: ${state.failure.detail}` : undefined

interface Opened {
  readonly watchRecords: Ledger['watchRecords']
  readonly refusal: () => string | undefined
  readonly clock: Clock
  readonly keepFor: (months: number) => Promise<void>
  readonly database: Database
  readonly keys: KeyStore
  readonly store: LogStore
  readonly tiles: TileStore
  readonly signer: NoteSigner
  readonly sequencer: Sequencer
  readonly outside: Outside
  readonly stop: () => Promise<void>
  readonly settle: Ledger['settleContradiction']
}

function ledgerOf(opened: Opened): Ledger {
  const { database, keys, store, tiles, signer, sequencer } = opened
  // The log itself is one for all and public; which entry is whose is known to those who may see the event.
  const indexOf = async (eventId: string) =>
    (await mayKnow(database, eventId)) ? asInstallation(() => store.indexOf(eventId)) : undefined
  const published = async () => {
    const note = (await tiles.read('checkpoint'))?.toString() ?? ''
    const parsed = note === '' ? undefined : openCheckpoint(note, signer.key)
    return { note, size: parsed?.ok ? parsed.value.checkpoint.size : 0 }
  }
  return {
    database,
    keys,
    tiles,
    keepFor: opened.keepFor,
    append: (event) => sequencer.append(event),
    integrated: (index) => sequencer.integrated(index),
    outside: () => opened.outside.status(),
    askOutside: () => opened.outside.askNow(),
    settleContradiction: opened.settle,
    refusal: opened.refusal,
    status: async () => {
      const { note, size } = await published()
      const queued = await asInstallation(() => store.countQueued())
      const [vkey, fingerprint] = [formatNoteKey(signer.key), fingerprintOf(signer.key)]
      const state = sequencer.state()
      const aheadOfClock = await newestAhead(database, opened.clock.now())
      const outside = opened.outside.status()
      const key = { origin: signer.key.name, vkey, fingerprint }
      return { ...key, size, checkpoint: note, queued, state, aheadOfClock, outside }
    },
    watchRecords: opened.watchRecords,
    listEvents: (page) => listEvents(database, keys, page),
    receiptOf: async (eventId) => receiptOf(opened, eventId, (await published()).size),
    proofOf: async (eventId) => {
      const index = await indexOf(eventId)
      const { note, size } = await published()
      if (index === undefined || index >= size) return undefined
      // Without its leaf a proof says only that something stands there.
      return proveInclusion(tiles.read, index, size, note, await readLeaf(tiles.read, index, size))
    },
    evidenceOf: async (eventId) => {
      const index = await indexOf(eventId)
      const { note, size } = await published()
      if (index === undefined || index >= size) return undefined
      const { stamped } = await asInstallation(() => confirmationsOf(database, signer.key.name, index))
      if (!stamped) return { proof: await proveInclusion(tiles.read, index, size, note) }
      const proof = await proveInclusion(tiles.read, index, stamped.size, stamped.note)
      return { proof, stamp: { at: stamped.at, token: stamped.token } }
    },
    stop: opened.stop,
  }
}

// Who covers every agency may also ask for a place whose record was erased: the public log keeps it.
async function mayKnow(database: Database, eventId: string): Promise<boolean> {
  return servesAll() || (await database.query('SELECT 1 FROM event WHERE event_id = $1', [eventId])).length > 0
}

function levelOf(index: number | undefined, size: number, confirmed: Confirmations | undefined): AcknowledgementLevel {
  if (index === undefined || index >= size) return 'durable'
  if (confirmed?.stamped) return 'stamped'
  return confirmed?.isWitnessed ? 'witnessed' : 'integrated'
}

async function receiptOf(
  { database, keys, store, signer }: Opened,
  eventId: string,
  size: number,
): Promise<EventReceipt | undefined> {
  const [row] = await database.query<EventRow>(`SELECT ${EVENT_COLUMNS} FROM event WHERE event_id = $1`, [eventId])
  if (!row) return undefined
  const index = await asInstallation(() => store.indexOf(eventId))
  const { opened, fault } = checkEvent(keys, row)
  const confirmed =
    index === undefined ? undefined : await asInstallation(() => confirmationsOf(database, signer.key.name, index))
  const level = levelOf(index, size, confirmed)
  return { eventId, at: row.at, kind: row.kind, level, index, opened, leaf: row.leaf, fault }
}
