import { assert } from '../base/assert.ts'
import type { Database, Queryable } from '../database/database.ts'
import type { KeyStore } from './key-store.ts'

// Which keys seal what is recorded in a transaction. The transaction itself carries them: no slice sees a key.
const keysOfTransaction = new WeakMap<Queryable, KeyStore>()

/** The same database, whose transactions can record events. Everything that changes state is given this one. */
export function recordingDatabase(database: Database, keys: KeyStore): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((tx) => {
        keysOfTransaction.set(tx, keys)
        return work(tx)
      }),
  }
}

/** The keys of this transaction. A transaction that cannot record must not change anything: it ends here. */
export function keysOf(tx: Queryable): KeyStore {
  const keys = keysOfTransaction.get(tx)
  assert(keys !== undefined, 'the transaction comes from a database that records')
  return keys
}
