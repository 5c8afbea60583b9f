import { copyWithNewlines } from './line-ends.ts'
import { isBlankRecord, isFooter, MAX_FOOTER_LINES } from './not-a-record.ts'
import { headerAt, headerTooLong } from './read-header.ts'
import { hasFieldsOf, MAX_RECORD_LENGTH, recordAt } from './record-end.ts'
import { FIELD, INNER_LINE, type Reject, type StagedChunk } from './staged-chunk.ts'

const CONTROLS = ['\0', FIELD, INNER_LINE] as const
/** What must be looked at record by record, besides quotes. */
const ODDITIES = [...CONTROLS, '\ufeff', '\ufffd', '\n\n'] as const
const NEWLINE = 0x0a
const RETURN = 0x0d
const EMPTY = Buffer.alloc(0)

export interface FrameOptions {
  readonly shape: 'delimited' | 'json'
  readonly delimiter: string
  /** lines above the header */
  readonly skipRows: number
  /** called once, before the first chunk; `lastLine` is the header's last */
  readonly onHeader: (header: readonly string[], lastLine: number) => void
}

/**
 * Cuts text in UTF-8 into chunks that end at record boundaries. Lines without quotes or oddities pass as they are, so
 * that the database splits them; others are walked record by record. INVARIANT: every line that is not empty is in
 * exactly one row or one reject. Memory: one piece and one record.
 */
export async function* frameRecords(pieces: AsyncIterable<Buffer>, options: FrameOptions): AsyncGenerator<StagedChunk> {
  const framer = new Framer(options)
  for await (const piece of pieces) yield* framer.push(piece)
  yield* framer.end()
}

/** Holds what is between two pieces: whole lines that wait for what follows them, and the line that is cut. */
class Framer {
  readonly #options: FrameOptions
  #buffer: Buffer = EMPTY
  /** bytes at the start of #buffer: whole lines, then the cut one */
  #held = 0
  /** how many of them are whole lines */
  #heldLines = 0
  #endsInReturn = false
  /** number of the first line held */
  #line = 1
  #header: readonly string[] = []
  #needsHeader: boolean
  #isSkipping = false

  constructor(options: FrameOptions) {
    this.#options = options
    this.#needsHeader = options.shape === 'delimited'
  }

