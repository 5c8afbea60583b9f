import { randomUUID } from 'node:crypto'
import type { Database, Queryable } from '../../database/database.ts'
import type { OfficePerson } from './office.ts'

/** `request-waits` to who decides · `request-decided` to who asked · `emergency` and `volume` to superior and ethics. */
export type NoticeKind =
  | 'request-waits'
  | 'request-decided'
  | 'emergency'
  /** to an official: a system asks to break the glass in his name, and only he can say so */
  | 'emergency-waits'
  | 'reported'
  | 'assignment-wanted'
  /** to ethics, the head and whom it concerns: something that takes two was proposed, or was done */
  | 'change-waits'
  | 'change-done'

export interface Notice {
  readonly id: string
  readonly kind: NoticeKind
  readonly request: string | null
  /** whom or what it is about, in words of the office; never a citizen */
  readonly about: string
  readonly at: Date
  readonly isRead: boolean
}

const MAX_NOTICES = 100

/**
 * Puts a notice into each reader's list, once per person, in the transaction of what it tells of. One that may be sent at
 * will (`assignment-wanted`) stands there once until it was read.
 */
export async function notify(
  tx: Queryable,
  readers: readonly (OfficePerson | string)[],
  notice: { readonly kind: NoticeKind; readonly request: string | null; readonly about: string; readonly at: Date },
): Promise<void> {
  for (const account of new Set(readers.map((reader) => (typeof reader === 'string' ? reader : reader.account)))) {
    await tx.query(
      'INSERT INTO gate_notice (id, to_account, kind, request, about, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      [...[randomUUID(), account, notice.kind, notice.request, notice.about, notice.at]],
    )
  }
}

/** The newest hundred notices of one reader. */
export async function listNotices(database: Queryable, account: string): Promise<readonly Notice[]> {
  const rows = await database.query<{
    id: string
    kind: NoticeKind
    request: string | null
    about: string
    at: Date
    read_at: Date | null
  }>('SELECT id, kind, request, about, at, read_at FROM gate_notice WHERE to_account = $1 ORDER BY at DESC LIMIT $2', [
    account,
    MAX_NOTICES,
  ])
  return rows.map(({ read_at, ...row }) => ({ ...row, isRead: read_at !== null }))
}

export async function markNoticesRead({ upkeep }: Database, account: string, now: Date): Promise<void> {
  await upkeep.query('UPDATE gate_notice SET read_at = $2 WHERE to_account = $1 AND read_at IS NULL', [account, now])
}
