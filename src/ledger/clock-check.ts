import { asInstallation } from '../base/tenant.ts'
import type { Queryable } from '../database/database.ts'

// Clocks of machines that take turns differ a little.
const TOLERANCE_MS = 5_000

/**
 * The time of the newest event when the clock stands before it: set back, or the battery is empty. Nothing is refused for
 * it (the log's order is its own), but what is recorded now carries times that a person has to know of.
 */
export async function newestAhead(database: Queryable, now: Date): Promise<Date | undefined> {
  const bound = new Date(now.getTime() + TOLERANCE_MS)
  // The index by time finds none at once, which is the rule.
  const [row] = await asInstallation(() =>
    database.query<{ at: Date }>('SELECT at FROM event WHERE at > $1 ORDER BY at DESC LIMIT 1', [bound]),
  )
  return row?.at
}

/** What is said of it at the start and beside the state of the log. */
export const clockWords = (newest: Date): string =>
  `本機時鐘早於最新的紀錄（${newest.toISOString()}），請校時；在此之前的紀錄時間不可靠。 ` +
  `The clock stands before the newest event (${newest.toISOString()}); set it right.`
