import mysql from 'mysql2/promise'
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
import { examineMariadbLogin } from './mariadb-doctor.ts'

const CONNECT_TIMEOUT_MS = 5000
const DESCRIBE_TIMEOUT_MS = 10_000
const MS_PER_S = 1000

export interface MariadbPlace {
  readonly user: string
  readonly password: string
  readonly database: string
  readonly host?: string
  readonly port?: number
  readonly socketPath?: string
}

/** A MariaDB or MySQL database behind the gate. Its SQL marks binds with `?`; more than one statement is refused. */
export function mariadbConnector(place: MariadbPlace): Connector {
  const options: mysql.ConnectionOptions = {
    ...place,
    connectTimeout: CONNECT_TIMEOUT_MS,
    multipleStatements: false,
    // Values travel as the server writes them.
    typeCast: (field: { string(): string | null }) => field.string(),
    rowsAsArray: true,
    charset: 'utf8mb4',
  }
  return {
    kind: 'mariadb',
    doctor: () => withConnection(options, (connection) => examineMariadbLogin(connection, place.database)),
    describe: (sql, binds) => withConnection(options, (connection) => describe(connection, sql, binds)),
    run: (ask) => run(options, ask),
    // Each statement has a connection of its own, ended with it: nothing of one question is left for the next.
    close: async () => undefined,
  }
}

async function withConnection<T>(
  options: mysql.ConnectionOptions,
  work: (connection: mysql.Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(options)
  try {
    return await work(connection)
  } catch (error) {
    throw asFailure(error, false)
  } finally {
    connection.destroy()
  }
}

async function connect(options: mysql.ConnectionOptions): Promise<mysql.Connection> {
  try {
    const connection = await mysql.createConnection(options)
    // A connection that breaks between statements says so at the next one.
    connection.on('error', () => undefined)
    return connection
  } catch (error) {
    throw new ConnectorFailure('unreachable', codeOf(error))
  }
}

const timed = (sql: string, timeoutMs: number): string =>
  `SET STATEMENT max_statement_time=${(timeoutMs / MS_PER_S).toFixed(3)} FOR ${sql}`

async function* run(options: mysql.ConnectionOptions, ask: RunAsk): AsyncGenerator<readonly Row[], RunEnd> {
  const connection = await connect(options)
  const startedAt = performance.now()
  let killing: Promise<void> | undefined
  const onAbort = () => {
    killing = killQuery(options, connection.threadId)
  }
  let isDone = false
  try {
    ask.signal.addEventListener('abort', onAbort, { once: true })
    if (ask.signal.aborted) throw new ConnectorFailure('cancelled', 'aborted')
    await connection.query('START TRANSACTION READ ONLY')
    const end = yield* fetchRows(connection, ask)
    // benchmark() and sleep() end early with a row instead of an error, so the time is looked at too.
    if (performance.now() - startedAt > ask.timeoutMs && end.rows <= 1) throw new ConnectorFailure('timeout', '1969')
    isDone = true
    return end
  } catch (error) {
    throw asFailure(error, ask.signal.aborted)
  } finally {
    ask.signal.removeEventListener('abort', onAbort)
    // mysql2 only stops listening: the statement must be ended on the server.
    if (!isDone && !killing) killing = killQuery(options, connection.threadId)
    await killing
    connection.destroy()
  }
}

async function* fetchRows(connection: mysql.Connection, ask: RunAsk): AsyncGenerator<readonly Row[], RunEnd> {
  const query = (connection as unknown as Streaming).connection.execute(timed(ask.sql, ask.timeoutMs), [...ask.binds])
  let chunk: Row[] = []
  let count = 0
  let size = FIRST_CHUNK_ROWS
  for await (const row of query.stream({ highWaterMark: FIRST_CHUNK_ROWS })) {
    if (ask.signal.aborted) throw new ConnectorFailure('cancelled', 'aborted')
    if (count + chunk.length === ask.rowCap) {
      if (chunk.length > 0) yield chunk
      return { rows: ask.rowCap, isCut: true }
    }
    chunk.push(row)
    if (chunk.length < size) continue
    yield chunk
    count += chunk.length
    chunk = []
    size = Math.min(2 * size, MAX_CHUNK_ROWS)
  }
  if (chunk.length > 0) yield chunk
  return { rows: count + chunk.length, isCut: false }
}

/** The part of mysql2's inner connection that streams; its promise face does not. */
interface Streaming {
  readonly connection: {
    execute(sql: string, binds: readonly string[]): { stream(options: { highWaterMark: number }): AsyncIterable<Row> }
  }
}

async function killQuery(options: mysql.ConnectionOptions, threadId: number): Promise<void> {
  const second = await mysql.createConnection(options).catch(() => undefined)
  // When even this connection fails, max_statement_time ends the query.
  await second?.query(`KILL QUERY ${Math.trunc(threadId)}`).catch(() => undefined)
  second?.destroy()
}

async function describe(connection: mysql.Connection, sql: string, binds: number): Promise<readonly DescribedColumn[]> {
  const [, fields] = await connection.query(timed(sql, DESCRIBE_TIMEOUT_MS), Array(binds).fill(null))
  // What the protocol calls the original table is an alias behind merged views and derived tables: no proof of origin.
  return fields.map(({ name }) => ({ name, source: undefined }))
}

const codeOf = (error: unknown): string =>
  String((error as { errno?: unknown }).errno ?? (error as { code?: unknown }).code ?? 'unknown')

function asFailure(error: unknown, isAborted: boolean): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error
  const serverCode = codeOf(error)
  return new ConnectorFailure(classOf(serverCode, isAborted), serverCode)
}

const TIMEOUTS = new Set(['1969', '3024'])
const REFUSALS = new Set([
  '1044',
  '1045',
  '1064',
  '1142',
  '1143',
  '1146',
  '1227',
  '1290',
  '1295',
  '1370',
  '1792',
  '1054',
])

function classOf(serverCode: string, isAborted: boolean): ConnectorFailureCode {
  if (isAborted) return 'cancelled'
  if (TIMEOUTS.has(serverCode)) return 'timeout'
  if (REFUSALS.has(serverCode)) return 'refused'
  return /^\d+$/.test(serverCode) ? 'failed' : 'unreachable'
}
