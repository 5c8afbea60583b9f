import type { Database } from '../database/database.ts'

/** What outsiders confirmed of the log up to and beyond one entry. */
export interface Confirmations {
  readonly isWitnessed: boolean
  /** the earliest stamped checkpoint that covers the entry, with the authority's token over exactly that note */
  readonly stamped:
    | { readonly note: string; readonly size: number; readonly at: Date; readonly token: Buffer }
    | undefined
}

/** Looks up which kept checkpoints cover the entry at `index`. */
export async function confirmationsOf(database: Database, origin: string, index: number): Promise<Confirmations> {
  const witnessed = await database.query(
    'SELECT 1 FROM ledger_checkpoint WHERE origin = $1 AND size > $2 AND witnessed_at IS NOT NULL LIMIT 1',
    [origin, index],
  )
  const [row] = await database.query<{ note: string; size: string; stamped_at: Date; stamp: Buffer }>(
    `SELECT note, size, stamped_at, stamp FROM ledger_checkpoint
     WHERE origin = $1 AND size > $2 AND stamp IS NOT NULL ORDER BY note ~ E'\\n— [^\\n]*\\n— ' DESC, size LIMIT 1`,
    [origin, index],
  )
  return {
    isWitnessed: witnessed.length > 0,
    stamped: row && { note: row.note, size: Number(row.size), at: row.stamped_at, token: row.stamp },
  }
}
