import type { Queryable } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { tellOwner } from './account-notice.ts'

/** Whom a provider means. The pair never changes hands; names at a provider do (OpenID Connect Core 5.7). */
export interface ProviderSubject {
  readonly issuer: string
  readonly subject: string
}

/** `own`: it is his. `free`: neither is bound yet. `other`: the account is another subject's, or the subject another account's. */
export async function whoseSubject(
  database: Queryable,
  account: string,
  { issuer, subject }: ProviderSubject,
): Promise<'own' | 'free' | 'other'> {
  const rows = await database.query<{ account: string; issuer: string; subject: string }>(
    'SELECT account, issuer, subject FROM provider_subject WHERE account = $1 OR (issuer = $2 AND subject = $3)',
    [account, issuer, subject],
  )
  if (rows.length === 0) return 'free'
  const isOwn = rows.every((row) => row.account === account && row.issuer === issuer && row.subject === subject)
  return isOwn ? 'own' : 'other'
}

/** Binds the account to the subject at first use, records it and tells the owner. False: one of the two is bound elsewhere. */
export async function bindSubject(
  tx: Queryable,
  now: Date,
  doer: Doer,
  { issuer, subject }: ProviderSubject,
): Promise<boolean> {
  const bound = await tx.query(
    `INSERT INTO provider_subject (account, issuer, subject, bound_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING account`,
    [doer.account, issuer, subject, now],
  )
  if (bound.length === 0) return (await whoseSubject(tx, doer.account, { issuer, subject })) === 'own'
  await tellOwner(tx, { account: doer.account, kind: 'provider-bound', at: now })
  await recordEvent(tx, { ...accountEvent(doer, now), kind: 'provider-bound', detail: { issuer, subject } })
  return true
}

/** The provider's login an account belongs to, for its owner. */
export async function subjectOf(
  database: Queryable,
  account: string,
): Promise<(ProviderSubject & { readonly boundAt: Date }) | undefined> {
  const [row] = await database.query<{ issuer: string; subject: string; bound_at: Date }>(
    'SELECT issuer, subject, bound_at FROM provider_subject WHERE account = $1',
    [account],
  )
  return row && { issuer: row.issuer, subject: row.subject, boundAt: row.bound_at }
}
