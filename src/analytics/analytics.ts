/** Values that may be bound to `{name:Type}` placeholders. Nothing is ever pasted into SQL text. */
export type QueryParams = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>

export interface QueryOptions {
  readonly params?: QueryParams
  /** ClickHouse settings for this statement, e.g. `{ max_threads: 1 }`. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** keeps the statement out of the server's query log: set where a parameter is a key */
  readonly isSecret?: boolean
}

/**
 * The one door to ClickHouse, whether embedded (chdb, in process) or a server. Times come back as
 * `YYYY-MM-DD HH:MM:SS.mmm` UTC text; UInt64 as text; select hex(…) for FixedString ids.
 */
export interface Analytics {
  /** Runs a SELECT and returns all rows. Callers bound the count in SQL. */
  rows<Row>(sql: string, options?: QueryOptions): Promise<Row[]>
  /**
   * Runs a SELECT and yields rows as they come. The embedded engine holds the whole answer before it gives the first row: a
   * list that may be long is read in slices instead (see reconcile/ordered-verdicts.ts).
   */
  stream<Row>(sql: string, options?: QueryOptions): AsyncIterable<Row>
  /** Runs a statement that returns nothing. */
  command(sql: string, options?: QueryOptions): Promise<void>
  /** Inserts small batches (≤ 100,000 rows) as JSONEachRow. Bulk data goes through INSERT … SELECT FROM input files. */
  insert(table: string, rows: readonly object[]): Promise<void>
  /**
   * SQL table function over a file this process wrote, e.g. `${source} AS s` in FROM. Embedded: `file('path', format, structure)`.
   * On a server the rows are sent as the statement's data, so only one per statement.
   */
  insertFromFile(options: FileInsert): Promise<void>
  close(): Promise<void>
}

/** INSERT INTO table (columns) SELECT … FROM {input}, where `{input}` stands for the file's rows. */
export interface FileInsert {
  readonly path: string
  readonly format: 'LineAsString' | 'TabSeparated' | 'JSONEachRow'
  /** e.g. `line String` */
  readonly structure: string
  /** full statement with the placeholder `{input}` in FROM; `{row}` stands for a row's place in the file, from 0 */
  readonly sql: string
  readonly params?: QueryParams
  readonly settings?: Readonly<Record<string, string | number>>
  readonly isSecret?: boolean
}
