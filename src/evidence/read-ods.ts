import { type MergedCells, newMergedCells } from './merged-cells.ts'
import { type CellCollector, cellName, newCellCollector } from './ods-cell.ts'
import type { Archive } from './open-archive.ts'
import { parseXml, visitXml } from './parse-xml.ts'
import type { SheetListed, SheetReading, SheetRow } from './sheet-row.ts'
import { MAX_COLUMNS, MAX_LISTED, MAX_SHEET_ROWS, MAX_SMALL_PART_BYTES } from './source-limits.ts'
import { damaged, noSuchSheet, passwordProtected, tooLarge, tooManyRows } from './workbook-words.ts'
import type { Attributes, Vocabulary } from './xml-names.ts'

const PREFIX = 'urn:oasis:names:tc:opendocument:xmlns'
const ODS: Vocabulary = new Map([
  [`${PREFIX}:office:1.0`, 'office'],
  [`${PREFIX}:table:1.0`, 'table'],
  [`${PREFIX}:text:1.0`, 'text'],
  [`${PREFIX}:style:1.0`, 'style'],
  [`${PREFIX}:drawing:1.0`, 'draw'],
  ['urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0', 'calcext'],
])
const MANIFEST: Vocabulary = new Map([[`${PREFIX}:manifest:1.0`, 'manifest']])
/** Inside a sheet and yet no cells of it: drawings with text, forms, what was there before a tracked change. */
const BESIDE = new Set(['table:shapes', 'office:forms', 'table:tracked-changes', 'table:scenario', 'table:dde-links'])

/** One sheet of an OpenDocument workbook: the one named, else the first that is not hidden. Formulas count by their stored value. */
export async function readOds(archive: Archive, wanted: string | undefined): Promise<SheetReading> {
  await refuseEncrypted(archive)
  const content = await archive.read('content.xml')
  if (!content) throw damaged()
  const state = newSheetState(wanted)
  const rows = async function* (): AsyncGenerator<SheetRow> {
    for await (const _ of parseXml(content, ODS, state.listener)) yield* state.take()
    yield* state.take()
    if (!state.notes().sheet) throw noSuchSheet(wanted, state.notes().sheets)
  }
  return { rows: rows(), notes: state.notes }
}

async function refuseEncrypted(archive: Archive): Promise<void> {
  const manifest = await archive.read('META-INF/manifest.xml', MAX_SMALL_PART_BYTES)
  await visitXml(manifest, MANIFEST, (name) => {
    if (name === 'manifest:encryption-data') throw passwordProtected()
  })
}

/** Finds the sheet by its name, or by not being hidden, as the tables of the document go by. */
function newSheetFinder(wanted: string | undefined) {
  const hiddenStyles = new Set<string>()
  const sheets: SheetListed[] = []
  let style = ''
  let sheet: SheetListed | undefined
  const isWanted = ({ name, isHidden }: SheetListed): boolean =>
    wanted === undefined ? !isHidden : name.trim().toLowerCase() === wanted.trim().toLowerCase()
  return {
    sheets,
    sheet: () => sheet,
    style: (name: string, attributes: Attributes) => {
      if (name === 'style:style') style = attributes['style:name'] ?? ''
      if (name !== 'style:table-properties' || attributes['table:display'] !== 'false') return
      if (hiddenStyles.add(style).size > MAX_LISTED) throw tooLarge()
    },
    /** whether the table that begins here is the one to be read */
    takes: (attributes: Attributes): boolean => {
      const isHidden = hiddenStyles.has(attributes['table:style-name'] ?? '')
      const found = { name: attributes['table:name'] ?? '', isHidden }
      if (sheets.push(found) > MAX_LISTED) throw tooLarge()
      if (sheet || !isWanted(found)) return false
      sheet = found
      return true
    },
  }
}

