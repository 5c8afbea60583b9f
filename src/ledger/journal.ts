import { assert } from '../base/assert.ts'
import type { Database, Queryable, Recorded } from '../database/database.ts'
import type { EventKind } from './event.ts'
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

/** Nothing may be recorded now: whatever was to be shown is not. `reason` is the ledger's own word, without any value. */
export class LedgerRefuses extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(`nothing can be recorded: ${reason}`)
    this.reason = reason
  }
}

/**
 * What is recorded all the same: that people come to look what is wrong and go again, what was turned away, and how ended
 * what had begun before. None of it shows anybody anything, and without it nobody could sign in to look.
 */
const RECORDED_ALWAYS: ReadonlySet<EventKind> = new Set([
  'sign-in',
  'sign-in-refused',
  'sign-out',
  'session-ended',
  'presence-proved',
  'gate-refused',
  'disclosure-closed',
  'import',
  'change-stale',
  'record-differs',
  'record-difference-noted',
  'log-contradicted',
  'contradiction-settled',
])

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

/** The keys of this transaction, for reading what was sealed; undefined: it cannot record. */
export const keysOfTransactionAt = (tx: Queryable): KeyStore | undefined => keysOfTransaction.get(tx)?.keys

/**
 * The keys of this transaction, for an event of this kind. A transaction that cannot record must not change anything: it
 * ends here with LedgerRefuses.
 */
export function keysOf(tx: Queryable, kind: EventKind): KeyStore {
  const known = keysOfTransaction.get(tx)
  assert(known !== undefined, 'the transaction comes from a database that records')
  const reason = RECORDED_ALWAYS.has(kind) ? undefined : known.refusal()
  if (reason !== undefined) throw new LedgerRefuses(reason)
  return known.keys
}
