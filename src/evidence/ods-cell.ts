import { durationText, isErrorValue, isoDate, plainNumber } from './cell-values.ts'
import { MAX_CELL_CHARACTERS } from './source-limits.ts'
import type { Attributes } from './xml-names.ts'

/** Text that stands in a cell or paragraph without being part of its value: comments, drawings, reading guides, notes. */
const isBeside = (name: string): boolean =>
  name.startsWith('draw:') ||
  name.startsWith('?:') ||
  ['office:annotation', 'text:ruby-text', 'text:note', 'text:script', 'table:table', 'table:detective'].includes(name)

export const cellName = (name: string): boolean => name === 'table:table-cell' || name === 'table:covered-table-cell'

export interface CellCollector {
  begin(attributes: Attributes): void
  isOpen(): boolean
  open(name: string, attributes: Attributes): void
  text(piece: string): void
  /** true when the tag that closes is the cell's own */
  close(): boolean
  /** The cell's value; text is undefined when it is longer than a cell may be. */
  take(): { readonly text: string | undefined; readonly hasContent: boolean }
  errorCells(): number
}

/** Reads one cell after another: its typed value where it has one, else its paragraphs as they are shown. */
export function newCellCollector(): CellCollector {
  const shown = newParagraphs()
  let attributes: Attributes = {}
  let depth = 0
  let besideDepth = 0
  let errors = 0
  return {
    begin: (own) => {
      attributes = own
      depth = 1
    },
    isOpen: () => depth > 0,
    open: (name, own) => {
      depth++
      if (besideDepth > 0) return
      if (isBeside(name)) besideDepth = depth
      else shown.open(name, own, depth)
    },
    text: (piece) => {
      if (depth > 0 && besideDepth === 0) shown.text(piece)
    },
    close: () => {
      if (besideDepth === depth) besideDepth = 0
      else if (besideDepth === 0) shown.close(depth)
      depth--
      return depth === 0
    },
    take: () => {
      const text = shown.take()
      if (text === undefined) return { text, hasContent: true }
      const value = cellValue(attributes, text)
      const isError = isErrorValue(text) || isErrorValue(value) || attributes['calcext:value-type'] === 'error'
      if (isError) errors++
      return { text: isError ? '' : value, hasContent: isError || value !== '' }
    },
    errorCells: () => errors,
  }
}

/** Paragraphs of a cell: white space as the format has it (6.1.2): runs are one space, tabs and line ends are elements. */
function newParagraphs() {
  let text = ''
  let paragraphs = 0
  let paragraphDepth = 0
  // The last sign was a space of the file's own, to be dropped at the end or before another.
  let endsInSpace = true
  let isTooLong = false
  const append = (piece: string) => {
    isTooLong ||= text.length + piece.length > MAX_CELL_CHARACTERS
    if (!isTooLong) text += piece
  }
  const appendSign = (sign: string) => {
    append(sign)
    endsInSpace = false
  }
  const begin = (depth: number) => {
    if (paragraphs++ > 0) append('\n')
    paragraphDepth = depth
    endsInSpace = true
  }
  return {
    open: (name: string, attributes: Attributes, depth: number) => {
      if (name === 'text:p' || name === 'text:h') begin(depth)
      else if (paragraphDepth === 0) return
      else if (name === 'text:line-break') appendSign('\n')
      else if (name === 'text:tab') appendSign('\t')
      else if (name === 'text:s')
        appendSign(' '.repeat(Math.min(spaces(attributes['text:c']), MAX_CELL_CHARACTERS + 1)))
    },
    text: (piece: string) => {
      if (paragraphDepth === 0 || piece === '') return
      const plain = piece.replace(/[ \t\r\n]+/g, ' ')
      append(endsInSpace && plain.startsWith(' ') ? plain.slice(1) : plain)
      endsInSpace = plain.endsWith(' ')
    },
    close: (depth: number) => {
      if (depth !== paragraphDepth) return
      if (endsInSpace && text.endsWith(' ')) text = text.slice(0, -1)
      paragraphDepth = 0
    },
    take: (): string | undefined => {
      const taken = isTooLong ? undefined : text
      text = ''
      paragraphs = 0
      isTooLong = false
      return taken
    },
  }
}

const spaces = (text: string | undefined): number => (text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : 1)

function cellValue(attributes: Attributes, shown: string): string {
  const [number, date, time] = ['office:value', 'office:date-value', 'office:time-value'].map(
    (name) => attributes[name],
  )
  switch (attributes['office:value-type']) {
    case 'float':
    case 'percentage':
    case 'currency':
      return number === undefined ? shown : numberAsShown(plainNumber(number), shown)
    case 'date':
      return date === undefined ? shown : isoDate(date, shown.includes(':'))
    case 'time':
      return durationText(time ?? '') ?? shown
    case 'boolean':
      return (attributes['office:boolean-value'] ?? shown).toUpperCase()
    default:
      return shown === '' ? (attributes['office:string-value'] ?? '') : shown
  }
}

/** The number, or its digits with the zeros in front that the cell's format shows: 412 shown as 0412. */
function numberAsShown(value: string, shown: string): string {
  const digits = shown.replace(/[^0-9]/g, '')
  const isPadded = /^[^1-9.,]*0\d/.test(shown) && !/[.,%E]/i.test(shown) && digits.replace(/^0+/, '') === value
  return isPadded ? shown.trim() : value
}
