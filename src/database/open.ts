import pg from 'pg'
import { assert } from '../base/assert.ts'
import { asInstallation, currentScope } from '../base/tenant.ts'
import type { Database, Queryable } from './database.ts'
import { type ConnectionScope, scopeOfConnection } from './enter-scope.ts'
import { holdLock } from './hold-lock.ts'
import { ANSWER_GRACE_MS, ORDINARY_PATIENCE, type Patience, statementBoundMs } from './patience.ts'
import { takeConnection } from './take-connection.ts'
import { asUnavailable, DatabaseUnavailable } from './unavailable.ts'

const POOL_SIZE = 10

export interface DatabaseLocation {
  readonly url: string
  /** what work outside any scope may do; only tests, which set the stage themselves, say `installation` */
  readonly unscoped?: 'refused' | 'installation'
  readonly patience?: Patience
}

/**
 * Opens PostgreSQL by URL; embedded servers are started by start-embedded.ts, which yields a URL too. Whatever happens to
 * the server, every statement comes to an end within its bound: with rows, with the statement's own error, or with
 * DatabaseUnavailable. Connections that were lost are made again by the next who asks.
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const { url, unscoped = 'refused', patience = ORDINARY_PATIENCE } = location
  const common = { connectionTimeoutMillis: patience.connectMs, keepAlive: true }
  const doors = {
    reading: poolsAt({ ...common, connectionString: url, options: '-c default_transaction_read_only=on' }),
    writing: poolsAt({ ...common, connectionString: url }),
    patience,
    here: (): ConnectionScope => {
      const scope = currentScope()
      assert(
        scope !== undefined || unscoped === 'installation',
        'work on the database says for whom: see base/tenant.ts',
      )
      return scopeOfConnection(scope ?? { kind: 'installation' })
    },
  }
  const database = poolDatabase(doors)
  try {
    await asInstallation(() => database.query('SELECT 1'))
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

type Pools = Readonly<Record<ConnectionScope['pool'], pg.Pool>>

interface Doors {
  readonly reading: Pools
  readonly writing: Pools
  readonly patience: Patience
  readonly here: () => ConnectionScope
}

// Connections of the installation never turn into a person's and back: each kind has a pool of its own.
const poolsAt = (config: pg.PoolConfig): Pools => ({ installation: poolAt(config), request: poolAt(config) })

function poolAt(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...config, max: POOL_SIZE })
  // A connection that dies while idle is replaced by the pool; without this listener Node would exit.
  pool.on('error', () => undefined)
  // The same for one that dies at work: its statement fails with it, which is where the loss is met.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

function poolDatabase(doors: Doors): Database {
  const { reading, writing } = doors
  return {
    query: async (sql, params, preparedAs) => {
      const { client, value } = await take(doors, 'reading', (one) => statement(doors, one, sql, params, preparedAs))
      client.release()
      return value.rows
    },
    transaction: (work) =>
      inTransaction(doors, async (tx) => {
        const outcome = await work(tx)
        return { ...outcome, isKept: outcome.receipt !== undefined }
      }),
    exclusively: (lockName, work) => holdLock({ pool: writing.installation, patience: doors.patience, lockName }, work),
    upkeep: {
      query: (sql, params, preparedAs) =>
        onWriting(doors, NOTHING, async (client) => (await statement(doors, client, sql, params, preparedAs)).rows),
      transaction: (work) => inTransaction(doors, async (tx) => ({ value: await work(tx), isKept: true })),
    },
    close: async () => {
      await Promise.all([reading, writing].flatMap((pools) => [pools.installation.end(), pools.request.end()]))
    },
  }
}

function inTransaction<T>(
  doors: Doors,
  work: (tx: Queryable) => Promise<{ readonly value: T; readonly isKept: boolean }>,
): Promise<T> {
  const begin = (client: pg.PoolClient) => statement(doors, client, 'BEGIN')
  return onWriting(doors, begin, async (client) => {
    const { value, isKept } = await work({
      query: async (sql, params, preparedAs) => (await statement(doors, client, sql, params, preparedAs)).rows,
    })
    const how = isKept ? 'COMMIT' : 'ROLLBACK'
    const { command } = await statement(doors, client, how)
    // INVARIANT: what is called committed is committed. After a failed statement the server answers COMMIT with a rollback.
    assert(command === how, 'a transaction in which a statement failed is never called committed')
    return value
  })
}

const NOTHING = async () => undefined

async function onWriting<T>(
  doors: Doors,
  first: (client: pg.PoolClient) => Promise<unknown>,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const { client } = await take(doors, 'writing', first)
  try {
    const value = await work(client)
    client.release()
    return value
  } catch (error) {
    // Destroying the connection rolls back whatever state it was in.
    client.release(true)
    throw isReadOnly(error) ? new DatabaseUnavailable('read-only', error) : error
  }
}

function take<T>(doors: Doors, kind: 'reading' | 'writing', first: (client: pg.PoolClient) => Promise<T>) {
  const scope = doors.here()
  const boundMs = statementBoundMs(doors.patience)
  return takeConnection(doors[kind][scope.pool], { scope, connectMs: doors.patience.connectMs, boundMs }, first)
}

// Where we may write and the server refuses, it has become a standby.
const isReadOnly = (error: unknown): boolean => (error as { code?: unknown }).code === '25006'

async function statement(
  { patience }: Doors,
  client: pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<pg.QueryResult> {
  const asked = { text, values: [...values], ...(name !== undefined && { name }) }
  try {
    return await client.query({
      ...asked,
      query_timeout: statementBoundMs(patience) + ANSWER_GRACE_MS,
    } as pg.QueryConfig)
  } catch (error) {
    throw asUnavailable(error)
  }
}
