import { assert } from '../base/assert.ts'
import type { Queryable } from '../database/database.ts'
import { checkEvent, EVENT_COLUMNS, type EventRow, factsOf, type SealedFacts } from './check-event.ts'
import type { EventKind } from './event.ts'
import { keysOfTransactionAt } from './journal.ts'

/** An event as it was sealed; what its columns say does not count. */
export interface SealedEventFacts extends SealedFacts {
  readonly eventId: string
  /** its row says other things than were sealed */
  readonly isChanged: boolean
}

/**
 * Events of these kinds about something, oldest first, as they were sealed: for answers of record. What does not open, is
 * not committed to by its leaf, or has no leaf in the log or before it, is no event. In a transaction that can record.
 */
export async function readSealed(
  tx: Queryable,
  subjectRef: string,
  kinds: readonly EventKind[],
): Promise<readonly SealedEventFacts[]> {
  const keys = keysOfTransactionAt(tx)
  assert(keys !== undefined, 'the transaction comes from a database that records')
  const rows = await tx.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM event WHERE subject_ref = $1 AND event_id IN (
       SELECT h.event_id FROM have_leaves(ARRAY(SELECT event_id FROM event WHERE subject_ref = $1)) AS h)
     ORDER BY at, event_id`,
    [subjectRef],
  )
  return rows.flatMap((row) => {
    const { opened, fault } = checkEvent(keys, row)
    if (!opened || (fault && fault.code !== 'column-differs')) return []
    const facts = factsOf(opened)
    const isHere = facts.subject === subjectRef && kinds.some((kind) => kind === facts.kind)
    return isHere ? [{ ...facts, eventId: row.event_id, isChanged: fault !== undefined }] : []
  })
}
