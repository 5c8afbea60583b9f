import { SourceFailure } from './failure.ts'
import { type Archive, parseXml, type SheetRow } from './read-workbook.ts'

const MAX_SHARED_STRINGS = 5_000_000
const MAX_SHARED_LENGTH = 256 * 1024 * 1024
const MAX_COLUMNS = 256
const DAY_MS = 86_400_000
// Excel counts days from 1899-12-30, which hides its belief in a 29 February 1900.
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30)
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** The rows of one sheet (the first when none is named) of an Excel workbook. Formulas count by their stored value. */
export async function* readXlsx(archive: Archive, sheet: string | undefined): AsyncGenerator<SheetRow> {
  const part = await archive.read(await sheetPart(archive, sheet))
  if (!part)
    throw new SourceFailure('damaged', '找不到工作表內容，不是 XLSX 試算表。', 'No worksheet: not an XLSX workbook.')
  const [shared, dateStyles] = [await sharedStrings(archive), await dateStyleIndexes(archive)]
  const state = newSheetState(shared, dateStyles)
  for await (const _ of parseXml(part, state.listener)) yield* state.take()
  yield* state.take()
}

async function sheetPart(archive: Archive, wanted: string | undefined): Promise<string> {
  const sheets: { name: string; id: string }[] = []
  await visit(archive, 'xl/workbook.xml', (name, attributes) => {
    if (name === 'sheet') sheets.push({ name: attributes['name'] ?? '', id: attributes['r:id'] ?? '' })
  })
  const chosen = wanted === undefined ? sheets[0] : sheets.find((each) => each.name === wanted)
  if (!chosen) throw new SourceFailure('damaged', '找不到指定的工作表。', 'No such sheet.')
  let target = 'worksheets/sheet1.xml'
  await visit(archive, 'xl/_rels/workbook.xml.rels', (name, attributes) => {
    if (name === 'Relationship' && attributes['Id'] === chosen.id) target = attributes['Target'] ?? target
  })
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`
}

async function visit(
  archive: Archive,
  part: string,
  open: (name: string, attributes: Readonly<Record<string, string>>) => void,
): Promise<void> {
  const content = await archive.read(part)
  if (!content) return
  for await (const _ of parseXml(content, { open, text: () => undefined, close: () => undefined }));
}

async function sharedStrings(archive: Archive): Promise<readonly string[]> {
  const strings: string[] = []
  const content = await archive.read('xl/sharedStrings.xml')
  if (!content) return strings
  let current = ''
  let length = 0
  let isText = false
  const listener = {
    open: (name: string) => {
      if (name === 'si') current = ''
      isText = name === 't'
    },
    text: (text: string) => {
      if (isText) current += text
    },
    close: (name: string) => {
      isText = false
      if (name !== 'si') return
      length += current.length
      if (strings.push(current) > MAX_SHARED_STRINGS || length > MAX_SHARED_LENGTH) {
        throw new SourceFailure(
          'too-large-inside',
          '試算表文字量過大；請改存 CSV。',
          'The workbook holds too much text; save it as CSV.',
        )
      }
    },
  }
  for await (const _ of parseXml(content, listener));
  return strings
}

async function dateStyleIndexes(archive: Archive): Promise<ReadonlySet<number>> {
  const custom = new Set<number>()
  const indexes = new Set<number>()
  let isInCells = false
  let next = 0
  await visit(archive, 'xl/styles.xml', (name, attributes) => {
    if (name === 'numFmt' && /[ymdhs]/i.test((attributes['formatCode'] ?? '').replace(/"[^"]*"|\[[^\]]*\]/g, '')))
      custom.add(Number(attributes['numFmtId']))
    if (name === 'cellXfs') isInCells = true
    else if (name === 'cellStyles') isInCells = false
    if (name !== 'xf' || !isInCells) return
    const format = Number(attributes['numFmtId'] ?? 0)
    if (isBuiltInDate(format) || custom.has(format)) indexes.add(next)
    next++
  })
  return indexes
}

function newSheetState(shared: readonly string[], dateStyles: ReadonlySet<number>) {
  let rows: SheetRow[] = []
  let line = 0
  let cells: string[] = []
  let cell: { at: number; type: string; style: number } | undefined
  let value = ''
  let isValue = false
  const listener = {
    open: (name: string, attributes: Readonly<Record<string, string>>) => {
      if (name === 'row') {
        line = Number(attributes['r'] ?? line + 1)
        cells = []
      } else if (name === 'c') {
        cell = {
          at: columnOf(attributes['r'], cells.length),
          type: attributes['t'] ?? 'n',
          style: Number(attributes['s'] ?? -1),
        }
        value = ''
      }
      isValue = name === 'v' || name === 't'
    },
    text: (text: string) => {
      if (isValue) value += text
    },
    close: (name: string) => {
      if (name === 'v' || name === 't') isValue = false
      if (name === 'c' && cell && cell.at < MAX_COLUMNS) {
        while (cells.length < cell.at) cells.push('')
        cells[cell.at] = cellText(cell, value, shared, dateStyles)
      }
      if (name === 'row' && cells.some((each) => each !== '')) rows.push({ line, cells })
    },
  }
  const take = () => {
    const taken = rows
    rows = []
    return taken
  }
  return { listener, take }
}

function cellText(
  cell: { type: string; style: number },
  value: string,
  shared: readonly string[],
  dateStyles: ReadonlySet<number>,
): string {
  if (cell.type === 's') return shared[Number(value)] ?? ''
  if (cell.type === 'n' && value !== '' && dateStyles.has(cell.style)) return serialDate(Number(value))
  return value
}

function serialDate(serial: number): string {
  if (!Number.isFinite(serial)) return ''
  const text = new Date(EXCEL_EPOCH_MS + Math.round(serial * 86_400) * 1000).toISOString()
  if (serial < 1) return text.slice(11, 19)
  return Math.round(serial * DAY_MS) % DAY_MS === 0 ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
}

function columnOf(reference: string | undefined, fallback: number): number {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (!letters) return fallback
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
