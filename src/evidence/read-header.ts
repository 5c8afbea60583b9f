import { SourceFailure } from './failure.ts'
import { hasFieldsOf } from './record-end.ts'
import { followQuotes, splitQuoted } from './split-quoted.ts'

/** Columns of a text file and keys of its JSON objects. More are no log: the delimiter is another, or it is an attack. */
export const MAX_COLUMNS = 256
/** Lines a header may run over: offices break long names in their cells. */
const MAX_HEADER_LINES = 20

export interface Header {
  readonly names: readonly string[]
  /** where its last line ends */
  readonly end: number
  readonly lines: number
}

/**
 * The header that begins at `from`: names trimmed, line breaks inside them as spaces. Undefined when more text must be
 * seen first, never so when `isLast`. Throws SourceFailure when there are too many columns.
 */
export function headerAt(text: string, from: number, delimiter: string, isLast: boolean): Header | undefined {
  const end = text.indexOf('\n', from)
  const first = text.slice(from, end).replace(/^\ufeff+/, '')
  const single = { names: named(splitQuoted(first, delimiter) ?? first.split(delimiter)), end, lines: 1 }
  const below = followQuotes(first, delimiter, false).state === 'open' ? linesBelow(text, end, delimiter) : 'none'
  if (below === 'none') return checked(single)
  if (below === 'more') return isLast ? checked(single) : undefined
  const fields = splitQuoted(`${first}${text.slice(end, below.end)}`, delimiter)
  if (!fields) return checked(single)
  // A stray quote in the header must not take the first rows into it: the line that follows has the header's fields.
  const nextEnd = text.indexOf('\n', below.end + 1)
  if (nextEnd === -1 && !isLast) return undefined
  const next = nextEnd === -1 ? undefined : splitQuoted(text.slice(below.end + 1, nextEnd), delimiter)
  const whole = { names: named(fields), end: below.end, lines: below.lines + 1 }
  return checked(next === undefined || hasFieldsOf(whole.names, next) ? whole : single)
}

function linesBelow(
  text: string,
  from: number,
  delimiter: string,
): { readonly end: number; readonly lines: number } | 'none' | 'more' {
  let end = from
  for (let lines = 1; lines < MAX_HEADER_LINES; lines++) {
    const next = text.indexOf('\n', end + 1)
    if (next === -1) return 'more'
    const { state } = followQuotes(text.slice(end + 1, next), delimiter, true)
    end = next
    if (state === 'closed') return { end, lines }
    if (state === 'broken') return 'none'
  }
  return 'none'
}

function named(fields: readonly string[]): string[] {
  const names = fields.map((name) => name.trim().replace(/\s*\n\s*/g, ' '))
  // Empty names on the right are cells with a border; those beyond the limit are cut off and not counted.
  const width = Math.max(names.findLastIndex((name) => name !== '') + 1, 1)
  return names.slice(0, Math.max(width, Math.min(names.length, MAX_COLUMNS)))
}

function checked(header: Header): Header {
  const count = header.names.length
  if (count > MAX_COLUMNS)
    throw new SourceFailure(
      'too-large-inside',
      `標題列有 ${count} 欄，上限為 ${MAX_COLUMNS} 欄；請確認分隔符號是否正確，或只匯出需要的欄位。`,
      `The header has ${count} columns, ${MAX_COLUMNS} at most: check the delimiter, or export only the columns needed.`,
    )
  return header
}

/** The header line itself is longer than any record may be: there is no reading on. */
export const headerTooLong = (): SourceFailure =>
  new SourceFailure(
    'too-large-inside',
    '標題列超過一百萬字；請確認檔案是否為逐列的文字檔。',
    'The header is over a million characters long; check that this is a text file of lines.',
  )
