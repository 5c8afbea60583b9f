import { fail, ok, type Result } from '../base/result.ts'
import { csvLines, gateSheetPdf, MAX_SHEET_ROWS, odsBytes } from '../documents/port.ts'
import type { Disclosure } from './disclose.ts'
import { disclosureQr } from './disclosure-code.ts'

export type ExportFormat = 'csv' | 'ods' | 'pdf'

export interface ExportedFile {
  readonly name: string
  readonly type: string
  readonly content: Uint8Array | AsyncIterable<Uint8Array | string>
}

export interface ExportContext {
  readonly title: string
  readonly organisation: string
  readonly caseNumber: string
  readonly purposeTitle: string
  /** address of this program, for the QR */
  readonly origin: string
}

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  pdf: 'application/pdf',
}

/**
 * An opened disclosure as a file. The mark stands on it: in CSV and ODS the code in every row and the whole mark in the
 * last, in PDF in the ground of every page. What is rendered by the server only (highest level) leaves as PDF alone.
 * Whether a file may leave is decided before, as an act of its own (`export` or `print`).
 */
export async function exportDisclosure(
  disclosure: Disclosure,
  format: ExportFormat,
  context: ExportContext,
): Promise<Result<ExportedFile, 'format-refused' | 'font-missing' | 'failed'>> {
  if (!isOpenedFor(disclosure, format)) return fail('format-refused')
  const name = `${context.title}-${disclosure.disclosureCode}.${format}`
  if (format === 'pdf') {
    const pdf = await sheetOf(disclosure, context)
    return pdf.ok ? ok({ name, type: TYPES.pdf, content: pdf.value }) : pdf
  }
  const header = [...disclosure.columns.map(({ title }) => title), '追查代碼']
  const rows = markedRows(disclosure)
  const content = format === 'csv' ? csvLines(header, rows) : odsBytes(context.title, header, rows)
  return ok({ name, type: TYPES[format], content })
}

// The act it was opened as is the only one it serves; a sheet also shows what only the server may render.
function isOpenedFor({ act, rendering }: Disclosure, format: ExportFormat): boolean {
  if (format === 'pdf') return act === 'print' || (rendering === 'server' && act !== 'export')
  return act === 'export' && rendering !== 'server'
}

async function* markedRows(disclosure: Disclosure): AsyncGenerator<readonly string[]> {
  const { disclosureCode, columns, watermark } = disclosure
  for await (const row of disclosure.rows) yield [...row.map((cell) => cell ?? ''), disclosureCode]
  yield [watermark, ...columns.slice(1).map(() => ''), disclosureCode]
}

async function sheetOf(
  disclosure: Disclosure,
  context: ExportContext,
): Promise<Result<Uint8Array, 'font-missing' | 'failed'>> {
  const rows: string[][] = []
  for await (const row of disclosure.rows) {
    rows.push(row.map((cell) => cell ?? ''))
    if (rows.length >= MAX_SHEET_ROWS) break
  }
  const pdf = await gateSheetPdf({
    organisation: context.organisation,
    title: context.title,
    facts: [
      ['事由', context.purposeTitle],
      ['案號', context.caseNumber || '無'],
      ['筆數', String(rows.length)],
    ],
    columns: disclosure.columns.map(({ title }) => title),
    rows,
    isCut: disclosure.ended()?.state !== 'complete',
    mark: disclosure.watermark,
    code: disclosure.disclosureCode,
    qr: await disclosureQr(context.origin, disclosure.disclosureCode),
    at: disclosure.at,
  })
  if (pdf.ok) return pdf
  return fail(pdf.error.code === 'font-missing' ? 'font-missing' : 'failed')
}
