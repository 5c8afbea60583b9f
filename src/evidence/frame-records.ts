import { splitQuoted } from './split-quoted.ts'
import { FIELD, INNER_LINE, type Reject, type StagedChunk } from './staged-chunk.ts'

/** Longest record read; longer ones are rejected. In UTF-16 units. */
export const MAX_RECORD_LENGTH = 1024 * 1024
/** A quoted field may run over this many lines; beyond it the quote was never closed. */
const MAX_RECORD_LINES = 200
const CONTROLS = ['\0', FIELD, INNER_LINE] as const
const NEWLINE = 0x0a
const RETURN = 0x0d
const EMPTY = Buffer.alloc(0)
const NEWLINE_BYTES = Buffer.from([NEWLINE])
const RETURN_BYTES = Buffer.from([RETURN])

export interface FrameOptions {
  readonly shape: 'delimited' | 'json'
  readonly delimiter: string
  /** lines above the header */
  readonly skipRows: number
  /** called once, before the first chunk */
  readonly onHeader: (header: readonly string[]) => void
}

/**
 * Cuts text in UTF-8 into chunks that end at record boundaries. A block without quotes or oddities passes as it is, so
 * that the database splits it; only blocks with quotes are walked record by record. Memory: one piece and one record.
 */
export async function* frameRecords(pieces: AsyncIterable<Buffer>, options: FrameOptions): AsyncGenerator<StagedChunk> {
  const framer = new Framer(options)
  for await (const piece of pieces) yield* framer.push(piece)
  yield* framer.end()
}

/** Holds what is between two pieces: the unfinished record, the line it begins on, whether an overlong one is being skipped. */
class Framer {
  readonly #options: FrameOptions
  #rest: Buffer = EMPTY
  #line = 1
  #needsHeader: boolean
  #isSkipping = false

  constructor(options: FrameOptions) {
    this.#options = options
    this.#needsHeader = options.shape === 'delimited'
  }

