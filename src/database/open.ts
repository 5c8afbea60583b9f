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
  // Connections of the installation never turn into a person's and back: each kind has a pool of its own.
  const pools = { installation: poolAt(url), request: poolAt(url) }
  await pools.installation.query('SELECT 1')
  const here = (): ConnectionScope => {
    const scope = currentScope()
    assert(scope !== undefined || unscoped === 'installation', 'work on the database says for whom: see base/tenant.ts')
    return scopeOfConnection(scope ?? { kind: 'installation' })
  }
  return poolDatabase(pools, here)
}

function poolAt(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE })
  // A connection that dies while idle is replaced by the pool; without this listener Node would exit.
  pool.on('error', () => undefined)
  return pool
}

type Pools = Readonly<Record<'installation' | 'request', pg.Pool>>

function poolDatabase(pools: Pools, here: () => ConnectionScope): Database {
  const withConnection = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const scope = here()
    const client = await pools[scope.pool].connect()
    return withClient(client, async () => {
      await enterScope(client, scope)
      return work(client)
    })
  }
  return {
    query: (sql, params, preparedAs) => withConnection((client) => queryable(client).query(sql, params, preparedAs)),
    transaction: (work) =>
      withConnection(async (client) => {
        await client.query('BEGIN')
        const value = await work(queryable(client))
        await client.query('COMMIT')
        return value
      }),
    exclusively: async (lockName, work) => {
      const client = await pools.installation.connect()
      try {
        await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lockName])
        return await work()
      } finally {
        // Closing the connection releases the lock even if the unlock itself could not be sent.
        client.release(true)
      }
    },
    close: async () => {
      await Promise.all([pools.installation.end(), pools.request.end()])
    },
  }
}

async function withClient<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  try {
    const value = await work()
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
