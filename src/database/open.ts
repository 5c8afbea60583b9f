import pg from 'pg'
import type { Database, Queryable } from './database.ts'

const POOL_SIZE = 10

/** Opens PostgreSQL by URL; embedded servers are started by start-embedded.ts, which yields a URL too. */
export async function openDatabase(location: { readonly url: string }): Promise<Database> {
  const pool = new pg.Pool({ connectionString: location.url, max: POOL_SIZE })
  // A connection that dies while idle is replaced by the pool; without this listener Node would exit.
  pool.on('error', () => undefined)
  await pool.query('SELECT 1')
  return poolDatabase(pool)
}

function poolDatabase(pool: pg.Pool): Database {
  return {
    ...queryable(pool),
    transaction: async (work) => {
      const client = await pool.connect()
      return withClient(client, async () => {
        await client.query('BEGIN')
        const value = await work(queryable(client))
        await client.query('COMMIT')
        return value
      })
    },
    exclusively: async (lockName, work) => {
      const client = await pool.connect()
      try {
        await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lockName])
        return await work()
      } finally {
        // Closing the connection releases the lock even if the unlock itself could not be sent.
        client.release(true)
      }
    },
    close: () => pool.end(),
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

function queryable(runner: pg.Pool | pg.PoolClient): Queryable {
  return {
    query: async (sql, params = [], preparedAs) =>
      (await runner.query({ text: sql, values: [...params], ...(preparedAs !== undefined && { name: preparedAs }) }))
        .rows,
  }
}
