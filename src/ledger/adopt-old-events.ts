import type { Json } from '../base/canonical-json.ts'
import { type Database, type Recorded, recorded, unchanged } from '../database/database.ts'
import type { EventKind } from './event.ts'
import { recordEvent } from './record-event.ts'

interface OldEvent {
  at: Date
  kind: EventKind
  actor: string
  actor_post: string
  subject_ref: string
  reason: string
  detail: Json
}

/**
 * Takes the journal of version 0.1.0, which had no log, into this one: every row as an event of its own time, then the
 * old table goes, all in one transaction. Does nothing where there is no such table.
 */
export async function adoptOldEvents(database: Database): Promise<void> {
  const [old] = await database.query<{ there: string | null }>("SELECT to_regclass('event_before_ledger') AS there")
  if (!old?.there) return
  await database.transaction(async (tx) => {
    let receipt: Recorded | undefined
    const rows = await tx.query<OldEvent>(
      'SELECT at, kind, actor, actor_post, subject_ref, reason, detail FROM event_before_ledger ORDER BY seq',
    )
    for (const row of rows) {
      receipt = await recordEvent(tx, {
        kind: row.kind,
        at: row.at,
        actor: row.actor,
        actorPost: row.actor_post,
        subjectRef: row.subject_ref,
        reason: row.reason,
        detail: row.detail,
      })
    }
    if (receipt) await tx.query('DROP TABLE event_before_ledger')
    return receipt ? recorded(receipt, undefined) : unchanged(undefined)
  })
}
