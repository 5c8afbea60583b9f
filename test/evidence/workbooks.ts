import { strToU8, zipSync } from 'fflate'

/* Workbooks written by hand, so that a test can say exactly what stands in a part. */

export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'
const ODF = 'urn:oasis:names:tc:opendocument:xmlns'

type Parts = Readonly<Record<string, string | Uint8Array>>

/** Parts as an archive. `level` 0 keeps a part's bytes as they are. */
export const archive = (parts: Parts, level: 0 | 6 = 6): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, typeof part === 'string' ? strToU8(part) : part]),
    ),
    { level },
  )

export interface XlsxParts {
  /** the sheet's whole XML; or rows, from which it is made */
  readonly sheet?: string
  readonly rows?: string
  /** what follows the rows, such as merged cells */
  readonly behind?: string
  readonly strings?: string
  readonly styles?: string
  /** inside <workbook> before the sheets */
  readonly properties?: string
  readonly sheets?: string
  readonly others?: Parts
}

export const xlsxParts = (parts: XlsxParts): Record<string, string | Uint8Array> => ({
  '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}">${parts.properties ?? ''}<sheets>${parts.sheets ?? '<sheet name="工作表1" sheetId="1" r:id="rId1"/>'}</sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>${parts.strings === undefined ? '' : `<Relationship Id="rId8" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/>`}${parts.styles === undefined ? '' : `<Relationship Id="rId9" Type="${OFFICE}/styles" Target="styles.xml"/>`}</Relationships>`,
  'xl/worksheets/sheet1.xml':
    parts.sheet ??
    `<worksheet xmlns="${MAIN}"><sheetData>${parts.rows ?? ''}</sheetData>${parts.behind ?? ''}</worksheet>`,
  ...(parts.strings !== undefined && { 'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${parts.strings}</sst>` }),
  ...(parts.styles !== undefined && {
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}">${parts.styles}</styleSheet>`,
  }),
  ...parts.others,
})

export const xlsx = (parts: XlsxParts): Uint8Array => archive(xlsxParts(parts))

/** Styles 1, 2 … each with one of these number formats. */
export const formats = (...codes: string[]): string =>
  `<numFmts>${codes.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${code.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"/>`).join('')}</numFmts>` +
  `<cellXfs><xf numFmtId="0"/>${codes.map((_, i) => `<xf numFmtId="${164 + i}"/>`).join('')}</cellXfs>`

/** A row of text cells. */
export const textRow = (line: number, cells: readonly string[]): string =>
  `<row r="${line}">${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`

export const ODS_TYPE = 'application/vnd.oasis.opendocument.spreadsheet'
const NAMESPACES = ['office', 'table', 'text', 'style']
  .map((name) => `xmlns:${name}="${ODF}:${name}:1.0"`)
  .concat(
    `xmlns:draw="${ODF}:drawing:1.0"`,
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"',
  )
  .join(' ')

export const odsParts = (tables: string, styles = ''): Record<string, string> => ({
  mimetype: ODS_TYPE,
  'content.xml': `<office:document-content ${NAMESPACES}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
  'META-INF/manifest.xml': `<manifest:manifest xmlns:manifest="${ODF}:manifest:1.0"/>`,
})
/** An OpenDocument workbook with these rows. */
export const ods = (rows: string): Uint8Array =>
  archive(odsParts(`<table:table table:name="工作表1">${rows}</table:table>`))
export const odsCell = (content: string, attributes = 'office:value-type="string"'): string =>
  `<table:table-cell ${attributes}>${content}</table:table-cell>`
export const odsRow = (cells: readonly string[], attributes = ''): string =>
  `<table:table-row ${attributes}>${cells.map((cell) => odsCell(`<text:p>${cell}</text:p>`)).join('')}</table:table-row>`
