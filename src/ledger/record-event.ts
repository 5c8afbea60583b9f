import { randomUUID } from 'node:crypto'
import type { Json } from '../base/canonical-json.ts'
import type { Queryable } from '../database/database.ts'

/** What happened. A new kind is added here first, so that the list of everything recorded stands in one place. */
export type EventKind =
  | 'sign-in'
  | 'sign-in-refused'
  | 'sign-out'
  | 'import'
  | 'import-preview'
  | 'reconcile'
  | 'reveal'
  | 'look'
  | 'export'
  | 'remove-demo'
  | 'account-added'

export interface NewEvent {
  readonly kind: EventKind
  readonly at: Date
  /** account of the person who acts, or `system` */
  readonly actor: string
  /** the post he acts in, as shown on screen */
  readonly actorPost: string
  /** what it is about: an access id, an import id; never a raw identifier */
  readonly subjectRef: string
  /** as typed by the actor; '' where none is asked */
  readonly reason: string
  readonly detail: Json
}

/** Proof that an event stands in the journal. Acts that disclose ask for one, so disclosing without recording does not compile. */
export interface Receipt {
  readonly eventId: string
  readonly at: Date
  readonly [recorded]: true
}
declare const recorded: unique symbol

/**
 * Appends an event inside the caller's transaction: the change and its event commit together or not at all.
 * Throws when it cannot be written; the caller must then not do what it was about to do.
 */
export async function recordEvent(tx: Queryable, event: NewEvent): Promise<Receipt> {
  const eventId = randomUUID()
  await tx.query(
    `INSERT INTO event (event_id, at, kind, actor, actor_post, subject_ref, reason, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      eventId,
      event.at,
      event.kind,
      event.actor,
      event.actorPost,
      event.subjectRef,
      event.reason,
      JSON.stringify(event.detail),
    ],
  )
  // The brand exists only in types; this is the one place that grants it.
  return { eventId, at: event.at } as Receipt
}
