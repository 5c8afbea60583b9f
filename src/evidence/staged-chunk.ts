/** Between fields of a staged line. Occurs in no office file; a record that holds it is rejected. */
export const FIELD = '\u001f'
/** Stands for a line end inside a field while staged. */
export const INNER_LINE = '\u001e'

/** A row that could not be read, known before the database saw it. */
export interface Reject {
  /** line in the file, 1 = first */
  readonly line: number
  readonly column: string
  readonly reason: RejectReason
  /** the record's last line, where it has several */
  readonly lastLine?: number
}

/**
 * `unclosed-quote` names the line where the quote opened; reading goes on with the next line. `footer` and `blank` were
 * no records (see not-a-record.ts).
 */
export type RejectReason =
  | 'footer'
  | 'blank'
  | 'unclosed-quote'
  | 'malformed-quotes'
  | 'line-too-long'
  | 'cell-too-long'
  | 'control-character'
  | 'field-count'
  | 'bad-json'
  | 'broken-character'
  | 'missing'
  | 'bad-time'
  | 'out-of-window'
  | 'lost-digits'
  | 'bad-number'
  | 'bad-flag'
  | 'interval-reversed'
  | 'duplicate'

/**
 * Lines ready for the database. `delimited`: as in the file, split at `delimiter`. `numbered`: line number, then fields,
 * split at FIELD. `json`: one object a line. In the first and last the n-th line has number `firstLine + n`.
 */
export interface StagedChunk {
  readonly shape: 'delimited' | 'numbered' | 'json'
  readonly delimiter: string
  /** UTF-8, every line ended; valid until the next chunk is asked for */
  readonly bytes: Buffer
  readonly firstLine: number
  readonly rows: number
  readonly rejects: readonly Reject[]
  /** of `numbered` text: the last line of each row, as a quoted field may run over several */
  readonly lastLines?: readonly number[]
}

/** The chunk's lines as text. */
export const textOf = (chunk: StagedChunk): string => chunk.bytes.toString('utf8')