  *push(piece: Buffer): Generator<StagedChunk> {
    if (piece.length === 0) return
    const length = this.#take(piece)
    const text = this.#buffer.subarray(0, length)
    const end = text.lastIndexOf(NEWLINE) + 1
    if (end > this.#heldLines) yield* this.#frame(end, length, false)
    if (isOverlong(this.#buffer.subarray(this.#heldLines, this.#held))) yield* this.#overlong()
  }

  *end(): Generator<StagedChunk> {
    if (this.#held > this.#heldLines) {
      this.#room(this.#held + 1)
      this.#buffer[this.#held++] = NEWLINE
    }
    if (this.#held > 0) yield* this.#frame(this.#held, this.#held, true)
  }

  /** Puts a piece behind what is held; returns how much is there now. */
  #take(piece: Buffer): number {
    this.#room(this.#held + piece.length + 2)
    let from = this.#held
    if (this.#endsInReturn && piece[0] !== NEWLINE) this.#buffer[from++] = NEWLINE
    this.#endsInReturn = piece.at(-1) === RETURN
    let length = copyWithNewlines(piece, this.#buffer, from)
    if (this.#isSkipping) length = this.#skipToLineEnd(length)
    this.#held = length
    return length
  }

  #room(length: number): void {
    if (this.#buffer.length >= length) return
    const larger = Buffer.allocUnsafe(length + length / 4)
    this.#buffer.copy(larger, 0, 0, this.#held)
    this.#buffer = larger
  }

  #skipToLineEnd(length: number): number {
    const next = this.#buffer.subarray(0, length).indexOf(NEWLINE)
    if (next === -1) return 0
    this.#isSkipping = false
    this.#line++
    this.#buffer.copyWithin(0, next + 1, length)
    return length - next - 1
  }

  /** The cut line is too long already: what waits for it goes without it, and its rest is passed over. */
  *#overlong(): Generator<StagedChunk> {
    if (this.#needsHeader) throw headerTooLong()
    if (this.#heldLines > 0) yield* this.#frame(this.#heldLines, this.#heldLines, true)
    this.#held = 0
    this.#heldLines = 0
    this.#isSkipping = true
    yield this.#walked([], [{ line: this.#line, column: '', reason: 'line-too-long' }], this.#line)
  }

  /** Whole lines up to `end`, of `length` bytes in all. What must wait is moved to the front. */
  *#frame(end: number, length: number, isLast: boolean): Generator<StagedChunk> {
    const from = this.#needsHeader ? this.#takeHeader(end, isLast) : 0
    if (this.#needsHeader) {
      this.#keepFrom(from, end, length)
      return
    }
    const lines = this.#buffer.subarray(from, end)
    const ready = isLast ? lines.length : tailStart(lines)
    const rows = this.#plainRows(lines.subarray(0, ready), isLast)
    let used = ready
    if (rows === undefined) {
      const walk = this.#walk(lines, ready, isLast)
      used = walk.used
      yield walk.chunk
    } else if (rows > 0) {
      const { shape, delimiter } = this.#options
      yield { shape, delimiter, bytes: lines.subarray(0, ready), rows, firstLine: this.#line, rejects: [] }
      this.#line += rows
    }
    this.#keepFrom(from + used, end, length)
  }

  #keepFrom(from: number, end: number, length: number): void {
    this.#buffer.copyWithin(0, from, length)
    this.#held = length - from
    this.#heldLines = end - from
  }

  /** Where the rows begin; the header stays needed when more must be read first. */
  #takeHeader(end: number, isLast: boolean): number {
    const { skipRows, delimiter, onHeader } = this.#options
    const text = this.#buffer.toString('utf8', 0, end)
    let from = 0
    while (from < text.length && this.#needsHeader) {
      const lineEnd = text.indexOf('\n', from)
      const isAbove = this.#line <= skipRows || text.slice(from, lineEnd).trim() === ''
      const isFull = isLast || text.length - from > MAX_RECORD_LENGTH
      const header = isAbove ? undefined : headerAt(text, from, delimiter, isFull)
      if (!isAbove && !header) break
      this.#line += header?.lines ?? 1
      from = (header?.end ?? lineEnd) + 1
      if (!header) continue
      this.#needsHeader = false
      this.#header = header.names
      onHeader(header.names, this.#line - 1)
    }
    return Buffer.byteLength(text.slice(0, from))
  }

  /** How many rows the database can split by itself, or undefined when each must be looked at here. */
  #plainRows(lines: Buffer, isLast: boolean): number | undefined {
    const { shape, delimiter } = this.#options
    const isOdd = lines[0] === NEWLINE || ODDITIES.some((each) => lines.includes(each))
    if (isOdd || (shape === 'delimited' && lines.includes('"'))) return undefined
    if (isLast && footerStart(lines.toString('utf8', tailStart(lines)), this.#options, this.#header) !== -1)
      return undefined
    return countLines(lines, delimiter.charCodeAt(0))
  }

  /** Looks at each record that begins before `ready`; `used` is where the first one begins that must wait. */
  #walk(lines: Buffer, ready: number, isLast: boolean): { readonly chunk: StagedChunk; readonly used: number } {
    const before = lines.toString('utf8', 0, ready)
    const text = before + lines.toString('utf8', ready)
    const { shape, delimiter } = this.#options
    const footer = isLast ? footerStart(text, this.#options, this.#header) : -1
    const rows: Row[] = []
    const rejects: Reject[] = []
    const firstLine = this.#line
    let from = 0
    while (from < before.length) {
      while (text[from] === '\ufeff') from++
      const lineEnd = text.indexOf('\n', from)
      const found =
        shape === 'json'
          ? { end: lineEnd, lines: 1, fields: [text.slice(from, lineEnd)] }
          : lineEnd - from > MAX_RECORD_LENGTH
            ? ('line-too-long' as const)
            : recordAt(text, from, { delimiter, header: this.#header }, isLast)
      if (!found) break
      const [line, isFoot] = [this.#line, footer !== -1 && from >= footer]
      const end = typeof found === 'string' ? lineEnd : found.end
      const lastLine = line + (typeof found === 'string' ? 0 : found.lines - 1)
      this.#line = lastLine + 1
      if (end > from) {
        const row =
          typeof found === 'string'
            ? found
            : rowOf(found.fields, { line, lastLine, isFoot, isWhole: this.#isWhole(found.fields) })
        if (typeof row === 'string') rejects.push({ line, column: '', reason: row, lastLine })
        else rows.push(row)
      }
      from = end + 1
    }
    return { chunk: this.#walked(rows, rejects, firstLine), used: Buffer.byteLength(text.slice(0, from)) }
  }

  // Bytes that broke a character may have taken a delimiter with them.
  #isWhole(fields: readonly string[]): boolean {
    const isBroken = this.#options.shape === 'delimited' && fields.some((field) => field.includes('\ufffd'))
    return !isBroken || hasFieldsOf(this.#header, fields)
  }

  #walked(rows: readonly Row[], rejects: readonly Reject[], firstLine: number): StagedChunk {
    const bytes = Buffer.from(rows.map(({ text }) => `${text}\n`).join(''))
    const lastLines = rows.map(({ lastLine }) => lastLine)
    const { delimiter } = this.#options
    return { shape: 'numbered', delimiter, bytes, rows: rows.length, firstLine, rejects, lastLines }
  }
}

interface Row {
  readonly text: string
  readonly lastLine: number
}

interface Place {
  readonly line: number
  readonly lastLine: number
  readonly isFoot: boolean
  readonly isWhole: boolean
}

function rowOf(fields: readonly string[], { line, lastLine, isFoot, isWhole }: Place): Row | Reject['reason'] {
  if (isFoot) return isBlankRecord(fields) ? 'blank' : 'footer'
  const text = fields.join(FIELD)
  if (text.length > MAX_RECORD_LENGTH) return 'line-too-long'
  if (text.includes('\0') || text.includes(INNER_LINE) || fields.some((field) => field.includes(FIELD)))
    return 'control-character'
  if (isBlankRecord(fields)) return 'blank'
  if (!isWhole) return 'broken-character'
  return { text: `${line}${FIELD}${text.replaceAll('\n', INNER_LINE)}`, lastLine }
}

/** Where the last lines of a text begin, which may be totals and remarks. */
function tailStart(lines: Buffer): number {
  let start = lines.length
  for (let i = 0; i <= MAX_FOOTER_LINES && start > 0; i++)
    start = start < 2 ? 0 : lines.lastIndexOf(NEWLINE, start - 2) + 1
  return start
}

/** Where the totals and remarks at the end of a file begin, or -1 when it ends in a record. */
function footerStart(text: string, { shape, delimiter }: FrameOptions, header: readonly string[]): number {
  if (shape === 'json') return -1
  let found = -1
  let end = text.length - 1
  for (let i = 0; i < MAX_FOOTER_LINES && end > 0; i++) {
    const start = text.lastIndexOf('\n', end - 1) + 1
    const line = text.slice(start, end)
    if (line !== '' && !isFooter(line, delimiter, header.length)) break
    if (line !== '') found = start
    end = start - 1
  }
  return found
}

const [SPACE, TAB, HYPHEN, EQUALS, WIDE_SPACE] = [0x20, 0x09, 0x2d, 0x3d, 0xe3]

/** Lines of a text of whole lines, or undefined when one is overlong or may hold nothing. */
function countLines(lines: Buffer, delimiter: number): number | undefined {
  let count = 0
  let from = 0
  for (let at = lines.indexOf(NEWLINE); at !== -1; at = lines.indexOf(NEWLINE, from)) {
    if (at - from > MAX_RECORD_LENGTH && isOverlong(lines.subarray(from, at))) return undefined
    const first = lines[from]
    const mayBeBlank =
      first === SPACE ||
      first === TAB ||
      first === delimiter ||
      first === HYPHEN ||
      first === EQUALS ||
      first === WIDE_SPACE
    if (mayBeBlank && isBlankRecord(lines.toString('utf8', from, at).split(String.fromCharCode(delimiter))))
      return undefined
    count++
    from = at + 1
  }
  return count
}

const isOverlong = (line: Buffer): boolean =>
  line.length > MAX_RECORD_LENGTH && line.toString('utf8').length > MAX_RECORD_LENGTH
