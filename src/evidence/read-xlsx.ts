import { isErrorValue, isoDate, plainNumber, serialDate, unescaped } from './cell-values.ts'
import { type MergedCells, newMergedCells } from './merged-cells.ts'
import { type NumberFormat, PLAIN, padded } from './number-format.ts'
import type { Archive } from './open-archive.ts'
import { parseXml, visitXml } from './parse-xml.ts'
import type { SheetReading, SheetRow } from './sheet-row.ts'
import { MAX_CELL_CHARACTERS, MAX_COLUMNS } from './source-limits.ts'
import { damaged } from './workbook-words.ts'
import { openXlsx, XLSX } from './xlsx-package.ts'
import { newTextCollector, readSharedStrings, type SharedStrings } from './xlsx-strings.ts'
import { readStyles } from './xlsx-styles.ts'

const MAX_COLUMN_LETTERS = 3
const LOWER_CASE = 0x20
const BEFORE_A = 0x60

interface CellContext {
  readonly strings: SharedStrings
  readonly styles: readonly NumberFormat[]
  readonly is1904: boolean
  readonly counts: { errorCells: number }
}

/** One sheet of an Excel workbook: the one named, else the first that is not hidden. Formulas count by their stored value. */
export async function readXlsx(archive: Archive, wanted: string | undefined): Promise<SheetReading> {
  const book = await openXlsx(archive, wanted)
  const merged = newMergedCells()
  const counts = { errorCells: 0 }
  const rows = async function* (): AsyncGenerator<SheetRow> {
    await readMerged(archive, book.sheetPart, merged)
    const strings = await readSharedStrings(archive, book.stringsPart)
    const styles = await readStyles(archive, book.stylesPart)
    const part = await archive.read(book.sheetPart)
    if (!part) throw damaged()
    const state = newSheetState({ strings, styles, is1904: book.is1904, counts }, merged)
    for await (const _ of parseXml(part, XLSX, state.listener)) yield* state.take()
    yield* state.end()
  }
  const notes = () => ({ sheet: book.sheet, sheets: book.sheets, filledRows: merged.filledRows(), ...counts })
  return { rows: rows(), notes }
}

// Merged ranges stand behind the rows they concern. Most sheets have none, which the bytes tell without parsing.
async function readMerged(archive: Archive, part: string, merged: MergedCells): Promise<void> {
  const bytes = await archive.read(part)
  if (!bytes || !(await mentions(bytes, 'mergeCell'))) return
  await visitXml(await archive.read(part), XLSX, (name, attributes) => {
    if (name !== 'mergeCell') return
    const [from = '', to = from] = (attributes['ref'] ?? '').split(':')
    const [first, last] = [placeOf(from), placeOf(to)]
    if (first && last) merged.add({ top: first.line, bottom: last.line, left: first.column, right: last.column })
  })
}

async function mentions(bytes: AsyncIterable<Buffer>, word: string): Promise<boolean> {
  // UTF-16 parts hold every letter with a NUL beside it.
  const forms = [Buffer.from(word), Buffer.from(word, 'utf16le').subarray(0, -1)]
  const overlap = word.length * 2
  const isIn = (part: Buffer): boolean => forms.some((form) => part.includes(form))
  let tail: Buffer = Buffer.alloc(0)
  let isFound = false
  // Read to its end either way, so that its checksum is compared before a row is handed on.
  for await (const chunk of bytes) {
    isFound ||= isIn(Buffer.concat([tail, chunk.subarray(0, overlap)])) || isIn(chunk)
    tail = chunk.subarray(-overlap)
  }
  return isFound
}

interface OpenCell {
  readonly column: number
  readonly type: string
  readonly style: number
  value: string
}

