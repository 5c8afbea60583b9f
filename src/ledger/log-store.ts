import type { Database, Upkeep } from '../database/database.ts'
import { encodeEntries } from './entries.ts'
import type { NewEvent } from './event.ts'
import type { SealedEvent } from './seal.ts'

/** Entries as they were made durable: a bundle and where it starts. */
export interface StoredBatch {
  readonly firstIndex: number
  readonly count: number
  readonly entries: Buffer
}

export interface LogState {
  readonly nextIndex: number
  /** signed note; '' before the first */
  readonly checkpoint: string
}

/** The writer was replaced: whatever it believes about the log is out of date. It must stop. */
export class FencedOut extends Error {
  constructor() {
    super('another writer holds this log')
  }
}

/** The log's rows in PostgreSQL: who writes, what is staged, which checkpoint was signed last. */
export interface LogStore {
  /** Takes the log for `leaseMs` when nobody else holds it. Undefined: somebody does. */
  acquire(writer: string, leaseMs: number): Promise<number | undefined>
  /** Keeps the log. Throws `FencedOut`. */
  renew(epoch: number, leaseMs: number): Promise<void>
  release(epoch: number): Promise<void>
  state(): Promise<LogState>
  /** Gives committed events their places in the log, at most `limit`. Answers how many. Throws `FencedOut`. */
  stageQueued(epoch: number, limit: number): Promise<number>
  /** Records events and gives them their places in one durable statement. Answers the first index. Throws `FencedOut`. */
  stageEvents(
    epoch: number,
    events: readonly { readonly event: NewEvent; readonly sealed: SealedEvent }[],
  ): Promise<number>
  /** Staged batches from this index on, at most `limit` entries or one batch. */
  batchesFrom(index: number, limit: number): Promise<readonly StoredBatch[]>
  /** Replaces the signed checkpoint if it is still `expected`. Throws `FencedOut` when it is not. */
  swapCheckpoint(epoch: number, expected: string, next: string): Promise<void>
  /** Committed events without a place. */
  countQueued(): Promise<number>
  /** Index of an event; undefined while it waits for its place. */
  indexOf(eventId: string): Promise<number | undefined>
}

export async function openLogStore({ upkeep: database }: Pick<Database, 'upkeep'>, origin: string): Promise<LogStore> {
  await database.query('INSERT INTO ledger_log (origin) VALUES ($1) ON CONFLICT DO NOTHING', [origin])
  return {
    acquire: async (writer, leaseMs) => {
      const [row] = await database.query<{ epoch: string }>(
        `UPDATE ledger_log SET epoch = epoch + 1, writer = $2, lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         WHERE origin = $1 AND (lease_until < clock_timestamp() OR writer = $2) RETURNING epoch`,
        [origin, writer, leaseMs],
      )
      return row && Number(row.epoch)
    },
    renew: async (epoch, leaseMs) =>
      fenced(
        await database.query(
          `UPDATE ledger_log SET lease_until = clock_timestamp() + $3 * interval '1 millisecond'
           WHERE origin = $1 AND epoch = $2 RETURNING 1`,
          [origin, epoch, leaseMs],
        ),
      ),
    release: async (epoch) => {
      await database.query(`UPDATE ledger_log SET lease_until = '-infinity' WHERE origin = $1 AND epoch = $2`, [
        origin,
        epoch,
      ])
    },
    state: async () => {
      const [row] = await database.query<{ next_index: string; checkpoint: string }>(
        'SELECT next_index, checkpoint FROM ledger_log WHERE origin = $1',
        [origin],
      )
      return { nextIndex: Number(row?.next_index ?? 0), checkpoint: row?.checkpoint ?? '' }
    },
    stageQueued: (epoch, limit) => stageQueued(database, origin, epoch, limit),
    stageEvents: (epoch, events) => stageEvents(database, origin, epoch, events),
    batchesFrom: (index, limit) => batchesFrom(database, origin, index, limit),
    swapCheckpoint: async (epoch, expected, next) =>
      fenced(
        await database.query(
          'UPDATE ledger_log SET checkpoint = $4 WHERE origin = $1 AND epoch = $2 AND checkpoint = $3 RETURNING 1',
          [origin, epoch, expected, next],
        ),
      ),
    countQueued: async () => {
      const [row] = await database.query<{ n: string }>('SELECT count(*) AS n FROM ledger_queue')
      return Number(row?.n ?? 0)
    },
    indexOf: (eventId) => indexOf(database, origin, eventId),
  }
}

function fenced(rows: readonly unknown[]): void {
  if (rows.length === 0) throw new FencedOut()
}

