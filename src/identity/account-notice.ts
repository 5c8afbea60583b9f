import { randomUUID } from 'node:crypto'
import type { Database, Queryable } from '../database/database.ts'

/**
 * `passkey-added`, `passkey-removed`: keys that came and went. `provider-bound`: the provider's login this account now
 * belongs to. `other-subject`: another login of the provider came with this name and was refused. `locked`: too many
 * wrong passwords. `means-changed`: two persons changed how it may be entered.
 */
export type AccountNoticeKind =
  | 'passkey-added'
  | 'passkey-removed'
  | 'provider-bound'
  | 'other-subject'
  | 'locked'
  | 'means-changed'

export interface AccountNotice {
  readonly id: string
  readonly account: string
  readonly kind: AccountNoticeKind
  readonly at: Date
  readonly place: string
  readonly isRead: boolean
}

const MAX_LISTED = 50

interface NewNotice {
  readonly account: string
  readonly kind: AccountNoticeKind
  readonly at: Date
  readonly place?: string
}

/** Tells the owner, in the transaction of what it tells of. */
export const tellOwner = (tx: Queryable, notice: NewNotice): Promise<void> => tell(tx, [notice.account], notice)

/** Tells the owner, and the ethics and security officers who serve his agency: somebody else tried to be him. */
export async function tellWatchers(tx: Queryable, notice: NewNotice): Promise<void> {
  const rows = await tx.query<{ account: string }>(
    `SELECT w.account FROM account w, account o
     WHERE o.account = $1 AND w.role IN ('ethics', 'security') AND w.ended_at IS NULL
       AND (w.agency IN (o.agency, '') OR o.agency = ANY (w.serves)) ORDER BY w.account LIMIT 50`,
    [notice.account],
  )
  await tell(tx, [...new Set([notice.account, ...rows.map(({ account }) => account)])], notice)
}

async function tell(
  tx: Queryable,
  readers: readonly string[],
  { account, kind, at, place = '' }: NewNotice,
): Promise<void> {
  // One that is sent again and again stands once in a list until it was read.
  for (const reader of readers)
    await tx.query(
      `INSERT INTO account_notice (id, to_account, account, kind, at, place) SELECT $1, $2, $3, $4, $5, $6
       WHERE $4 NOT IN ('other-subject', 'locked') OR NOT EXISTS (SELECT FROM account_notice n
         WHERE n.to_account = $2 AND n.account = $3 AND n.kind = $4 AND n.read_at IS NULL)`,
      [randomUUID(), reader, account, kind, at, place],
    )
}

/** The newest fifty of one reader. */
export async function listAccountNotices(database: Queryable, account: string): Promise<readonly AccountNotice[]> {
  const rows = await database.query<
    Pick<AccountNotice, 'id' | 'account' | 'kind' | 'at' | 'place'> & { read_at: Date | null }
  >(
    `SELECT id, account, kind, at, place, read_at FROM account_notice WHERE to_account = $1
     ORDER BY at DESC, id LIMIT $2`,
    [account, MAX_LISTED],
  )
  return rows.map(({ read_at, ...row }) => ({ ...row, isRead: read_at !== null }))
}

/** Whether something waits for this reader that he did not do himself. */
export async function hasAccountWarning(database: Queryable, account: string): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1 FROM account_notice WHERE to_account = $1 AND read_at IS NULL
       AND kind IN ('other-subject', 'locked', 'means-changed') LIMIT 1`,
    [account],
  )
  return rows.length > 0
}

/** He has seen them. */
export async function markAccountNoticesRead({ upkeep }: Database, account: string, now: Date): Promise<void> {
  await upkeep.query('UPDATE account_notice SET read_at = $2 WHERE to_account = $1 AND read_at IS NULL', [account, now])
}
