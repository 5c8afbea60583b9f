import pg from 'pg'
import type { Database, Queryable } from './database.ts'

const POOL_SIZE = 10

/** Opens PostgreSQL by URL; embedded servers are started by start-embedded.ts, which yields a URL too. */
export async function openDatabase(location: { readonly url: string }): Promise<Database> {
  const pools = {
    reading: new pg.Pool({ ...connection(location.url), options: '-c default_transaction_read_only=on' }),
    writing: new pg.Pool(connection(location.url)),
  }
  // A connection that dies while idle is replaced by the pool; without this listener Node would exit.
  for (const pool of Object.values(pools)) pool.on('error', () => undefined)
  await pools.reading.query('SELECT 1')
  return poolDatabase(pools)
}

const connection = (url: string): pg.PoolConfig => ({ connectionString: url, max: POOL_SIZE })

function poolDatabase({ reading, writing }: Readonly<Record<'reading' | 'writing', pg.Pool>>): Database {
  return {
    ...queryable(reading),
    transaction: (work) =>
      inTransaction(writing, async (client) => {
        const outcome = await work(queryable(client))
        await client.query(outcome.receipt ? 'COMMIT' : 'ROLLBACK')
        return outcome.value
      }),
    exclusively: async (lockName, work) => {
      const client = await writing.connect()
      try {
        await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lockName])
        return await work()
      } finally {
        // Closing the connection releases the lock even if the unlock itself could not be sent.
        client.release(true)
      }
    },
    upkeep: {
      ...queryable(writing),
      transaction: (work) =>
        inTransaction(writing, async (client) => {
          const value = await work(queryable(client))
          await client.query('COMMIT')
          return value
        }),
    },
    close: async () => {
      await Promise.all([reading.end(), writing.end()])
    },
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const value = await work(client)
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
