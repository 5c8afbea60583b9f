import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import type pg from 'pg'
import { type ConnectionScope, enterScope } from './enter-scope.ts'
import { asUnavailable, asUnreachable, DatabaseUnavailable } from './unavailable.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 500

export interface Taking {
  readonly scope: ConnectionScope
  readonly connectMs: number
  /** how long a statement may take on the server */
  readonly boundMs: number
}

export interface Taken<T> {
  readonly client: pg.PoolClient
  readonly value: T
}

/**
 * A connection that has been told for whom it works, and what its `first` statement answered. A server that is restarting
 * or handing over, or a connection that died while it was idle, is met by trying again until `connectMs` have passed; so
 * `first` is something that may be asked twice: a read, BEGIN. Throws DatabaseUnavailable.
 */
export async function takeConnection<T>(
  pool: pg.Pool,
  taking: Taking,
  first: (client: pg.PoolClient) => Promise<T>,
): Promise<Taken<T>> {
  const until = performance.now() + taking.connectMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await tryOnce(pool, taking, first)
    } catch (error) {
      if (!mayPass(error) || performance.now() + pauseMs > until) throw error
    }
    await setTimeoutAsync(pauseMs)
  }
}

async function tryOnce<T>(
  pool: pg.Pool,
  { scope, boundMs }: Taking,
  first: (client: pg.PoolClient) => Promise<T>,
): Promise<Taken<T>> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asUnreachable(error)
  })
  try {
    await enterScope(client, scope, boundMs)
    return { client, value: await first(client) }
  } catch (error) {
    // Destroying the connection rolls back whatever state it was in.
    client.release(true)
    throw asUnavailable(error)
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable &&
  (error.reason === 'unreachable' || error.reason === 'lost') &&
  !isOurEnd(error)

// The pools were closed by this program: it is stopping.
const isOurEnd = ({ cause }: DatabaseUnavailable): boolean =>
  cause instanceof Error && cause.message.startsWith('Cannot use a pool after')
