import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import type { NewAccount } from '../wire/session.ts'
import { hashPassword } from './password.ts'

/** Adds a person, whose password somebody else set and so has to be changed first, and records it. `exists`: the account name is taken; nothing changed. */
export async function addAccount(
  database: Database,
  clock: Clock,
  given: NewAccount,
): Promise<Result<void, { readonly code: 'exists' }>> {
  const hash = await hashPassword(given.password)
  const isNew = await database.transaction(async (tx) => {
    const added = await tx.query(
      `INSERT INTO account (account, name, unit, title, role, agency, password_hash, password_must_change)
       VALUES ($1, $2, $3, $4, $5, $6, $7, true)
       ON CONFLICT (account) DO NOTHING RETURNING account`,
      [given.account, given.name, given.unit, given.title, given.role, given.agency, hash],
    )
    if (added.length === 0) return unchanged(false)
    const receipt = await recordEvent(tx, {
      kind: 'account-added',
      at: clock.now(),
      actor: 'operator',
      actorPost: '本機命令列',
      subjectRef: given.account,
      reason: '',
      detail: { role: given.role, agency: given.agency },
    })
    return recorded(receipt, true)
  })
  return isNew ? ok(undefined) : fail({ code: 'exists' })
}
