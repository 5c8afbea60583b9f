import { SourceFailure } from './failure.ts'
import { areFooter, MAX_FOOTER_LINES } from './not-a-record.ts'
import { type Archive, openArchive, partName } from './open-archive.ts'
import { readOds } from './read-ods.ts'
import { readXlsx } from './read-xlsx.ts'
import type { SheetNotes, SheetReading, SheetRow } from './sheet-row.ts'
import { MAX_COLUMNS, MAX_ROW_CHARACTERS, MAX_SHEET_BYTES, MAX_SHEET_ROWS } from './source-limits.ts'
import { FIELD, INNER_LINE, type Reject, type RejectReason, type StagedChunk } from './staged-chunk.ts'
import { tooManyRows, tooWide } from './workbook-words.ts'

const CHUNK_ROWS = 20_000
const CHUNK_CHARACTERS = 2 * 1024 * 1024

export interface WorkbookRequest {
  readonly path: string
  /** the sheet to be read; the first that is not hidden when undefined */
  readonly sheet: string | undefined
  /** rows above the header */
  readonly skipRows: number
}

export interface WorkbookListener {
  /** called with the bytes of every piece unpacked, and for every chunk made */
  readonly onProgress: (bytes: number) => void
  readonly onHeader: (names: readonly string[]) => void
  readonly onNotes: (notes: SheetNotes) => void
}

/** The rows of one sheet as chunks for the database, in the order of the sheet. Throws SourceFailure. */
export async function* workbookChunks(
  request: WorkbookRequest,
  listener: WorkbookListener,
): AsyncGenerator<StagedChunk> {
  const archive = await openArchive(request.path, listener.onProgress)
  try {
    const reading = await openSheet(archive, request.sheet)
    for await (const chunk of stageRows(reading.rows, request.skipRows, listener.onHeader)) {
      listener.onProgress(0)
      listener.onNotes(reading.notes())
      yield chunk
    }
    listener.onNotes(reading.notes())
  } finally {
    archive.close()
  }
}

/** What the archive is by its parts; its name and the mapping may say otherwise. */
function openSheet(archive: Archive, sheet: string | undefined): Promise<SheetReading> {
  const has = (part: string) => archive.names.has(partName(part))
  if (has('xl/workbook.bin')) throw binaryWorkbook()
  const folders: readonly (readonly [string, string, string])[] = [
    ['word/document.xml', 'Word 文件', 'a Word document'],
    ['ppt/presentation.xml', 'PowerPoint 簡報', 'a presentation'],
    ['Index/Document.iwa', 'Apple Numbers 試算表', 'an Apple Numbers sheet'],
  ]
  for (const [part, name, nameEn] of folders) if (has(part)) throw otherDocument(name, nameEn)
  const isXlsx = has('[Content_Types].xml') || [...archive.names].some((part) => part.startsWith('xl/'))
  const isOds = has('content.xml') || has('encrypted-package') || (has('mimetype') && has('META-INF/manifest.xml'))
  if (!isOds && !isXlsx) throw noWorkbook()
  return isOds && !isXlsx ? readOds(archive, sheet) : readXlsx(archive, sheet)
}

const noWorkbook = (): SourceFailure =>
  new SourceFailure(
    'unknown-format',
    '此壓縮檔不是 XLSX 或 ODS 試算表；請先解壓縮，再匯入裡面的檔案。',
    'This archive is no XLSX or ODS workbook; unpack it first and import the file inside.',
  )
const binaryWorkbook = (): SourceFailure =>
  new SourceFailure(
    'unknown-format',
    '這是二進位活頁簿（XLSB）；請開啟後另存新檔為 XLSX 或 CSV 再匯入。',
    'This is a binary workbook (XLSB); open it, save it as XLSX or CSV, and import that.',
  )