function newSheetState(wanted: string | undefined) {
  const finder = newSheetFinder(wanted)
  const merged = newMergedCells()
  const cell = newCellCollector()
  const rows = newRowCollector(merged, cell)
  const path: string[] = []
  let isInside = false
  let besideDepth = 0
  const open = (name: string, attributes: Attributes) => {
    const parent = path.at(-1)
    path.push(name)
    if (besideDepth > 0) return
    if (cell.isOpen()) cell.open(name, attributes)
    else if (BESIDE.has(name)) besideDepth = path.length
    else if (name === 'table:table' && parent === 'office:spreadsheet') isInside = finder.takes(attributes)
    else if (!isInside) finder.style(name, attributes)
    else if (name === 'table:table-row') rows.openRow(attributes)
    else if (cellName(name)) rows.openCell(attributes)
  }
  const close = (name: string) => {
    const depth = path.length
    path.pop()
    if (besideDepth > 0) {
      if (besideDepth === depth) besideDepth = 0
    } else if (cell.isOpen() && !cell.close()) return
    else if (!isInside) return
    else if (cellName(name)) rows.closeCell()
    else if (name === 'table:table-row') rows.closeRow()
    else if (name === 'table:table') isInside = false
  }
  const text = (piece: string) => {
    if (besideDepth === 0) cell.text(piece)
  }
  return {
    listener: { open, close, text },
    take: rows.take,
    notes: () => ({
      sheet: finder.sheet(),
      sheets: finder.sheets,
      filledRows: merged.filledRows(),
      errorCells: cell.errorCells(),
    }),
  }
}

function newRowCollector(merged: MergedCells, cell: CellCollector) {
  let done: { readonly row: SheetRow; readonly copies: number }[] = []
  let [line, total, repeat] = [1, 0, 1]
  let [column, cellRepeat] = [0, 1]
  let cells: string[] = []
  let hasContent = false
  let fault: SheetRow['fault']
  const openRow = (attributes: Attributes) => {
    cells = []
    column = 0
    hasContent = false
    fault = undefined
    repeat = repeats(attributes['table:number-rows-repeated'])
  }
  const openCell = (attributes: Attributes) => {
    cellRepeat = repeats(attributes['table:number-columns-repeated'])
    const bottom = line + count(attributes['table:number-rows-spanned']) - 1
    const right = column + count(attributes['table:number-columns-spanned']) - 1
    merged.add({ top: line, bottom, left: column, right })
    cell.begin(attributes)
  }
  const closeCell = () => {
    const taken = cell.take()
    if (taken.hasContent) {
      hasContent = true
      if (column + cellRepeat > MAX_COLUMNS) fault ??= 'field-count'
      else if (taken.text === undefined) fault ??= 'cell-too-long'
      while (cells.length < Math.min(column, MAX_COLUMNS)) cells.push('')
      for (let i = 0; i < cellRepeat && cells.length < MAX_COLUMNS; i++) cells.push(taken.text ?? '')
    }
    column += cellRepeat
  }
  const closeRow = () => {
    if (hasContent) {
      total += repeat
      if (total > MAX_SHEET_ROWS) throw tooManyRows(MAX_SHEET_ROWS)
      merged.fill(line, cells)
      done.push({ row: { line, cells, ...(fault && { fault }) }, copies: repeat })
    }
    line += repeat
  }
  const take = function* (): Generator<SheetRow> {
    const taken = done
    done = []
    for (const { row, copies } of taken)
      for (let i = 0; i < copies; i++) yield i === 0 ? row : { ...row, line: row.line + i }
  }
  return { openRow, openCell, closeCell, closeRow, take }
}

const MAX_REPEATS = 1_000_000_000

/** How often a row or cell stands there. A number that is none, or none at all, says that the file is damaged: no row may be lost. */
function repeats(text: string | undefined): number {
  if (text === undefined) return 1
  const digits = /^\+?0*([1-9]\d*)$/.exec(text.trim())?.[1]
  if (digits === undefined) throw damaged()
  return digits.length >= String(MAX_REPEATS).length ? MAX_REPEATS : Number(digits)
}

/** A count as the file writes it: at least one, and no more than can be counted exactly. */
function count(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : 1
}
