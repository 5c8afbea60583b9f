import { columnsOf, type OdsCell, odsCell, xmlText } from './ods-cell.ts'
import { zipBytes } from './write-zip.ts'

export type { OdsCell }

/**
 * Rows of one spreadsheet. Beyond it offices' machines no longer open the file; ask for CSV instead. Callers check the
 * total before they start, since a list that has begun to flow cannot be refused any more.
 */
export const MAX_ODS_ROWS = 500_000

const WIDTH_SAMPLE_ROWS = 200
const MIN_COLUMN_CHARACTERS = 6
const MAX_COLUMN_CHARACTERS = 44
const MM_PER_CHARACTER = 2.05
const FLUSH_CHARACTERS = 64 * 1024
const MIME = 'application/vnd.oasis.opendocument.spreadsheet'
const NAMESPACES = ['office', 'style', 'text', 'table', 'number']
  .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name === 'number' ? 'datastyle' : name}:1.0"`)
  .join(' ')
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
const MANIFEST =
  `${DECLARATION}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
  `<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="${MIME}"/>` +
  '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'

/**
 * The rows as an OpenDocument spreadsheet (ODS, the office format of Taiwan's agencies), in bounded memory. The header
 * row is styled and carries filter buttons; it is an ordinary row, because some readers skip header-row groups. Throws RangeError after MAX_ODS_ROWS rows,
 * so that a cut list reaches nobody as a whole one; the archive then has no directory and no program opens it.
 */
export function odsBytes(
  sheet: string,
  header: readonly string[],
  rows: AsyncIterable<readonly OdsCell[]>,
): AsyncGenerator<Uint8Array> {
  return zipBytes([
    { name: 'mimetype', stored: MIME },
    { name: 'META-INF/manifest.xml', stored: MANIFEST },
    { name: 'content.xml', content: contentXml(sheet, header, rows) },
  ])
}

async function* contentXml(
  sheet: string,
  header: readonly string[],
  rows: AsyncIterable<readonly OdsCell[]>,
): AsyncGenerator<string> {
  const feed = rows[Symbol.asyncIterator]()
  const first: (readonly OdsCell[])[] = []
  while (first.length < WIDTH_SAMPLE_ROWS) {
    const next = await feed.next()
    if (next.done) break
    first.push(next.value)
  }
  let waiting = opening(sheet, header, first) + first.map((row) => rowXml(row)).join('')
  let count = first.length
  for (let next = await feed.next(); !next.done; next = await feed.next()) {
    count += 1
    if (count > MAX_ODS_ROWS) throw new RangeError(`a spreadsheet holds at most ${MAX_ODS_ROWS} rows`)
    waiting += rowXml(next.value)
    if (waiting.length < FLUSH_CHARACTERS) continue
    yield waiting
    waiting = ''
  }
  yield waiting + closing(sheet, header.length, count)
}

function opening(sheet: string, header: readonly string[], sample: readonly (readonly OdsCell[])[]): string {
  const widths = header.map((title, i) =>
    columnWidthMm(
      title,
      sample.map((row) => row[i] ?? ''),
    ),
  )
  const styles = widths
    .map(
      (mm, i) =>
        `<style:style style:name="co${i}" style:family="table-column"><style:table-column-properties style:column-width="${mm.toFixed(1)}mm"/></style:style>`,
    )
    .join('')
  const columns = widths.map((_, i) => `<table:table-column table:style-name="co${i}"/>`).join('')
  return (
    `${DECLARATION}<office:document-content ${NAMESPACES} xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">` +
    `<office:automatic-styles>${styles}${CELL_STYLES}</office:automatic-styles><office:body><office:spreadsheet>` +
    `<table:table table:name="${xmlText(sheet)}">${columns}${rowXml(header, 'ceHead')}`
  )
}

const CELL_STYLES =
  '<style:style style:name="ceHead" style:family="table-cell"><style:table-cell-properties fo:background-color="#e6eeef" fo:border-bottom="0.5pt solid #0e5a66"/>' +
  '<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>' +
  '<number:date-style style:name="nDate"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>' +
  '<number:text>-</number:text><number:day number:style="long"/><number:text> </number:text><number:hours number:style="long"/>' +
  '<number:text>:</number:text><number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:date-style>' +
  '<style:style style:name="ceDate" style:family="table-cell" style:data-style-name="nDate"/>'

function closing(sheet: string, columns: number, rows: number): string {
  const quoted = xmlText(`'${sheet.replaceAll("'", "''")}'`)
  const range = `${quoted}.A1:${quoted}.${columnName(columns)}${rows + 1}`
  return (
    `</table:table><table:database-ranges><table:database-range table:name="list" table:target-range-address="${range}" table:display-filter-buttons="true"/>` +
    '</table:database-ranges></office:spreadsheet></office:body></office:document-content>'
  )
}

const rowXml = (cells: readonly OdsCell[], style?: string): string =>
  `<table:table-row>${cells.map((cell) => odsCell(cell, style)).join('')}</table:table-row>`

function columnWidthMm(title: string, sample: readonly OdsCell[]): number {
  const widest = sample.reduce<number>(
    (most, cell) => Math.max(most, cell instanceof Date ? 19 : columnsOf(String(cell))),
    columnsOf(title) + 3,
  )
  return Math.min(MAX_COLUMN_CHARACTERS, Math.max(MIN_COLUMN_CHARACTERS, widest)) * MM_PER_CHARACTER + 3
}

function columnName(position: number): string {
  const letter = String.fromCharCode(65 + ((position - 1) % 26))
  return position > 26 ? columnName(Math.floor((position - 1) / 26)) + letter : letter
}
