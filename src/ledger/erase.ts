import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, type Queryable, recorded, unchanged } from '../database/database.ts'
import type { Receipt } from './event.ts'
import type { KeyStore } from './key-store.ts'
import { partitionName } from './partitions.ts'
import { recordEvent } from './record-event.ts'
import { monthName, monthOf } from './retention.ts'

/** Who asks for an erasure, who approved it, and on what ground. */
export interface ErasureOrder {
  readonly orderedBy: { readonly account: string; readonly post: string }
  /** somebody else: an erasure takes two */
  readonly approvedBy: { readonly account: string; readonly post: string }
  /** provision and reason, as it will stand in the certificate */
  readonly basis: string
}

/**
 * `held`: a legal hold forbids it. `too-early`: the month's retention has not ended. `nothing`: there is nothing to
 * erase (any more). `same-person`: an erasure takes two.
 */
export type ErasureFailure = 'held' | 'too-early' | 'nothing' | 'same-person'

/** What was erased; with the event's proof from the log this is the certificate a citizen or an auditor is given. */
export interface Erased {
  readonly receipt: Receipt
  readonly events: number
}

interface Parts {
  readonly database: Database
  readonly keys: KeyStore
  readonly clock: Clock
}

/** Done in the transaction of the erasure: what was asked for is settled with it, or not at all. */
export type Settle = (tx: Queryable, erased: Erased) => Promise<unknown>
const nothingToSettle: Settle = async () => undefined

/**
 * Erases a month's records whose retention has ended: the month's key, then its partition. What stands in the public log
 * stays and still verifies, but nobody can open it any more, here or in a backup of the database (個人資料保護法 §11).
 */
export async function eraseMonth(
  parts: Parts,
  month: number,
  order: ErasureOrder,
  settle = nothingToSettle,
): Promise<Result<Erased, ErasureFailure>> {
  const { database, keys, clock } = parts
  if (order.orderedBy.account === order.approvedBy.account) return fail('same-person')
  if (month > monthOf(clock.now())) return fail('too-early')
  if (await isHeld(database, { month })) return fail('held')
  const [row] = await database.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM event WHERE expires_month = $1',
    [month],
  )
  const events = row?.n ?? 0
  if (events === 0) return fail('nothing')
  const erased = await database.transaction(async (tx) => {
    const [held] = await tx.query(
      'SELECT 1 FROM ledger_hold WHERE expires_month = $1 AND lifted_at IS NULL FOR SHARE',
      [month],
    )
    if (held) return unchanged(undefined)
    const receipt = await recordErasure(tx, clock, order, { scope: 'month', month: monthName(month), events })
    // The number comes from the calendar, so the name of the table is safe. Other months' leftovers stay where they are.
    await tx.query(`DROP TABLE IF EXISTS ${partitionName(month)}`)
    await settle(tx, { receipt, events })
    return recorded(receipt, receipt)
  })
  if (!erased) return fail('held')
  // After the commit: a crash in between leaves a key without records, which the next erasure of the month takes.
  keys.destroyMonth(month)
  return ok({ receipt: erased, events })
}

/**
 * Erases what is sealed for one citizen: his key first, so that no copy anywhere opens again, then the sealed parts.
 * Which official did what kind of act when stays, without whom it concerned (個人資料保護法 §11).
 */
export async function erasePerson(
  parts: Parts,
  person: string,
  order: ErasureOrder,
  settle = nothingToSettle,
): Promise<Result<Erased, ErasureFailure>> {
  const { database, keys, clock } = parts
  if (order.orderedBy.account === order.approvedBy.account) return fail('same-person')
  const token = keys.tokenOf(person)
  if (!token) return fail('nothing')
  if (await isHeld(database, { token })) return fail('held')
  const outcome = await database.transaction(async (tx) => {
    const [held] = await tx.query('SELECT 1 FROM ledger_hold WHERE person_token = $1 AND lifted_at IS NULL FOR SHARE', [
      token,
    ])
    if (held) return unchanged(undefined)
    const rows = await tx.query(
      'UPDATE event SET sealed_for_person = NULL WHERE person_token = $1 AND sealed_for_person IS NOT NULL RETURNING 1',
      [token],
    )
    const receipt = await recordErasure(tx, clock, order, { scope: 'person', events: rows.length })
    await settle(tx, { receipt, events: rows.length })
    // Inside the transaction: were it rolled back, the key would be gone and the parts unreadable all the same.
    keys.destroyPerson(token)
    return recorded(receipt, { receipt, events: rows.length })
  })
  return outcome ? ok(outcome) : fail('held')
}

function recordErasure(
  tx: Queryable,
  clock: Clock,
  { orderedBy, approvedBy, basis }: ErasureOrder,
  what: { readonly scope: 'month' | 'person'; readonly month?: string; readonly events: number },
): Promise<Receipt> {
  return recordEvent(tx, {
    kind: 'erasure',
    at: clock.now(),
    actor: orderedBy.account,
    actorPost: orderedBy.post,
    subjectRef: what.month === undefined ? 'erasure:person' : `erasure:month:${what.month}`,
    reason: basis,
    detail: { ...what, method: 'keys destroyed, sealed parts removed', approvedBy: approvedBy.account },
  })
}

async function isHeld(
  database: Database,
  { month, token }: { readonly month?: number; readonly token?: Buffer },
): Promise<boolean> {
  const rows = await database.query(
    'SELECT 1 FROM ledger_hold WHERE lifted_at IS NULL AND (expires_month = $1 OR person_token = $2)',
    [month ?? null, token ?? null],
  )
  return rows.length > 0
}
