import type { QueryResultRow } from 'pg'

/**
 * What a store may do inside a transaction. Parameters are always bound ($1, $2 …). `preparedAs` names a statement that
 * runs often: each connection plans it once.
 */
export interface Queryable {
  query<Row extends QueryResultRow>(sql: string, params?: readonly unknown[], preparedAs?: string): Promise<Row[]>
}

/** The one door to PostgreSQL. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction (READ COMMITTED); rolls back and rethrows when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  /** Runs `work` alone across all processes of this installation (advisory lock), e.g. one reconciliation at a time. */
  exclusively<T>(lockName: string, work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}
