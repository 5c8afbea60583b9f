import pg from 'pg'
import Cursor from 'pg-cursor'
import { withConnection } from '../database/single-connection.ts'
import {
  type Connector,
  ConnectorFailure,
  type ConnectorFailureCode,
  type DescribedColumn,
  FIRST_CHUNK_ROWS,
  MAX_CHUNK_ROWS,
  type Row,
  type RunAsk,
  type RunEnd,
} from './connector.ts'
import { examinePostgresLogin } from './postgres-doctor.ts'

const POOL_SIZE = 5
const CONNECT_TIMEOUT_MS = 5000
const ANSWER_GRACE_MS = 2000
const CANCEL_PATIENCE = { connectMs: CONNECT_TIMEOUT_MS, longStatementMs: CONNECT_TIMEOUT_MS }
const IDLE_IN_TRANSACTION_MS = 60_000
const DESCRIBE_TIMEOUT_MS = 10_000
const QUERY_CANCELED = '57014'
// Values travel as the server writes them: no driver guesses at dates or numbers, and masks see one type.
const AS_TEXT = { getTypeParser: () => (value: string) => value }

/** A PostgreSQL database behind the gate. `searchPath` is fixed for every statement. */
export function postgresConnector(place: { readonly url: string; readonly searchPath?: string }): Connector {
  const pool = new pg.Pool({
    connectionString: place.url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  // A connection that dies while idle is replaced by the pool; without this listener Node would exit.
  pool.on('error', () => undefined)
  // The same for one that dies at work: its statement fails with it, which is where the loss is met.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const searchPath = place.searchPath ?? 'gate'
  return {
    kind: 'postgres',
    doctor: () => withClient(pool, (client) => examinePostgresLogin(client)),
    describe: (sql, binds) => describe(pool, searchPath, sql, binds),
    run: (ask) => run(pool, place.url, searchPath, ask),
    close: () => pool.end(),
  }
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  try {
    const value = await work(client)
    client.release()
    return value
  } catch (error) {
    client.release(true)
    throw asFailure(error, false)
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw new ConnectorFailure('unreachable', codeOf(error))
  }
}

/**
 * Opens the transaction with its settings, in one message: no word of it comes from a question. After the SELECT
 * PostgreSQL refuses SET TRANSACTION READ WRITE, so that the transaction stays read-only whatever follows.
 */
async function begin(client: pg.PoolClient, searchPath: string, timeoutMs: number): Promise<number> {
  const path = client.escapeLiteral(searchPath)
  const answers: unknown = await answered(
    client.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
     SELECT pg_backend_pid() AS pid, set_config('statement_timeout', '${Math.ceil(timeoutMs)}', true),
       set_config('search_path', ${path}, true),
       set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_MS}', true)`,
    ),
    timeoutMs,
  )
  const [, settings] = answers as readonly pg.QueryResult<{ pid: number }>[]
  return settings?.rows[0]?.pid ?? 0
}

async function* run(
  pool: pg.Pool,
  url: string,
  searchPath: string,
  ask: RunAsk,
): AsyncGenerator<readonly Row[], RunEnd> {
  const client = await connect(pool)
  let isHealthy = false
  let cancelling: Promise<void> | undefined
  let onAbort: () => void = () => undefined
  try {
    const pid = await begin(client, searchPath, ask.timeoutMs)
    onAbort = () => {
      cancelling = cancelBackend(url, pid)
    }
    ask.signal.addEventListener('abort', onAbort, { once: true })
    if (ask.signal.aborted) throw new ConnectorFailure('cancelled', QUERY_CANCELED)
    const cursor = client.query(new Cursor<Row>(ask.sql, [...ask.binds], { rowMode: 'array', types: AS_TEXT }))
    const end = yield* fetchRows(cursor, ask)
    await client.query('ROLLBACK')
    isHealthy = true
    return end
  } catch (error) {
    throw asFailure(error, ask.signal.aborted)
  } finally {
    ask.signal.removeEventListener('abort', onAbort)
    await cancelling
    // Reached too when the reader leaves early: ending the connection frees cursor, snapshot and locks on the server.
    client.release(!isHealthy)
  }
}

async function* fetchRows(cursor: Cursor<Row>, ask: RunAsk): AsyncGenerator<readonly Row[], RunEnd> {
  let count = 0
  for (let size = FIRST_CHUNK_ROWS; ; size = Math.min(2 * size, MAX_CHUNK_ROWS)) {
    // One row beyond the cap is asked for: it never leaves, but tells whether the answer is cut.
    const rows = await answered(cursor.read(Math.min(size, ask.rowCap + 1 - count)), ask.timeoutMs)
    if (ask.signal.aborted) throw new ConnectorFailure('cancelled', QUERY_CANCELED)
    const room = ask.rowCap - count
    if (rows.length > room) {
      if (room > 0) yield rows.slice(0, room)
      await cursor.close()
      return { rows: ask.rowCap, isCut: true }
    }
    if (rows.length === 0) return { rows: count, isCut: false }
    count += rows.length
    yield rows
  }
}

// The server ends a statement at its timeout; a server that is frozen or cut off is given up from here.
async function answered<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new ConnectorFailure('timeout', 'no answer')), timeoutMs + ANSWER_GRACE_MS)
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer))
}

// From a connection of its own: the busy one hears nothing until its statement ends.
async function cancelBackend(url: string, pid: number): Promise<void> {
  // When even this connection fails, the statement timeout on the server ends the query.
  const cancel = (second: pg.Client) => second.query('SELECT pg_cancel_backend($1)', [pid])
  await withConnection(url, cancel, CANCEL_PATIENCE).catch(() => undefined)
}

async function describe(
  pool: pg.Pool,
  searchPath: string,
  sql: string,
  binds: number,
): Promise<readonly DescribedColumn[]> {
  return withClient(pool, async (client) => {
    await begin(client, searchPath, DESCRIBE_TIMEOUT_MS)
    const cursor = client.query(new Cursor(sql, Array(binds).fill(null), { rowMode: 'array', types: AS_TEXT }))
    const fields = await new Promise<readonly pg.FieldDef[]>((done, failed) => {
      cursor.read(1, (error, _rows, result) => (error ? failed(error) : done(result.fields)))
    })
    await cursor.close()
    const described: DescribedColumn[] = []
    for (const field of fields) described.push({ name: field.name, source: await sourceOf(client, field) })
    await client.query('ROLLBACK')
    return described
  })
}

async function sourceOf(client: pg.PoolClient, field: pg.FieldDef): Promise<string | undefined> {
  // 0/0 means computed: an expression, a union, a scalar sub-query.
  if (field.tableID === 0 || field.columnID === 0) return undefined
  const { rows } = await client.query<{ source: string }>(
    `SELECT n.nspname || '.' || c.relname || '.' || a.attname AS source
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE a.attrelid = $1 AND a.attnum = $2`,
    [field.tableID, field.columnID],
  )
  return rows[0]?.source
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? 'unknown')

function asFailure(error: unknown, isAborted: boolean): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error
  const serverCode = codeOf(error)
  return new ConnectorFailure(classOf(serverCode, isAborted), serverCode)
}

function classOf(serverCode: string, isAborted: boolean): ConnectorFailureCode {
  if (isAborted) return 'cancelled'
  if (serverCode === QUERY_CANCELED) return 'timeout'
  if (/^(08|57P)/.test(serverCode) || /^E[A-Z]+$/.test(serverCode) || serverCode === 'unknown') return 'unreachable'
  // Rights, read-only, syntax and more than one statement: the statement itself is not acceptable.
  return /^(42|25|28)/.test(serverCode) ? 'refused' : 'failed'
}
