import pg from 'pg'
import { ORDINARY_PATIENCE, type Patience } from './patience.ts'
import { asUnavailable, asUnreachable } from './unavailable.ts'

/**
 * One connection beside the pools, for as long as the work takes: to a database of an agency, or to make one. Its loss is
 * met by the statement under way, which rejects with DatabaseUnavailable.
 */
export async function withConnection<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  { connectMs, longStatementMs }: Pick<Patience, 'connectMs' | 'longStatementMs'> = ORDINARY_PATIENCE,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    query_timeout: longStatementMs,
    keepAlive: true,
  })
  // Without a listener the loss of a connection ends the program.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw asUnreachable(error)
  }
  try {
    return await work(client)
  } catch (error) {
    throw asUnavailable(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}
