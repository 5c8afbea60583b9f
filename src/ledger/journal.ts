import { assert } from '../base/assert.ts'
import type { Database, Queryable, Recorded } from '../database/database.ts'
import type { KeyStore } from './key-store.ts'

// Which keys seal what is recorded in a transaction. The transaction itself carries them: no slice sees a key.
const keysOfTransaction = new WeakMap<Queryable, { readonly keys: KeyStore; readonly refusal: Refusal }>()

// A receipt opens only the transaction its event stands in.
const transactionOfReceipt = new WeakMap<Recorded, Queryable>()

/** Notes in which transaction a receipt was granted. */
export function grant<Receipt extends Recorded>(tx: Queryable, receipt: Receipt): Receipt {
  transactionOfReceipt.set(receipt, tx)
  return receipt
}

/** Why nothing may be recorded now; undefined: it may. */
export type Refusal = () => string | undefined

/** The same database, whose transactions can record events. Everything that changes state is given this one. */
export function recordingDatabase(database: Database, keys: KeyStore, refusal: Refusal = () => undefined): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction(async (tx) => {
        keysOfTransaction.set(tx, { keys, refusal })
        const outcome = await work(tx)
        assert(
          !outcome.receipt || transactionOfReceipt.get(outcome.receipt) === tx,
          'the receipt is of this transaction',
        )
        return outcome
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
