import { fail, ok, type Result } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import { accountName } from './account-name.ts'
import { openSession, type SignedIn } from './open-session.ts'
import type { ProviderAnswer } from './provider-answer.ts'
import { whoseSubject } from './provider-subject.ts'
import type { MeansFailure } from './sign-in-means.ts'
import { type RefusalCause, recordRefusal } from './sign-in-refusal.ts'
import { meansOf } from './stated-means.ts'
import { type AccountRow, isLocked } from './take-try.ts'

/**
 * Lets in whom the provider named, when the account of that name exists, has not ended, is not locked here, may be
 * entered by the provider, and belongs to this very subject or to none yet. Every refusal is recorded.
 */
export async function enterByProvider(
  database: Database,
  now: Date,
  { claimedName, issuer, subject }: ProviderAnswer,
  place: string,
): Promise<Result<SignedIn, MeansFailure>> {
  const account = accountName(claimedName)
  const row = account === undefined ? undefined : await findAccount(database, account)
  const refuse = async (cause: RefusalCause, failure: MeansFailure = 'refused') => {
    await recordRefusal(database, now, { means: 'oidc', cause, account: row?.account, place })
    return fail(failure)
  }
  if (!row || row.ended_at !== null) return refuse('no-account')
  if (!meansOf(row).includes('oidc')) return refuse('other-means')
  if (isLocked(row, now)) return refuse('locked')
  const whose = await whoseSubject(database, row.account, { issuer, subject })
  if (whose === 'other') return refuse('other-subject', 'other-subject')
  const entrance = { means: 'oidc', place, subject: { issuer, subject } } as const
  const opened = await openSession(database, now, row.account, entrance)
  if (opened.ok) return ok(opened.value)
  switch (opened.error) {
    case 'first-key':
      return refuse('first-key', 'first-key')
    case 'other-subject':
      return refuse('other-subject', 'other-subject')
    case 'ended':
      return refuse('no-account')
  }
}

async function findAccount(database: Database, account: string): Promise<AccountRow | undefined> {
  const [row] = await database.query<AccountRow & Record<string, unknown>>('SELECT * FROM account WHERE account = $1', [
    account,
  ])
  return row
}
