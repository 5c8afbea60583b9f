import { splitQuoted } from './split-quoted.ts'
import { FIELD, INNER_LINE, type Reject, type StagedChunk } from './staged-chunk.ts'

/** Longest record read; longer ones are rejected. In UTF-16 units. */
export const MAX_RECORD_LENGTH = 1024 * 1024
/** A quoted field may run over this many lines; beyond it the quote was never closed. */
const MAX_RECORD_LINES = 200
const CONTROLS = ['\0', FIELD, INNER_LINE] as const

export interface FrameOptions {
  readonly shape: 'delimited' | 'json'
  readonly delimiter: string
  /** lines above the header */
  readonly skipRows: number
  /** called once, before the first chunk */
  readonly onHeader: (header: readonly string[]) => void
}

/**
 * Cuts decoded text into chunks that end at record boundaries. A block without quotes or oddities passes as it is, so
 * that the database splits it; only blocks with quotes are walked record by record. Memory: one piece and one record.
 */
export async function* frameRecords(pieces: AsyncIterable<string>, options: FrameOptions): AsyncGenerator<StagedChunk> {
  const framer = newFramer(options)
  for await (const piece of pieces) yield* framer.push(piece)
  yield* framer.end()
}

function newFramer(options: FrameOptions) {
  let rest = ''
  let line = 1
  let needsHeader = options.shape === 'delimited'
  let isSkipping = false

  function* push(piece: string): Generator<StagedChunk> {
    let text = rest + piece
    // A line end split between two pieces is joined first.
    const held = text.endsWith('\r') ? '\r' : ''
    if (held) text = text.slice(0, -1)
    if (text.includes('\r')) text = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
    if (isSkipping) text = skipToLineEnd(text)
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end) + held
    if (end > 0) yield* frame(text.slice(0, end), false)
    if (rest.length > MAX_RECORD_LENGTH) yield overlong()
  }

  function* end(): Generator<StagedChunk> {
    const last = rest.replace(/\r$/, '')
    rest = ''
    if (last !== '' && !isSkipping) yield* frame(`${last}\n`, true)
    // What frame() put back is a quote that stayed open to the end of the file.
    while (rest !== '') {
      const open = rest
      rest = ''
      yield* frame(open, true)
    }
  }

  function skipToLineEnd(text: string): string {
    const next = text.indexOf('\n')
    if (next === -1) return ''
    isSkipping = false
    line++
    return text.slice(next + 1)
  }

  function overlong(): StagedChunk {
    rest = ''
    isSkipping = true
    return chunk('', 0, line, [{ line, column: '', reason: 'line-too-long' }], 'numbered')
  }

  function* frame(block: string, isLast: boolean): Generator<StagedChunk> {
    const body = needsHeader ? takeHeader(block) : block
    if (body === '') return
    if (isPlain(body)) {
      const rows = countLines(body)
      const first = line
      line += rows
      yield chunk(body, rows, first, [], options.shape)
    } else yield walk(body, isLast)
  }

  function takeHeader(block: string): string {
    let from = 0
    while (from < block.length) {
      const end = block.indexOf('\n', from)
      const text = block.slice(from, end)
      from = end + 1
      const number = line++
      if (number <= options.skipRows || text.trim() === '') continue
      needsHeader = false
      options.onHeader((splitQuoted(text, options.delimiter) ?? text.split(options.delimiter)).map((name) => name.trim()))
      break
    }
    return block.slice(from)
  }

  function isPlain(body: string): boolean {
    if (body.startsWith('\n') || body.includes('\n\n') || CONTROLS.some((control) => body.includes(control))) return false
    return options.shape === 'json' || !body.includes('"') ? !hasLongLine(body) : false
  }

  function walk(body: string, isLast: boolean): StagedChunk {
    const rejects: Reject[] = []
    const lines: string[] = []
    let from = 0
    const first = line
    while (from < body.length) {
      const found = recordAt(body, from, options.shape === 'delimited')
      if (found.isOpen && !isLast && body.length - from <= MAX_RECORD_LENGTH && found.lines < MAX_RECORD_LINES) {
        // The record goes on in the next piece.
        rest = body.slice(from) + rest
        break
      }
      const number = line
      // An unclosed quote costs its own line only; what follows is read as records of its own.
      const end = found.isOpen ? body.indexOf('\n', from) : found.end
      const record = body.slice(from, end)
      from = end + 1
      line += found.isOpen ? 1 : found.lines
      if (record === '') continue
      const staged = found.isOpen ? 'unclosed-quote' : stage(record, number)
      if (typeof staged === 'string') rejects.push({ line: number, column: '', reason: staged })
      else lines.push(staged.text)
    }
    return chunk(lines.length === 0 ? '' : `${lines.join('\n')}\n`, lines.length, first, rejects, 'numbered')
  }

  function stage(record: string, number: number): { readonly text: string } | Reject['reason'] {
    if (record.length > MAX_RECORD_LENGTH) return 'line-too-long'
    if (CONTROLS.some((control) => record.includes(control))) return 'control-character'
    if (options.shape === 'json') return { text: `${number}${FIELD}${record}` }
    const fields = record.includes('"') ? splitQuoted(record, options.delimiter) : record.split(options.delimiter)
    if (!fields) return 'malformed-quotes'
    return { text: `${number}${FIELD}${fields.join(FIELD).replaceAll('\n', INNER_LINE)}` }
  }

  function chunk(text: string, rows: number, firstLine: number, rejects: readonly Reject[], shape: StagedChunk['shape']): StagedChunk {
    return { shape, delimiter: options.delimiter, text, firstLine, rows, rejects }
  }

  return { push, end }
}

/** The record that starts here: where it ends, over how many lines, and whether a quote is still open at the block's end. */
function recordAt(body: string, from: number, mayQuote: boolean): { readonly end: number; readonly lines: number; readonly isOpen: boolean } {
  let end = body.indexOf('\n', from)
  if (!mayQuote) return { end, lines: 1, isOpen: false }
  let quotes = countQuotes(body, from, end)
  let lines = 1
  while (quotes % 2 === 1) {
    const next = body.indexOf('\n', end + 1)
    if (next === -1 || lines >= MAX_RECORD_LINES || next - from > MAX_RECORD_LENGTH) return { end, lines, isOpen: true }
    quotes += countQuotes(body, end, next)
    end = next
    lines++
  }
  return { end, lines, isOpen: false }
}

function countQuotes(text: string, from: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('"', from); at !== -1 && at < end; at = text.indexOf('"', at + 1)) count++
  return count
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}

function hasLongLine(text: string): boolean {
  if (text.length <= MAX_RECORD_LENGTH) return false
  let from = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
    if (at - from > MAX_RECORD_LENGTH) return true
    from = at + 1
  }
  return false
}