async function stageQueued(database: Upkeep, origin: string, epoch: number, limit: number): Promise<number> {
  return database.transaction(async (tx) => {
    // The row lock comes first: a writer that was replaced meanwhile must not take anything out of the queue.
    fenced(await tx.query('SELECT 1 FROM ledger_log WHERE origin = $1 AND epoch = $2 FOR UPDATE', [origin, epoch]))
    const [row] = await tx.query<{ n: number }>(
      `WITH taken AS (
         DELETE FROM ledger_queue WHERE event_id IN (SELECT event_id FROM ledger_queue ORDER BY event_id LIMIT $2)
         RETURNING event_id, leaf),
       packed AS (
         SELECT count(*)::integer AS n, array_agg(event_id ORDER BY event_id) AS ids,
                string_agg(int2send(length(leaf)::smallint) || leaf, ''::bytea ORDER BY event_id) AS entries
         FROM taken HAVING count(*) > 0),
       claim AS (
         UPDATE ledger_log SET next_index = next_index + packed.n FROM packed WHERE ledger_log.origin = $1
         RETURNING next_index - packed.n AS first_index)
       INSERT INTO ledger_batch
       SELECT $1, claim.first_index, packed.n, packed.entries, packed.ids, packed.ids[1], packed.ids[packed.n]
       FROM claim, packed RETURNING entry_count AS n`,
      [origin, limit],
      'ledger-stage-queued',
    )
    return row?.n ?? 0
  })
}

const STAGE_EVENTS = `
  WITH claim AS (
    UPDATE ledger_log SET next_index = next_index + $3::integer WHERE origin = $1 AND epoch = $2
    RETURNING next_index - $3::integer AS first_index),
  batch AS (
    INSERT INTO ledger_batch
    SELECT $1, claim.first_index, $3::integer, $4, $5::uuid[], $6::uuid, $7::uuid FROM claim),
  body AS (
    INSERT INTO event (expires_month, event_id, at, kind, actor, subject_ref, person_token, leaf, sealed, sealed_for_person)
    SELECT e.expires_month, e.event_id, e.at, e.kind, e.actor, e.subject_ref, e.person_token,
           substring($4::bytea FROM e.leaf_at FOR e.leaf_bytes), substring($8::bytea FROM e.sealed_at FOR e.sealed_bytes),
           CASE WHEN e.personal_bytes > 0 THEN substring($8::bytea FROM e.sealed_at + e.sealed_bytes FOR e.personal_bytes) END
    FROM claim, unnest($9::integer[], $5::uuid[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::bytea[],
                       $15::integer[], $16::integer[], $17::integer[], $18::integer[], $19::integer[])
      AS e(expires_month, event_id, at, kind, actor, subject_ref, person_token,
           leaf_at, leaf_bytes, sealed_at, sealed_bytes, personal_bytes))
  SELECT first_index FROM claim`

async function stageEvents(
  database: Upkeep,
  origin: string,
  epoch: number,
  events: readonly { readonly event: NewEvent; readonly sealed: SealedEvent }[],
): Promise<number> {
  // Long values go as one blob with offsets: an array of them would be written out as text, byte by byte.
  const entries = encodeEntries(events.map(({ sealed }) => sealed.leaf))
  const blobs = events.flatMap(({ sealed }) => [
    sealed.sealed,
    ...(sealed.sealedForPerson ? [sealed.sealedForPerson] : []),
  ])
  const ids = events.map(({ sealed }) => sealed.eventId)
  const sorted = [...ids].sort()
  const lengths = events.map(({ sealed }) => sealed.leaf.length)
  const sealedBytes = events.map(({ sealed }) => sealed.sealed.length)
  const personalBytes = events.map(({ sealed }) => sealed.sealedForPerson?.length ?? 0)
  const [row] = await database.query<{ first_index: string }>(
    STAGE_EVENTS,
    [
      origin,
      epoch,
      events.length,
      entries,
      ids,
      sorted[0],
      sorted.at(-1),
      Buffer.concat(blobs),
      events.map(({ sealed }) => sealed.expiresMonth),
      // as text: the driver would write each date in local time, at ten times the cost
      events.map(({ event }) => event.at.toISOString()),
      events.map(({ event }) => event.kind),
      events.map(({ event }) => event.actor),
      events.map(({ event }) => event.subjectRef),
      events.map(({ sealed }) => sealed.personToken ?? null),
      // 1-based; each leaf stands behind its two bytes of length
      startsOf(lengths.map((length) => length + 2)).map((at) => at + 3),
      lengths,
      startsOf(sealedBytes.map((length, i) => length + (personalBytes[i] ?? 0))).map((at) => at + 1),
      sealedBytes,
      personalBytes,
    ],
    'ledger-stage-events',
  )
  if (!row) throw new FencedOut()
  return Number(row.first_index)
}

function startsOf(lengths: readonly number[]): number[] {
  let at = 0
  return lengths.map((length) => {
    at += length
    return at - length
  })
}

async function batchesFrom(database: Upkeep, origin: string, index: number, limit: number): Promise<StoredBatch[]> {
  const rows = await database.query<{ first_index: string; entry_count: number; entries: Buffer }>(
    `SELECT first_index, entry_count, entries FROM ledger_batch
     WHERE origin = $1 AND first_index >= $2 AND first_index < $2 + $3::bigint ORDER BY first_index`,
    [origin, index, limit],
  )
  return rows.map((row) => ({ firstIndex: Number(row.first_index), count: row.entry_count, entries: row.entries }))
}

async function indexOf(database: Upkeep, origin: string, eventId: string): Promise<number | undefined> {
  const [row] = await database.query<{ index: string }>(
    `SELECT first_index + array_position(event_ids, $2::uuid) - 1 AS index FROM ledger_batch
     WHERE origin = $1 AND highest_id >= $2 AND lowest_id <= $2 AND $2 = ANY(event_ids)`,
    [origin, eventId],
  )
  return row && Number(row.index)
}
