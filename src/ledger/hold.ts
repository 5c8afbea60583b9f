import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded, unchanged } from '../database/database.ts'
import type { KeyStore } from './key-store.ts'
import { recordEvent } from './record-event.ts'

interface Parts {
  readonly database: Database
  readonly keys: KeyStore
  readonly clock: Clock
}

interface By {
  readonly account: string
  readonly post: string
}

/** What must not be erased while a case is open: a citizen's records, or those of a month. */
export type Held = { readonly person: string } | { readonly month: number }

/** Places a legal hold and records it; answers its id. It stops every erasure it touches until it is lifted. */
export async function placeHold({ database, keys, clock }: Parts, held: Held, reason: string, by: By): Promise<string> {
  const holdId = randomUUID()
  const token = 'person' in held ? keys.personKey(held.person).token : null
  await database.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO ledger_hold (hold_id, person_token, expires_month, reason, placed_by, placed_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [holdId, token, 'month' in held ? held.month : null, reason, by.account, clock.now()],
    )
    const event = { ...base(clock, by), subjectRef: `hold:${holdId}`, reason, detail: { act: 'placed' } }
    return recorded(await recordEvent(tx, event), undefined)
  })
  return holdId
}

/** Lifts a hold and records it. `nothing`: there is no such hold, or it was lifted before. */
export async function liftHold(
  { database, clock }: Parts,
  holdId: string,
  reason: string,
  by: By,
): Promise<Result<void, 'nothing'>> {
  return database.transaction(async (tx) => {
    const rows = await tx.query(
      'UPDATE ledger_hold SET lifted_at = $2 WHERE hold_id = $1 AND lifted_at IS NULL RETURNING 1',
      [holdId, clock.now()],
    )
    if (rows.length === 0) return unchanged(fail('nothing'))
    const event = { ...base(clock, by), subjectRef: `hold:${holdId}`, reason, detail: { act: 'lifted' } }
    return recorded(await recordEvent(tx, event), ok(undefined))
  })
}

const base = (clock: Clock, by: By) =>
  ({ kind: 'hold', at: clock.now(), actor: by.account, actorPost: by.post }) as const
