/** A value as the database wrote it, as text; null where it has none. */
export type Cell = string | null
/** Cells in the order of the query's columns. */
export type Row = readonly Cell[]

export type ConnectorKind = 'postgres' | 'mariadb' | 'oracle' | 'sqlserver'

export interface RunAsk {
  /** one fixed statement of the catalogue; never text from outside */
  readonly sql: string
  /** in bind order */
  readonly binds: readonly string[]
  /** aborting stops the statement on the server too */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** at most so many rows leave; one more is read to know whether there were more */
  readonly rowCap: number
}

export interface RunEnd {
  /** rows received from the server and handed on */
  readonly rows: number
  /** whether the server had more than the cap */
  readonly isCut: boolean
}

export interface DescribedColumn {
  readonly name: string
  /** `schema.table.column` where the server knows it; undefined: computed, or hidden by a union or a derived table */
  readonly source: string | undefined
}

/** One thing the login may do and must not. Codes are a closed list, texts hold object names only. */
export interface DoctorFinding {
  readonly code: DoctorCode
  readonly detail: string
}
export type DoctorCode =
  | 'superuser'
  | 'role-membership'
  | 'can-write'
  | 'can-create'
  | 'owns-objects'
  | 'reads-tables'
  | 'dangerous-function'
  | 'definer-function'
  | 'file-privilege'
  | 'no-timeout'
  | 'unreadable-grant'

export type ConnectorFailureCode = 'timeout' | 'cancelled' | 'unreachable' | 'refused' | 'failed'

/**
 * A database said no or went away. Carries no text of the database: an error message can repeat the very value that
 * was asked for (error oracle), so only its class and the server's code go on.
 */
export class ConnectorFailure extends Error {
  readonly code: ConnectorFailureCode
  /** SQLSTATE or server error number, for the log of the IT office */
  readonly serverCode: string
  constructor(code: ConnectorFailureCode, serverCode: string) {
    super(`connector ${code} (${serverCode})`)
    this.code = code
    this.serverCode = serverCode
  }
}

/** A database of an agency, reached with a login that may read the gate's views and nothing else. */
export interface Connector {
  readonly kind: ConnectorKind
  /** What the login may do beyond reading views; empty: fit for use. A gate refuses a connector that has findings. */
  doctor(): Promise<readonly DoctorFinding[]>
  /** Output columns with their provenance, found by running the statement with empty binds. Throws ConnectorFailure. */
  describe(sql: string, binds: number): Promise<readonly DescribedColumn[]>
  /** Rows in chunks, in bounded memory. Throws ConnectorFailure. Leaving the loop early frees the server at once. */
  run(ask: RunAsk): AsyncGenerator<readonly Row[], RunEnd>
  close(): Promise<void>
}

/** Rows fetched from a server at first: the answer begins soon. */
export const FIRST_CHUNK_ROWS = 1000
/** Rows fetched at a time once an answer proves long: each chunk waits for its record to be on disk. */
export const MAX_CHUNK_ROWS = 8_000
