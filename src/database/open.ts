import pg from 'pg'
import { assert } from '../base/assert.ts'
import { currentScope } from '../base/tenant.ts'
import type { Database, Queryable } from './database.ts'
import { type ConnectionScope, enterScope, scopeOfConnection } from './enter-scope.ts'

const POOL_SIZE = 10

export interface DatabaseLocation {
  readonly url: string
  /** what work outside any scope may do; only tests, which set the stage themselves, say `installation` */
  readonly unscoped?: 'refused' | 'installation'
}

/** Opens PostgreSQL by URL; embedded servers are started by start-embedded.ts, which yields a URL too. */
export async function openDatabase({ url, unscoped = 'refused' }: DatabaseLocation): Promise<Database> {
  const pools = {
    reading: poolsAt({ connectionString: url, options: '-c default_transaction_read_only=on' }),
    writing: poolsAt({ connectionString: url }),
  }
  await pools.reading.installation.query('SELECT 1')
  const here = (): ConnectionScope => {
    const scope = currentScope()
    assert(scope !== undefined || unscoped === 'installation', 'work on the database says for whom: see base/tenant.ts')
    return scopeOfConnection(scope ?? { kind: 'installation' })
  }
  return poolDatabase(pools, here)
}

type Pools = Readonly<Record<ConnectionScope['pool'], pg.Pool>>

// Connections of the installation never turn into a person's and back: each kind has a pool of its own.
const poolsAt = (config: pg.PoolConfig): Pools => ({ installation: poolAt(config), request: poolAt(config) })

function poolAt(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...config, max: POOL_SIZE })
  // A connection that dies while idle is replaced by the pool; without this listener Node would exit.
  pool.on('error', () => undefined)
  return pool
}

function poolDatabase(
  { reading, writing }: { readonly reading: Pools; readonly writing: Pools },
  here: () => ConnectionScope,
): Database {
  return {
    ...statements(reading, here),
    transaction: async (work) =>
      onConnection(writing, here(), async (client) => {
        await client.query('BEGIN')
        const outcome = await work(queryable(client))
        await client.query(outcome.receipt ? 'COMMIT' : 'ROLLBACK')
        return outcome.value
      }),
    exclusively: async (lockName, work) => {
      const client = await writing.installation.connect()
      try {
        await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lockName])
        return await work()
      } finally {
        // Closing the connection releases the lock even if the unlock itself could not be sent.
        client.release(true)
      }
    },
    upkeep: {
      ...statements(writing, here),
      transaction: async (work) =>
        onConnection(writing, here(), async (client) => {
          await client.query('BEGIN')
          const value = await work(queryable(client))
          await client.query('COMMIT')
          return value
        }),
    },
    close: async () => {
      await Promise.all([reading, writing].flatMap((pools) => [pools.installation.end(), pools.request.end()]))
    },
  }
}

const statements = (pools: Pools, here: () => ConnectionScope): Queryable => ({
  query: async (sql, params, preparedAs) =>
    onConnection(pools, here(), (client) => queryable(client).query(sql, params, preparedAs)),
})

async function onConnection<T>(
  pools: Pools,
  scope: ConnectionScope,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pools[scope.pool].connect()
  try {
    await enterScope(client, scope)
    const value = await work(client)
    client.release()
    return value
  } catch (error) {
    // Destroying the connection rolls back whatever state it was in.
    client.release(true)
    throw error
  }
}

function queryable(client: pg.PoolClient): Queryable {
  return {
    query: async (sql, params = [], preparedAs) =>
      (await client.query({ text: sql, values: [...params], ...(preparedAs !== undefined && { name: preparedAs }) }))
        .rows,
  }
}
