import { AsyncLocalStorage } from 'node:async_hooks'

/** How long one statement may take, on the server and seen from here. Each kind of work has one. */
export interface Patience {
  /** a connection, freshly made or from the pool */
  readonly connectMs: number
  /** work somebody waits for */
  readonly statementMs: number
  /** imports, reconciliation, migrations, erasure */
  readonly longStatementMs: number
}

export const ORDINARY_PATIENCE: Patience = { connectMs: 10_000, statementMs: 20_000, longStatementMs: 30 * 60_000 }

/** The ordinary bounds with another one for statements; a connection is not waited for longer than for a statement. */
export const patienceOf = (statementSeconds: number): Patience => ({
  ...ORDINARY_PATIENCE,
  connectMs: Math.min(ORDINARY_PATIENCE.connectMs, 1000 * statementSeconds),
  statementMs: 1000 * statementSeconds,
})

// The server ends a statement itself where it can; only one that is frozen or cut off is given up from here.
export const ANSWER_GRACE_MS = 2_000

const longWork = new AsyncLocalStorage<true>()

/** Runs work whose single statements may take long. Named so that every place that does it can be found. */
export const inLongWork = <T>(work: () => T): T => longWork.run(true, work)

/** The bound for a statement asked now. */
export const statementBoundMs = ({ statementMs, longStatementMs }: Patience): number =>
  longWork.getStore() ? longStatementMs : statementMs