  *push(piece: Buffer): Generator<StagedChunk> {
    // A line end split between two pieces is joined first; else only the record that is cut is put together.
    const isSplit = this.#rest.at(-1) === RETURN
    const whole = isSplit ? Buffer.concat([this.#rest, piece]) : piece
    if (isSplit) this.#rest = EMPTY
    const held = whole.at(-1) === RETURN ? RETURN_BYTES : EMPTY
    let text = withNewlines(whole.subarray(0, whole.length - held.length))
    if (this.#isSkipping) text = this.#skipToLineEnd(text)
    const end = text.lastIndexOf(NEWLINE) + 1
    const headEnd = this.#rest.length === 0 ? 0 : text.indexOf(NEWLINE) + 1
    const head = end === 0 ? EMPTY : Buffer.concat([this.#rest, text.subarray(0, headEnd)])
    this.#rest = Buffer.concat([end === 0 ? this.#rest : EMPTY, text.subarray(end), held])
    if (end > 0) yield* this.#frame(head, text.subarray(headEnd, end), false)
    if (isOverlong(this.#rest)) yield this.#overlong()
  }

  *end(): Generator<StagedChunk> {
    const last = this.#rest.at(-1) === RETURN ? this.#rest.subarray(0, -1) : this.#rest
    this.#rest = EMPTY
    if (last.length > 0 && !this.#isSkipping) yield* this.#frame(Buffer.concat([last, NEWLINE_BYTES]), EMPTY, true)
  }

  #skipToLineEnd(text: Buffer): Buffer {
    const next = text.indexOf(NEWLINE)
    if (next === -1) return EMPTY
    this.#isSkipping = false
    this.#line++
    return text.subarray(next + 1)
  }

  #overlong(): StagedChunk {
    this.#rest = EMPTY
    this.#isSkipping = true
    return this.#chunk([], this.#line, [{ line: this.#line, column: '', reason: 'line-too-long' }])
  }

  /** One block: the record that was cut by the end of the last piece, and what follows it. */
  *#frame(head: Buffer, tail: Buffer, isLast: boolean): Generator<StagedChunk> {
    const parts = this.#needsHeader ? [this.#takeHeader(Buffer.concat([head, tail]))] : [head, tail]
    const rows = parts.map((part) => this.#plainRows(part))
    if (rows.includes(undefined)) {
      yield this.#walk(Buffer.concat(parts).toString('utf8'), isLast)
      return
    }
    const { shape, delimiter } = this.#options
    for (const [i, bytes] of parts.entries()) {
      if (bytes.length === 0) continue
      const chunk = { shape, delimiter, bytes, rows: rows[i] ?? 0, firstLine: this.#line, rejects: [] }
      this.#line += chunk.rows
      yield chunk
    }
  }

  #takeHeader(block: Buffer): Buffer {
    const { skipRows, delimiter, onHeader } = this.#options
    let from = 0
    while (from < block.length) {
      const end = block.indexOf(NEWLINE, from)
      const text = block.toString('utf8', from, end)
      from = end + 1
      const number = this.#line++
      if (number <= skipRows || text.trim() === '') continue
      this.#needsHeader = false
      onHeader((splitQuoted(text, delimiter) ?? text.split(delimiter)).map((name) => name.trim()))
      break
    }
    return block.subarray(from)
  }

  /** How many rows the database can split by itself, or undefined when each must be looked at here. */
  #plainRows(body: Buffer): number | undefined {
    const isOdd = body[0] === NEWLINE || body.includes('\n\n') || CONTROLS.some((control) => body.includes(control))
    const mayBeQuoted = this.#options.shape === 'delimited' && body.includes('"')
    return isOdd || mayBeQuoted ? undefined : countLines(body)
  }

  #walk(body: string, isLast: boolean): StagedChunk {
    const rejects: Reject[] = []
    const lines: string[] = []
    const firstLine = this.#line
    let from = 0
    while (from < body.length) {
      const found = recordAt(body, from, this.#options)
      const mayGoOn = !isLast && body.length - from <= MAX_RECORD_LENGTH && found.lines < MAX_RECORD_LINES
      if (found.isOpen && mayGoOn) {
        // The record goes on in the next piece.
        this.#rest = Buffer.concat([Buffer.from(body.slice(from)), this.#rest])
        break
      }
      const line = this.#line
      // An unclosed quote costs its own line only; what follows is read as records of its own.
      const end = found.isOpen ? body.indexOf('\n', from) : found.end
      const record = body.slice(from, end)
      from = end + 1
      this.#line += found.isOpen ? 1 : found.lines
      if (record === '') continue
      const staged = found.isOpen ? 'unclosed-quote' : this.#stage(record, line)
      if (typeof staged === 'string') rejects.push({ line, column: '', reason: staged })
      else lines.push(staged.text)
    }
    return this.#chunk(lines, firstLine, rejects)
  }

  #stage(record: string, line: number): { readonly text: string } | Reject['reason'] {
    const { shape, delimiter } = this.#options
    if (record.length > MAX_RECORD_LENGTH) return 'line-too-long'
    if (CONTROLS.some((control) => record.includes(control))) return 'control-character'
    if (shape === 'json') return { text: `${line}${FIELD}${record}` }
    const fields = record.includes('"') ? splitQuoted(record, delimiter) : record.split(delimiter)
    if (!fields) return 'malformed-quotes'
    return { text: `${line}${FIELD}${fields.join(FIELD).replaceAll('\n', INNER_LINE)}` }
  }

  #chunk(lines: readonly string[], firstLine: number, rejects: readonly Reject[]): StagedChunk {
    const bytes = Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`)
    return { shape: 'numbered', delimiter: this.#options.delimiter, bytes, rows: lines.length, firstLine, rejects }
  }
}

/** The record that starts here: where it ends, over how many lines, and whether a quote is still open at the block's end. */
function recordAt(
  body: string,
  from: number,
  { shape, delimiter }: FrameOptions,
): { readonly end: number; readonly lines: number; readonly isOpen: boolean } {
  let end = body.indexOf('\n', from)
  if (shape === 'json') return { end, lines: 1, isOpen: false }
  let isOpen = isQuoteOpen(body, from, end, from, delimiter, false)
  let lines = 1
  while (isOpen) {
    const next = body.indexOf('\n', end + 1)
    if (next === -1 || lines >= MAX_RECORD_LINES || next - from > MAX_RECORD_LENGTH) return { end, lines, isOpen }
    isOpen = isQuoteOpen(body, end + 1, next, from, delimiter, true)
    end = next
    lines++
  }
  return { end, lines, isOpen }
}

// A quote opens only where a field begins; one in the middle of a field is a slip of that record and opens nothing.
function isQuoteOpen(
  body: string,
  from: number,
  end: number,
  start: number,
  delimiter: string,
  wasOpen: boolean,
): boolean {
  let isOpen = wasOpen
  for (let at = body.indexOf('"', from); at !== -1 && at < end; at = body.indexOf('"', at + 1)) {
    if (!isOpen) isOpen = at === start || body[at - 1] === delimiter
    else if (body[at + 1] === '"' && at + 1 < end) at++
    else isOpen = false
  }
  return isOpen
}

/** Lines of a text of whole lines, or undefined when one is overlong. */
function countLines(body: Buffer): number | undefined {
  let count = 0
  let from = 0
  for (let at = body.indexOf(NEWLINE); at !== -1; at = body.indexOf(NEWLINE, from)) {
    if (at - from > MAX_RECORD_LENGTH && isOverlong(body.subarray(from, at))) return undefined
    count++
    from = at + 1
  }
  return count
}

const isOverlong = (record: Buffer): boolean =>
  record.length > MAX_RECORD_LENGTH && record.toString('utf8').length > MAX_RECORD_LENGTH

/** Line ends of other systems as newlines. */
function withNewlines(text: Buffer): Buffer {
  let found = text.indexOf(RETURN)
  if (found === -1) return text
  const out = Buffer.allocUnsafe(text.length)
  let length = 0
  let from = 0
  for (; found !== -1; found = text.indexOf(RETURN, from)) {
    length += text.copy(out, length, from, found)
    if (text[found + 1] !== NEWLINE) out[length++] = NEWLINE
    from = found + 1
  }
  length += text.copy(out, length, from)
  return out.subarray(0, length)
}
