import type { Database } from '../database/database.ts'

export interface EventPage {
  /** only acts of this account, as he may see them himself: not that he came upon a sealed subject */
  readonly ownOf?: string | undefined
  /** ISO time; only events before it */
  readonly before?: string | undefined
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

/** Events, newest first, from their searchable columns: nothing sealed is opened. */
export async function listEvents(database: Database, page: EventPage): Promise<readonly EventSummary[]> {
  const rows = await database.query<{ event_id: string; at: Date; kind: string; actor: string; subject_ref: string }>(
    `SELECT event.event_id, event.at, event.kind, event.actor, event.subject_ref FROM event
     WHERE ($1::text IS NULL OR (event.actor = $1 AND event.kind <> 'canary-read')) AND ($2::timestamptz IS NULL OR event.at < $2)
     ORDER BY event.at DESC LIMIT $3`,
    [page.ownOf ?? null, page.before ?? null, page.limit],
  )
  return rows.map((row) => ({
    eventId: row.event_id,
    at: row.at.toISOString(),
    kind: row.kind,
    actor: row.actor,
    subjectRef: row.subject_ref,
  }))
}
