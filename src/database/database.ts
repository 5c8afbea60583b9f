import type { QueryResultRow } from 'pg'

/**
 * What a store may do inside a transaction. Parameters are always bound ($1, $2 …). `preparedAs` names a statement that
 * runs often: each connection plans it once.
 */
export interface Queryable {
  query<Row extends QueryResultRow>(sql: string, params?: readonly unknown[], preparedAs?: string): Promise<Row[]>
}

/** Proof that an event stands in the transaction it was recorded in. Only the ledger grants it. */
export interface Recorded {
  readonly [recordedBrand]: true
}
declare const recordedBrand: unique symbol

/** What the work of a transaction comes to: a change with its receipt, or a value that changed nothing. */
export interface Outcome<T> {
  readonly receipt: Recorded | undefined
  readonly value: T
}

/** The change is committed together with the event the receipt stands for. */
export const recorded = <T>(receipt: Recorded, value: T): Outcome<T> => ({ receipt, value })

/** Nothing was changed: whatever the transaction did is rolled back. */
export const unchanged = <T>(value: T): Outcome<T> => ({ receipt: undefined, value })

/**
 * The one door to PostgreSQL. Plain queries read: the server refuses them a write. State changes in a transaction whose
 * work ends with the receipt of its event; without one it does not compile, and what it did is rolled back.
 */
export interface Database extends Queryable {
  /** Runs `work` in one transaction (READ COMMITTED); commits what is recorded, rolls back and rethrows when it throws. */
  transaction<O extends Outcome<unknown>>(work: (tx: Queryable) => Promise<O>): Promise<O['value']>
  /** Runs `work` alone across all processes of this installation (advisory lock), e.g. one reconciliation at a time. */
  exclusively<T>(lockName: string, work: () => Promise<T>): Promise<T>
  readonly upkeep: Upkeep
  close(): Promise<void>
}

/**
 * Writes that are nobody's act: the ledger's own tables, progress of work, counters, times last seen. Who uses it stands,
 * with the reason, in test/architecture.test.ts.
 */
export interface Upkeep extends Queryable {
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
}
