import type { Database } from '../database/database.ts'
import type { EventKind } from './event.ts'

export interface EventPage {
  /** only acts of this account, as he may see them himself: not that he came upon a sealed subject */
  readonly ownOf?: string | undefined
  /** ISO time; only events before it, and of those at that very instant the ones that come after `beforeId` */
  readonly before?: string | undefined
  /** the last event shown so far; without it no event of the instant `before` is listed */
  readonly beforeId?: string | undefined
  readonly limit: number
}

export interface EventSummary {
  readonly eventId: string
  /** ISO 8601, UTC */
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly subjectRef: string
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Events, newest first, from their searchable columns: nothing sealed is opened. Acts of one transaction share an instant, so
 * that time alone is no place in the list: within one the id decides, and the next page begins after time and id.
 */
export async function listEvents(database: Database, page: EventPage): Promise<readonly EventSummary[]> {
  const rows = await database.query<{ event_id: string; at: Date; kind: string; actor: string; subject_ref: string }>(
    `SELECT event.event_id, event.at, event.kind, event.actor, event.subject_ref FROM event
     WHERE ($1::text IS NULL OR (event.actor = $1 AND event.kind <> 'canary-read'))
       AND ($2::timestamptz IS NULL OR event.at <= $2)
       AND ($2::timestamptz IS NULL OR (event.at, event.event_id) < ($2, coalesce($3::uuid, '${LOWEST_ID}')))
     ORDER BY event.at DESC, event.event_id DESC LIMIT $4`,
    [page.ownOf ?? null, page.before ?? null, page.beforeId ?? null, page.limit],
  )
  return rows.map((row) => ({
    eventId: row.event_id,
    at: row.at.toISOString(),
    kind: row.kind,
    actor: row.actor,
    subjectRef: row.subject_ref,
  }))
}

/** The first event of this kind about this; undefined: there is none, or its month's records are gone. */
export async function eventIdOf(database: Database, kind: EventKind, subjectRef: string): Promise<string | undefined> {
  const [found] = await database.query<{ event_id: string }>(
    'SELECT event.event_id FROM event WHERE event.subject_ref = $1 AND event.kind = $2 ORDER BY event.at LIMIT 1',
    [subjectRef, kind],
  )
  return found?.event_id
}