/** Rows as their cells come. */
function newRowCollector({ counts }: CellContext, merged: MergedCells) {
  let done: SheetRow[] = []
  let row: { line: number; cells: string[]; hasContent: boolean; fault: SheetRow['fault'] } | undefined
  let lastLine = 0
  const close = () => {
    if (row?.hasContent) {
      merged.fill(row.line, row.cells)
      done.push({ line: row.line, cells: row.cells, ...(row.fault && { fault: row.fault }) })
    }
    row = undefined
  }
  return {
    /** Some programs write a row element for each cell: rows of one number are one row. True when a new one begins. */
    open: (number: number | undefined): boolean => {
      lastLine = number ?? lastLine + 1
      if (row?.line === lastLine) return false
      close()
      row = { line: lastLine, cells: [], hasContent: false, fault: undefined }
      return true
    },
    /** Text is undefined when it is longer than a cell may be. */
    put: (column: number, text: string | undefined) => {
      if (!row || text === '') return
      row.hasContent = true
      if (column >= MAX_COLUMNS) row.fault ??= 'field-count'
      else if (text === undefined || text.length > MAX_CELL_CHARACTERS) row.fault ??= 'cell-too-long'
      else {
        while (row.cells.length < column) row.cells.push('')
        const isError = isErrorValue(text)
        if (isError) counts.errorCells++
        // Two rows of one number are not one: which of them would be lost?
        if (row.cells[column] !== undefined && row.cells[column] !== '') throw damaged()
        row.cells[column] = isError ? '' : text
      }
    },
    close,
    take: (): readonly SheetRow[] => {
      const taken = done
      done = []
      return taken
    },
  }
}

function newSheetState(context: CellContext, merged: MergedCells) {
  const collector = newTextCollector()
  const rows = newRowCollector(context, merged)
  let isInData = false
  let next = 0
  let cell: OpenCell | undefined
  let isValue = false
  const endCell = ({ column, type, style, value }: OpenCell) => {
    const inline = collector.take()
    const text = type === 'inlineStr' ? inline : cellText({ type, style, value: value || (inline ?? '') }, context)
    rows.put(column, text)
  }
  const listener = {
    open: (name: string, attributes: Readonly<Record<string, string>>) => {
      if (name === 'sheetData') isInData = true
      if (!isInData) return
      if (name === 'row') {
        if (rows.open(wholeNumber(attributes['r']))) next = 0
      } else if (name === 'c') {
        const column = columnOf(attributes['r'] ?? '') ?? next
        next = column + 1
        cell = { column, type: attributes['t'] ?? 'n', style: Number(attributes['s'] ?? 0), value: '' }
      } else collector.open(name)
      isValue = name === 'v'
    },
    text: (text: string) => {
      if (!cell) return
      if (!isValue) collector.text(text)
      else if (cell.value.length <= MAX_CELL_CHARACTERS) cell.value += text
    },
    close: (name: string) => {
      if (name === 'sheetData') isInData = false
      if (!cell) return
      isValue = false
      collector.close(name)
      if (name !== 'c') return
      endCell(cell)
      cell = undefined
    },
  }
  const end = () => {
    rows.close()
    return rows.take()
  }
  return { listener, take: rows.take, end }
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,7}$/.test(text.trim()) ? Number(text) : undefined

/** The text of a cell, or undefined when it is longer than a cell may be. */
function cellText(
  { type, style, value }: Omit<OpenCell, 'column'>,
  { strings, styles, is1904 }: CellContext,
): string | undefined {
  const format = styles[style] ?? PLAIN
  switch (type) {
    case 's':
      return value.trim() === '' ? '' : strings.at(Number(value))
    case 'b':
      return /^\s*(?:1|true)\s*$/i.test(value) ? 'TRUE' : value.trim() === '' ? '' : 'FALSE'
    case 'd':
      return isoDate(value, format.kind === 'date' && format.showsTime)
    case 'n':
      if (value.trim() === '') return ''
      if (format.kind === 'date') return serialDate(value, format, is1904)
      return format.kind === 'padded' ? padded(plainNumber(value), format.sections) : plainNumber(value)
    default:
      return unescaped(value)
  }
}

/** `D12` as a 0-based column; undefined where no column is named. */
function columnOf(reference: string): number | undefined {
  let column = 0
  let letters = 0
  for (; letters < reference.length && letters <= MAX_COLUMN_LETTERS; letters++) {
    const letter = (reference.charCodeAt(letters) | LOWER_CASE) - BEFORE_A
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return letters === 0 || letters > MAX_COLUMN_LETTERS ? undefined : column - 1
}

/** `D12` or `$D$12` as a 0-based column and a row number; undefined where it names no cell. */
function placeOf(reference: string): { readonly column: number; readonly line: number } | undefined {
  const [, letters = '', digits = ''] = /^\s*\$?([a-z]{1,3})\$?(\d{1,7})\s*$/i.exec(reference) ?? []
  const column = columnOf(letters)
  return column === undefined ? undefined : { column, line: Number(digits) }
}
