import { SourceFailure } from './failure.ts'
import { type Archive, parseXml, type SheetRow } from './read-workbook.ts'

/** Sheets are padded with repeated empty cells and rows; repeats beyond these are formatting, not data. */
const MAX_COLUMNS = 256
const MAX_REPEATED_ROWS = 1000

/** The rows of one sheet (the first when none is named) of an OpenDocument workbook. Formulas count by their stored value. */
export async function* readOds(archive: Archive, sheet: string | undefined): AsyncGenerator<SheetRow> {
  const content = await archive.read('content.xml')
  if (!content)
    throw new SourceFailure(
      'damaged',
      '檔案缺少 content.xml，不是 ODS 試算表。',
      'No content.xml: not an ODS workbook.',
    )
  const state = newSheetState(sheet)
  for await (const _ of parseXml(content, state.listener)) {
    yield* state.take()
    if (state.isDone()) return
  }
  yield* state.take()
  if (!state.wasFound()) throw new SourceFailure('damaged', '找不到指定的工作表。', 'No such sheet.')
}

function newSheetState(wanted: string | undefined) {
  let rows: SheetRow[] = []
  let isInside = false
  let found = false
  let line = 0
  let cells: string[] = []
  let cell: { value: string | undefined; text: string[]; repeat: number } | undefined
  let rowRepeat = 1
  let textDepth = 0

  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === 'table:table' && !found) {
      isInside = wanted === undefined || attributes['table:name'] === wanted
      found = isInside
    }
    if (!isInside) return
    if (name === 'table:table-row') {
      cells = []
      rowRepeat = Number(attributes['table:number-rows-repeated'] ?? 1)
    } else if (name === 'table:table-cell' || name === 'table:covered-table-cell') {
      cell = {
        value: typedValue(attributes),
        text: [],
        repeat: Number(attributes['table:number-columns-repeated'] ?? 1),
      }
    } else if (name === 'text:p') {
      textDepth++
      if (cell && cell.text.length > 0) cell.text.push('\n')
    } else if (name === 'text:s' && cell) cell.text.push(' '.repeat(Math.min(Number(attributes['text:c'] ?? 1), 1000)))
  }
  const close = (name: string) => {
    if (!isInside) return
    if (name === 'table:table') isInside = false
    else if (name === 'text:p') textDepth--
    else if ((name === 'table:table-cell' || name === 'table:covered-table-cell') && cell) {
      const value = cell.value ?? cell.text.join('')
      for (let i = 0; i < Math.min(cell.repeat, MAX_COLUMNS - cells.length); i++) cells.push(value)
      cell = undefined
    } else if (name === 'table:table-row') endRow()
  }
  const endRow = () => {
    while (cells.at(-1) === '') cells.pop()
    const copies = cells.length === 0 ? 0 : Math.min(rowRepeat, MAX_REPEATED_ROWS)
    for (let i = 0; i < copies; i++) rows.push({ line: line + 1 + i, cells })
    line += rowRepeat
  }
  return {
    listener: { open, close, text: (text: string) => void (cell && textDepth > 0 && cell.text.push(text)) },
    take: () => {
      const taken = rows
      rows = []
      return taken
    },
    isDone: () => found && !isInside && rows.length === 0,
    wasFound: () => found,
  }
}

function typedValue(attributes: Readonly<Record<string, string>>): string | undefined {
  const type = attributes['office:value-type']
  if (type === 'date') return attributes['office:date-value']?.replace('T', ' ')
  if (type === 'float') return attributes['office:value']
  if (type === 'time') return duration(attributes['office:time-value'] ?? '')
  return undefined
}

// PT08H30M00S → 08:30:00
function duration(text: string): string | undefined {
  const found = /^PT(\d+)H(\d+)M(\d+)/.exec(text)
  return found
    ? found
        .slice(1)
        .map((part) => part.padStart(2, '0'))
        .join(':')
    : undefined
}
