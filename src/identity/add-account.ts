import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, type Queryable, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import type { NewAccount } from '../wire/session.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { hashPassword } from './password.ts'

/** Adds a person, whose password somebody else set and so has to be changed first, and records it. `exists`: the account name is taken; nothing changed. */
export async function addAccount(
  database: Database,
  clock: Clock,
  given: NewAccount & { readonly password: string },
): Promise<Result<void, { readonly code: 'exists' }>> {
  const hash = await hashPassword(given.password)
  const by = { account: 'operator', post: '本機命令列' }
  const isNew = await database.transaction(async (tx) => {
    if (!(await openAccount(tx, given, hash))) return unchanged(false)
    return recorded(await recordAdded(tx, given, by, clock.now()), true)
  })
  return isNew ? ok(undefined) : fail({ code: 'exists' })
}

/** Opens the account that two agreed on, in their transaction, without a way in yet. False: the name is taken. */
export async function openAgreedAccount(tx: Queryable, given: NewAccount, by: Doer, at: Date): Promise<boolean> {
  if (!(await openAccount(tx, given, ''))) return false
  await recordAdded(tx, given, by, at)
  return true
}

/**
 * Whether nobody is there yet who could be the second person: as long as none of those who decide on changes has signed in.
 * Until then the operator makes the first accounts; afterwards never again, whoever ends.
 */
export async function isFounding(database: Queryable): Promise<boolean> {
  const rows = await database.query(
    "SELECT 1 FROM account WHERE role IN ('ethics', 'head', 'security') AND last_sign_in_at IS NOT NULL LIMIT 1",
  )
  return rows.length === 0
}

async function openAccount(tx: Queryable, given: NewAccount, hash: string): Promise<boolean> {
  const added = await tx.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash, password_must_change)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account) DO NOTHING RETURNING account`,
    [given.account, given.name, given.unit, given.title, given.role, given.agency, hash, hash !== ''],
  )
  return added.length > 0
}

const recordAdded = (tx: Queryable, { account, role, agency }: NewAccount, by: Doer, at: Date) =>
  recordEvent(tx, { ...accountEvent(by, at, account), kind: 'account-added', detail: { role, agency } })