const otherDocument = (name: string, nameEn: string): SourceFailure =>
  new SourceFailure(
    'unknown-format',
    `這是 ${name}，不是試算表；請把表格另存為 XLSX、ODS 或 CSV 再匯入。`,
    `This is ${nameEn}, no workbook; save the table as XLSX, ODS or CSV and import that.`,
  )

async function* stageRows(
  rows: AsyncIterable<SheetRow>,
  skipRows: number,
  onHeader: (names: readonly string[]) => void,
): AsyncGenerator<StagedChunk> {
  let width = 0
  let [count, bytes] = [0, 0]
  const stage = newStage()
  const foot: SheetRow[] = []
  for await (const row of rows) {
    if (row.line <= skipRows) continue
    if (width === 0) {
      const header = headerOf(row)
      width = header.length
      if (width > 0) onHeader(header)
      continue
    }
    if (++count > MAX_SHEET_ROWS) throw tooManyRows(MAX_SHEET_ROWS)
    // What looks like a total is one when no record follows it.
    if (!row.fault && row.cells.some((cell) => cell.trim() !== '') && areFooter(row.cells, width)) foot.push(row)
    else for (const each of [...foot.splice(0), row]) stage.add(each, width)
    if (foot.length > MAX_FOOTER_LINES) for (const each of foot.splice(0, 1)) stage.add(each, width)
    if (!stage.isFull()) continue
    const chunk = stage.take()
    bytes += chunk.bytes.length
    if (bytes > MAX_SHEET_BYTES) throw tooManyRows(MAX_SHEET_ROWS)
    yield chunk
  }
  if (width === 0) throw new SourceFailure('empty', '工作表是空的。', 'The sheet is empty.')
  for (const { line } of foot) stage.reject(line, 'footer')
  const last = stage.take()
  if (last.rows + last.rejects.length > 0) yield last
}

/** Column names of the header row; empty cells behind the last name are borders, no columns. */
function headerOf(row: SheetRow): readonly string[] {
  if (row.fault) throw tooWide(MAX_COLUMNS)
  const names = row.cells.map((name) => name.trim())
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1)
}

function newStage() {
  let lines: string[] = []
  let rejects: Reject[] = []
  let firstLine = 1
  let characters = 0
  return {
    isFull: () => lines.length + rejects.length >= CHUNK_ROWS || characters >= CHUNK_CHARACTERS,
    add: (row: SheetRow, width: number) => {
      if (lines.length === 0) firstLine = row.line
      const fault = row.fault ?? faultOf(row.cells)
      if (fault) rejects.push({ line: row.line, column: '', reason: fault })
      else {
        const staged = stageRow(row, width)
        characters += staged.length
        lines.push(staged)
      }
    },
    reject: (line: number, reason: RejectReason) => void rejects.push({ line, column: '', reason }),
    take: (): StagedChunk => {
      const bytes = Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`)
      const chunk = { shape: 'numbered', delimiter: FIELD, bytes, firstLine, rows: lines.length, rejects } as const
      lines = []
      rejects = []
      characters = 0
      return chunk
    },
  }
}

const CONTROLS = new RegExp(`[\0${FIELD}${INNER_LINE}]`)

function faultOf(cells: readonly string[]): RejectReason | undefined {
  let length = 0
  for (const cell of cells) {
    length += cell.length
    if (CONTROLS.test(cell)) return 'control-character'
  }
  return length > MAX_ROW_CHARACTERS ? 'line-too-long' : undefined
}

// Sheets drop empty cells at a row's end and keep bordered ones beyond the last column: every row gets the header's width.
function stageRow(row: SheetRow, width: number): string {
  const end = Math.max(width, row.cells.findLastIndex((cell) => cell.trim() !== '') + 1)
  let staged = String(row.line)
  for (let at = 0; at < end; at++) staged += FIELD + withInnerLines(row.cells[at] ?? '')
  return staged
}

const withInnerLines = (cell: string): string =>
  cell.includes('\n') || cell.includes('\r') ? cell.replace(/\r\n?|\n/g, INNER_LINE) : cell
