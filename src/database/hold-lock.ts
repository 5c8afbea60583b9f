import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import type pg from 'pg'
import { scopeOfConnection } from './enter-scope.ts'
import { ANSWER_GRACE_MS, type Patience, statementBoundMs } from './patience.ts'
import { takeConnection } from './take-connection.ts'
import { DatabaseUnavailable } from './unavailable.ts'

const ASK_AGAIN_MS = 50

export interface Lock {
  readonly pool: pg.Pool
  readonly patience: Patience
  readonly lockName: string
}

// Who holds a lock in this process. The server's lock may go with its connection while the work goes on; within the
// process the work stays alone all the same.
const held = new WeakMap<pg.Pool, Set<string>>()

/**
 * Runs `work` alone, in this process and across all that use this database (advisory lock). The lock is asked for again
 * and again rather than waited for: a frozen server would never answer. Throws DatabaseUnavailable when it is not to be
 * had within the bound of a statement.
 */
export async function holdLock<T>(lock: Lock, work: () => Promise<T>): Promise<T> {
  const names = held.get(lock.pool) ?? new Set()
  held.set(lock.pool, names)
  const until = performance.now() + statementBoundMs(lock.patience)
  for (;;) {
    if (!names.has(lock.lockName)) {
      names.add(lock.lockName)
      try {
        const client = await takeLock(lock)
        if (client) return await work().finally(() => client.release(true))
      } finally {
        names.delete(lock.lockName)
      }
    }
    if (performance.now() > until) throw new DatabaseUnavailable('slow', new Error(`lock ${lock.lockName}`))
    await setTimeoutAsync(ASK_AGAIN_MS)
  }
}

// Closing the connection releases the lock even if the unlock itself could not be sent.
async function takeLock({ pool, patience, lockName }: Lock): Promise<pg.PoolClient | undefined> {
  const boundMs = patience.statementMs
  const scope = scopeOfConnection({ kind: 'installation' })
  const text = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken'
  const asked = { text, values: [lockName], query_timeout: boundMs + ANSWER_GRACE_MS }
  const taking = { scope, connectMs: patience.connectMs, boundMs }
  const { client, value } = await takeConnection(pool, taking, (one) =>
    one.query<{ taken: boolean }>(asked as pg.QueryConfig),
  )
  if (value.rows[0]?.taken) return client
  client.release()
  return undefined
}
