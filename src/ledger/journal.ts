import { assert } from '../base/assert.ts'
import type { Database, Queryable } from '../database/database.ts'
import type { KeyStore } from './key-store.ts'

// Which keys seal what is recorded in a transaction. The transaction itself carries them: no slice sees a key.
const keysOfTransaction = new WeakMap<Queryable, { readonly keys: KeyStore; readonly refusal: Refusal }>()

/** Why nothing may be recorded now; undefined: it may. */
export type Refusal = () => string | undefined

/** The same database, whose transactions can record events. Everything that changes state is given this one. */
export function recordingDatabase(database: Database, keys: KeyStore, refusal: Refusal = () => undefined): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((tx) => {
        keysOfTransaction.set(tx, { keys, refusal })
        return work(tx)
      }),
  }
}

/**
 * The keys of this transaction. A transaction that cannot record must not change anything: it ends here, with the reason.
 */
export function keysOf(tx: Queryable): KeyStore {
  const known = keysOfTransaction.get(tx)
  assert(known !== undefined, 'the transaction comes from a database that records')
  const reason = known.refusal()
  if (reason !== undefined) throw new Error(`nothing can be recorded: ${reason}`)
  return known.keys
}
