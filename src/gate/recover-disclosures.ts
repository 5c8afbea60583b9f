import type { Clock } from '../base/clock.ts'
import { type Database, type Recorded, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'

const MAX_AT_ONCE = 10_000

/**
 * Closes what a stopped program left open. Rows of every recorded chunk but the last were asked for by the reader and
 * so had left; of the last chunk it is unknown. The closing event says exactly that: at most `recorded`, taken unknown.
 */
export async function recoverDisclosures(parts: {
  readonly database: Database
  readonly clock: Clock
}): Promise<number> {
  const at = parts.clock.now()
  // A statement the killed program had sent may still be running: the row is waited for, not skipped.
  return parts.database.transaction(async (tx) => {
    const open = await tx.query<{ code: string; account: string; post: string; recorded: number; last: number }>(
      `SELECT code, account, post,
         (SELECT coalesce(sum(rows), 0)::int FROM disclosed_chunk c WHERE c.code = d.code) AS recorded,
         (SELECT coalesce((array_agg(rows ORDER BY chunk DESC))[1], 0)::int FROM disclosed_chunk c
           WHERE c.code = d.code) AS last
       FROM disclosure d WHERE state = 'open' ORDER BY opened_at LIMIT $1 FOR UPDATE`,
      [MAX_AT_ONCE],
    )
    let receipt: Recorded | undefined
    for (const each of open) {
      receipt = await recordEvent(tx, {
        kind: 'disclosure-closed',
        at,
        actor: 'system',
        actorPost: each.post,
        subjectRef: `disclosure:${each.code}`,
        reason: '',
        detail: {
          state: 'interrupted',
          recorded: each.recorded,
          deliveredAtLeast: each.recorded - each.last,
          deliveredAtMost: each.recorded,
          agrees: false,
        },
      })
      await tx.query(
        "UPDATE disclosure SET state = 'interrupted', recorded_rows = $2, closed_at = $3 WHERE code = $1",
        [each.code, each.recorded, at],
      )
    }
    return receipt ? recorded(receipt, open.length) : unchanged(0)
  })
}
