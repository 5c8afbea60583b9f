import type { Queryable } from '../database/database.ts'
import type { NewEvent, Receipt } from './event.ts'
import { keysOf } from './journal.ts'
import { sealEvent } from './seal.ts'

/**
 * Records an event inside the caller's transaction: the change and its event commit together or not at all. The log
 * takes it up after the commit, within a fifth of a second. Throws when it cannot be written; the caller must then not
 * do what it was about to do.
 */
export async function recordEvent(tx: Queryable, event: NewEvent): Promise<Receipt> {
  const sealed = sealEvent(keysOf(tx), event)
  await tx.query(
    `WITH written AS (
       INSERT INTO event (expires_month, event_id, at, kind, actor, subject_ref, person_token, leaf, sealed, sealed_for_person)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING event_id, leaf)
     INSERT INTO ledger_queue SELECT event_id, leaf FROM written`,
    [
      sealed.expiresMonth,
      sealed.eventId,
      event.at,
      event.kind,
      event.actor,
      event.subjectRef,
      sealed.personToken ?? null,
      sealed.leaf,
      sealed.sealed,
      sealed.sealedForPerson ?? null,
    ],
  )
  // The brand exists only in types; this is the one place that grants it.
  return { eventId: sealed.eventId, at: event.at } as Receipt
}
