import { followQuotes, rawFields, splitQuoted } from './split-quoted.ts'

/** Longest record read; longer ones are rejected. In UTF-16 units. */
export const MAX_RECORD_LENGTH = 1024 * 1024
/** A quoted field may run over this many lines; beyond it the quote was never closed. */
const MAX_RECORD_LINES = 200

export interface RecordForm {
  readonly delimiter: string
  readonly header: readonly string[]
}

/** Fields a record may have: those up to the last that has a name, and on the right as many empty ones as it likes. */
export const hasFieldsOf = (header: readonly string[], fields: readonly string[]): boolean =>
  fields.length >= namedWidth(header) && fields.slice(header.length).every((field) => field.trim() === '')

/** Width of a header without the empty names on its right, which bordered cells leave. */
export const namedWidth = (header: readonly string[]): number => header.findLastIndex((name) => name !== '') + 1

/** One record of delimited text: where its last line ends, over how many lines, and its fields. */
export interface FoundRecord {
  readonly end: number
  readonly lines: number
  readonly fields: string[]
}

/**
 * The record that starts at `from`. `unclosed-quote` and `malformed-quotes` cost that line only: reading goes on with the
 * next. Undefined when more text must be seen first, which is never so when `isLast`.
 */
export function recordAt(
  text: string,
  from: number,
  form: RecordForm,
  isLast: boolean,
): FoundRecord | 'unclosed-quote' | 'malformed-quotes' | undefined {
  const { delimiter } = form
  const firstEnd = text.indexOf('\n', from)
  const first = text.slice(from, firstEnd)
  const single = first.includes('"') ? splitQuoted(first, delimiter) : first.split(delimiter)
  if (single) return { end: firstEnd, lines: 1, fields: single }
  let follow = followQuotes(first, delimiter, false)
  if (follow.state !== 'open') return 'malformed-quotes'
  const { openAt } = follow
  const below: string[] = []
  let end = firstEnd
  while (follow.state === 'open') {
    const next = text.indexOf('\n', end + 1)
    if (next === -1) {
      const isFull = below.length + 1 >= MAX_RECORD_LINES || text.length - from > MAX_RECORD_LENGTH
      return isLast || isFull ? 'unclosed-quote' : undefined
    }
    if (below.length + 1 >= MAX_RECORD_LINES || next - from > MAX_RECORD_LENGTH) return 'unclosed-quote'
    const line = text.slice(end + 1, next)
    follow = followQuotes(line, delimiter, true)
    // A closing quote with text behind it closes nothing: it opens a field of the next record.
    if (follow.state === 'broken') return 'unclosed-quote'
    below.push(line)
    end = next
  }
  const fields = splitQuoted(text.slice(from, end), delimiter)
  if (!fields) return 'malformed-quotes'
  return areRecords(below, first.slice(0, openAt), fields, form)
    ? 'unclosed-quote'
    : { end, lines: below.length + 1, fields }
}

/**
 * Whether lines that quoting makes part of one record are records of their own. By quotes alone a stray one and its next
 * are a field over many lines; but lines of a log have the header's number of fields, and before the field where the
 * quote stands they look like the line above it (digits where it has digits). Lines of a text do not.
 */
function areRecords(
  below: readonly string[],
  lead: string,
  whole: readonly string[],
  { delimiter, header }: RecordForm,
): boolean {
  if (namedWidth(header) < 2) return false
  // As written, quotes and all: where every field is quoted no line of a text is like a record.
  let leading: readonly string[] | undefined
  const isLike = (line: string, fields: readonly string[] | undefined) => {
    if (fields === undefined || !hasFieldsOf(header, fields)) return false
    leading ??= leadingShapes(lead, delimiter)
    return areAlike(leading, rawFields(line, delimiter).map(shapeOf))
  }
  const last = below.at(-1) ?? ''
  const isLastLike = isLike(last, last.split(delimiter))
  // Its quote stands where a field begins: it was meant to open one, not to close the field above.
  const opensField = lead.includes(delimiter) && last[last.indexOf('"') - 1] === delimiter
  if (isLastLike && opensField) return true
  const hasOwn = below.some((line) => isLike(line, splitQuoted(line, delimiter)))
  return hasOwn && (isLastLike || !hasFieldsOf(header, whole))
}

const leadingShapes = (lead: string, delimiter: string): string[] =>
  rawFields(lead, delimiter).slice(0, -1).map(shapeOf)

const SHAPE_CHARACTERS = 40

/** What a field looks like: 115/01/05 is 9/9/9, A123456789 is a9, 查詢 is x. */
function shapeOf(field: string): string {
  return field
    .slice(0, SHAPE_CHARACTERS)
    .normalize('NFKC')
    .replace(/\d+/g, '9')
    .replace(/[A-Za-z]+/g, 'a')
    .replace(/[^ -~]+/g, 'x')
}

// Empty fields say nothing; of the others at least half must agree, and one at least.
function areAlike(leading: readonly string[], others: readonly string[]): boolean {
  if (leading.length === 0) return others.some((shape) => shape !== '')
  const filled = leading.flatMap((shape, i) => (shape === '' || others[i] === '' ? [] : [shape === others[i]]))
  const agreeing = filled.filter(Boolean).length
  return agreeing > 0 && agreeing * 2 >= filled.length
}
