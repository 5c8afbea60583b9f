import { setImmediate as breathe } from 'node:timers/promises'
import { canonicalJson, type Json } from '../base/canonical-json.ts'
import type { Queryable } from '../database/database.ts'
import { checkEvent, EVENT_COLUMNS, type EventRow, factsOf } from './check-event.ts'
import { entryBounds } from './entries.ts'
import type { KeyStore } from './key-store.ts'
import { decodeLeaf } from './leaf.ts'
import { MAX_FINDINGS, type RecordFault } from './record-findings.ts'
import { expiryMonthOf, MIN_RETENTION_MONTHS } from './retention.ts'
import type { SideRow, SideTable } from './side-table.ts'

interface SweepParts {
  readonly database: Queryable
  readonly keys: KeyStore
  readonly origin: string
  readonly sides: readonly SideTable[]
  /** ends the sweep early, e.g. when the program stops */
  readonly signal?: AbortSignal
}

const BATCHES = 16
const SIDE_ROWS = 500

/**
 * Holds every record against the log, both ways: each leaf has its event unless its month was erased, each event its leaf,
 * columns say what was sealed, and so do the tables beside. Linear in the number of events, some 60 µs each; memory for
 * sixteen batches. Changes nothing; answers what is wrong, at most MAX_FINDINGS of each kind of pass.
 */
export async function sweepRecords(parts: SweepParts): Promise<readonly RecordFault[]> {
  const faults: RecordFault[] = []
  await sweepLeaves(parts, faults)
  await sweepRows(parts, faults)
  for (const side of parts.sides) await sweepSide(parts, side, faults)
  return faults
}

const isOver = ({ signal }: SweepParts, faults: readonly RecordFault[]): boolean =>
  signal?.aborted === true || faults.length >= MAX_FINDINGS

interface BatchRow {
  first_index: string
  entry_count: number
  entries: Buffer
  event_ids: string[]
}

async function sweepLeaves(parts: SweepParts, faults: RecordFault[]): Promise<void> {
  for (let next = 0; !isOver(parts, faults); ) {
    const batches = await parts.database.query<BatchRow>(
      `SELECT first_index, entry_count, entries, event_ids FROM ledger_batch WHERE origin = $1 AND first_index >= $2
       ORDER BY first_index LIMIT $3`,
      [parts.origin, next, BATCHES],
    )
    const last = batches.at(-1)
    if (!last) return
    for (const batch of batches) faults.push(...(await faultsOfBatch(parts, batch)))
    next = Number(last.first_index) + last.entry_count
    await breathe()
  }
}

