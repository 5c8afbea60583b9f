import type { Database, Queryable } from '../database/database.ts'
import { checkEvent, EVENT_COLUMNS, type EventRow, factsOf } from './check-event.ts'
import type { EventKind } from './event.ts'
import type { KeyStore } from './key-store.ts'

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
  /** its row does not say what was sealed; what is listed then is what was sealed, where it opens at all */
  readonly isChanged: boolean
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Events, newest first, as they were sealed: each row is opened and held against its columns, and one that stands neither in
 * the log nor before it is no event. Acts of one transaction share an instant, so that time alone is no place in the list:
 * within one the id decides, and the next page begins after time and id.
 */
export async function listEvents(
  database: Database,
  keys: KeyStore,
  page: EventPage,
): Promise<readonly EventSummary[]> {
  const shown: EventSummary[] = []
  let from: Pick<EventPage, 'before' | 'beforeId'> = page
  while (shown.length < page.limit) {
    const rows = await rowsOf(database, { ...page, ...from })
    const known = await standing(database, rows)
    const found = rows.filter((row) => known.has(row.event_id)).map((row) => summaryOf(keys, row))
    shown.push(...found.slice(0, page.limit - shown.length))
    const last = rows.at(-1)
    if (!last || rows.length < page.limit) break
    from = { before: last.at.toISOString(), beforeId: last.event_id }
  }
  return shown
}

const rowsOf = (database: Database, page: EventPage): Promise<readonly EventRow[]> =>
  database.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM event
     WHERE ($1::text IS NULL OR (event.actor = $1 AND event.kind <> 'canary-read'))
       AND ($2::timestamptz IS NULL OR event.at <= $2)
       AND ($2::timestamptz IS NULL OR (event.at, event.event_id) < ($2, coalesce($3::uuid, '${LOWEST_ID}')))
     ORDER BY event.at DESC, event.event_id DESC LIMIT $4`,
    [page.ownOf ?? null, page.before ?? null, page.beforeId ?? null, page.limit],
  )

/** Which of these stand in the log, or wait for their place. */
async function standing(database: Queryable, rows: readonly EventRow[]): Promise<ReadonlySet<string>> {
  const ids = rows.map((row) => row.event_id)
  const found = await database.query<{ event_id: string }>('SELECT event_id FROM have_leaves($1::uuid[])', [ids])
  return new Set(found.map((row) => row.event_id))
}

function summaryOf(keys: KeyStore, row: EventRow): EventSummary {
  const { opened, fault } = checkEvent(keys, row)
  const stored = { at: row.at.toISOString(), kind: row.kind, actor: row.actor, subjectRef: row.subject_ref }
  if (!opened || !fault || fault.code === 'not-committed')
    return { eventId: row.event_id, ...stored, isChanged: !!fault }
  const { at, kind, actor, subject } = factsOf(opened)
  return { eventId: row.event_id, at, kind, actor, subjectRef: subject, isChanged: true }
}

/** The first event of this kind about this; undefined: there is none, or its month's records are gone. */
export async function eventIdOf(database: Database, kind: EventKind, subjectRef: string): Promise<string | undefined> {
  const [found] = await database.query<{ event_id: string }>(
    'SELECT event.event_id FROM event WHERE event.subject_ref = $1 AND event.kind = $2 ORDER BY event.at LIMIT 1',
    [subjectRef, kind],
  )
  return found?.event_id
}
