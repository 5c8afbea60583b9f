import type { Database } from '../database/database.ts'
import { STAMP_TOLERANCE_MS } from './stamp.ts'

/** How long what is missing has been missing; undefined: nothing is, or never was there. */
export interface OutsideSince {
  readonly unwitnessed: Date | undefined
  readonly unstamped: Date | undefined
  readonly lastStamped: Date | undefined
}

export interface KeptCheckpoint {
  readonly note: string
  readonly size: number
  readonly at: Date
  readonly isWitnessed: boolean
  readonly stamp?: { readonly at: Date; readonly token: Buffer } | undefined
}

/** What is kept of the answers from outside, so that a restart begins no grace anew. */
export interface OutsideStore {
  read(now: Date): Promise<OutsideSince>
  write(since: OutsideSince): Promise<void>
  /** Keeps a checkpoint that was witnessed or stamped. The first stamp of a size stays: it is the earliest word. */
  keep(checkpoint: KeptCheckpoint): Promise<void>
}

export function outsideStore({ upkeep }: Pick<Database, 'upkeep'>, origin: string): OutsideStore {
  return {
    read: async (now) => {
      // A time that lies ahead was not measured by a clock that was right then, or is not now: it is no grace.
      const bound = new Date(now.getTime() + STAMP_TOLERANCE_MS)
      const [row] = await upkeep.query<{ unwitnessed: Date | null; unstamped: Date | null; stamped: Date | null }>(
        `SELECT o.unwitnessed_since AS unwitnessed, o.unstamped_since AS unstamped,
           greatest(CASE WHEN o.last_stamped_at <= $2 THEN o.last_stamped_at END,
             (SELECT max(c.stamped_at) FROM ledger_checkpoint AS c WHERE c.origin = $1 AND c.stamped_at <= $2)) AS stamped
         FROM (SELECT $1 AS origin) AS asked LEFT JOIN ledger_outside AS o ON o.origin = asked.origin`,
        [origin, bound],
      )
      return {
        unwitnessed: earlier(row?.unwitnessed, now),
        unstamped: earlier(row?.unstamped, now),
        lastStamped: row?.stamped ?? undefined,
      }
    },
    write: async ({ unwitnessed, unstamped, lastStamped }) => {
      await upkeep.query(
        `INSERT INTO ledger_outside (origin, unwitnessed_since, unstamped_since, last_stamped_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (origin) DO UPDATE SET unwitnessed_since = excluded.unwitnessed_since,
           unstamped_since = excluded.unstamped_since, last_stamped_at = excluded.last_stamped_at`,
        [origin, unwitnessed ?? null, unstamped ?? null, lastStamped ?? null],
      )
    },
    keep: async ({ note, size, at, isWitnessed, stamp }) => {
      // A token is over exactly one note: a row that has one keeps its note, whoever signs later.
      await upkeep.query(
        `INSERT INTO ledger_checkpoint AS kept (origin, size, note, signed_at, witnessed_at, stamped_at, stamp)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (origin, size) DO UPDATE SET
           note = CASE WHEN kept.stamp IS NULL THEN excluded.note ELSE kept.note END,
           witnessed_at = coalesce(kept.witnessed_at, excluded.witnessed_at),
           stamped_at = coalesce(kept.stamped_at, excluded.stamped_at), stamp = coalesce(kept.stamp, excluded.stamp)`,
        [origin, size, note, at, isWitnessed ? at : null, stamp?.at ?? null, stamp?.token ?? null],
      )
    },
  }
}

const earlier = (since: Date | null | undefined, now: Date): Date | undefined =>
  since ? new Date(Math.min(since.getTime(), now.getTime())) : undefined