async function faultsOfBatch({ database, keys }: SweepParts, batch: BatchRow): Promise<readonly RecordFault[]> {
  const bounds = entryBounds(batch.entries, batch.entry_count)
  if (!bounds) return [{ code: 'leaf-differs', place: `entries:${batch.first_index}`, detail: '' }]
  const leaves = batch.event_ids.map((_, i) => batch.entries.subarray(bounds[2 * i], bounds[2 * i + 1]))
  const months = [...new Set(leaves.map((leaf) => decodeLeaf(leaf)?.expiresMonth ?? 0))]
  const rows = await database.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM event WHERE expires_month = ANY ($1::int[]) AND event_id = ANY ($2::uuid[])`,
    [months, batch.event_ids],
  )
  const byId = new Map(rows.map((row) => [row.event_id, row]))
  return batch.event_ids.flatMap((id, i): readonly RecordFault[] => {
    const [row, leaf] = [byId.get(id), leaves[i] ?? Buffer.alloc(0)]
    const place = `event:${id}`
    if (!row) return isErased(keys, leaf) ? [] : [{ code: 'row-missing', place, detail: '' }]
    if (!row.leaf.equals(leaf)) return [{ code: 'leaf-differs', place, detail: '' }]
    const { fault } = checkEvent(keys, row)
    return fault ? [{ ...fault, place }] : []
  })
}

/** Whether the month's records went when their time had come: with the key, or as a partition whose key follows. */
function isErased(keys: KeyStore, leaf: Buffer): boolean {
  const month = decodeLeaf(leaf)?.expiresMonth
  return month !== undefined && keys.monthKey(month) === undefined
}

/** Events that stand nowhere in the log, in one look at both tables. */
async function sweepRows({ database, origin }: SweepParts, faults: RecordFault[]): Promise<void> {
  const rows = await database.query<{ event_id: string }>(
    `SELECT e.event_id FROM event e
       LEFT JOIN (SELECT unnest(event_ids) AS id FROM ledger_batch WHERE origin = $1) b ON b.id = e.event_id
       LEFT JOIN ledger_queue q ON q.event_id = e.event_id
     WHERE b.id IS NULL AND q.event_id IS NULL LIMIT $2`,
    [origin, MAX_FINDINGS],
  )
  faults.push(
    ...rows.map(({ event_id: id }) => ({ code: 'row-without-leaf' as const, place: `event:${id}`, detail: '' })),
  )
}

async function sweepSide(parts: SweepParts, side: SideTable, faults: RecordFault[]): Promise<void> {
  for (let after = ''; !isOver(parts, faults); ) {
    const rows = await side.page(parts.database, after, SIDE_ROWS)
    const last = rows.at(-1)
    if (!last) break
    faults.push(...(await faultsOfSide(parts, rows)))
    after = last.key
    await breathe()
  }
  const missing = await side.missing(parts.database, MAX_FINDINGS)
  faults.push(...missing.map((id) => ({ code: 'side-missing' as const, place: `event:${id}`, detail: side.name })))
}

async function faultsOfSide(parts: SweepParts, sides: readonly SideRow[]): Promise<readonly RecordFault[]> {
  const { database, keys } = parts
  const ids = sides.map(({ eventId }) => eventId)
  // By the months in which records of that time go, as a key of the table; what is kept otherwise is looked for by its id.
  const months = new Set(ids.map(timeOf).flatMap((at) => [expiryMonthOf(at), expiryMonthOf(at, MIN_RETENTION_MONTHS)]))
  const events = await database.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM event WHERE expires_month = ANY ($1::int[]) AND event_id = ANY ($2::uuid[])`,
    [[...months], ids],
  )
  const byId = new Map(events.map((row) => [row.event_id, row]))
  const faults: RecordFault[] = []
  for (const side of sides) {
    const row = byId.get(side.eventId) ?? (await rowById(database, side.eventId))
    const fault = row ? differenceOf(keys, side, row) : await faultWithoutEvent(parts, side)
    if (fault) faults.push(fault)
  }
  return faults
}

const HEX_OF_TIME = 12
/** An event's id begins with its time (UUID version 7). */
const timeOf = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, HEX_OF_TIME), 16))

async function rowById(database: Queryable, id: string): Promise<EventRow | undefined> {
  const [row] = await database.query<EventRow>(`SELECT ${EVENT_COLUMNS} FROM event WHERE event_id = $1`, [id])
  return row
}

function differenceOf(keys: KeyStore, side: SideRow, row: EventRow): RecordFault | undefined {
  const { opened, fault } = checkEvent(keys, row)
  // A row that is itself at fault is named by its own pass.
  if (!opened || fault) return undefined
  const facts = factsOf(opened)
  const wrong = Object.entries(side.detail)
    .filter(([name, value]) => value !== undefined && name in facts.detail && !isSame(facts.detail[name], value))
    .map(([name]) => name)
  if (side.actor !== undefined && facts.actor !== side.actor) wrong.push('account')
  if (side.at !== undefined && facts.at !== side.at.toISOString()) wrong.push('at')
  if (side.subject !== undefined && facts.subject !== side.subject) wrong.push('subject')
  return wrong.length === 0 ? undefined : { code: 'side-differs', place: side.place, detail: wrong.sort().join(', ') }
}

const isSame = (sealed: unknown, stored: unknown): boolean =>
  canonicalJson(sealed as Json) === canonicalJson(stored as Json)

/** Of an erased month there lawfully is no event any more; the log still knows its place. */
async function faultWithoutEvent(
  { database, keys, origin }: SweepParts,
  side: SideRow,
): Promise<RecordFault | undefined> {
  const [batch] = await database.query<BatchRow>(
    `SELECT first_index, entry_count, entries, event_ids FROM ledger_batch
     WHERE origin = $1 AND highest_id >= $2 AND lowest_id <= $2 AND $2 = ANY (event_ids)`,
    [origin, side.eventId],
  )
  const bounds = batch && entryBounds(batch.entries, batch.entry_count)
  const at = batch?.event_ids.indexOf(side.eventId) ?? -1
  const leaf = batch && bounds && at >= 0 ? batch.entries.subarray(bounds[2 * at], bounds[2 * at + 1]) : undefined
  if (leaf && isErased(keys, leaf)) return undefined
  return { code: 'side-without-event', place: side.place, detail: '' }
}
