import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../base/result.ts'
import { type PdfFailure, renderPdf } from './write-pdf.ts'

/** An answer of the query gate, already masked, with the mark every page must carry. */
export interface GateSheet {
  readonly organisation: string
  readonly title: string
  /** label and value, shown above the rows */
  readonly facts: readonly (readonly [string, string])[]
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly isCut: boolean
  readonly mark: string
  readonly code: string
  /** SVG of the code's QR */
  readonly qr: string
  readonly at: Date
  readonly fontFolders?: readonly string[]
}

/** Rows one sheet may hold; more is no reading matter, and setting it would hold up others. */
export const MAX_SHEET_ROWS = 2000

const TEMPLATE = readFileSync(join(import.meta.dirname, 'gate-sheet.typ'), 'utf8')
const NOTE = '本頁含個人資料，僅供所載案件使用；拾獲者請將追查代碼通知政風單位。'

/** Sets the answer as a PDF whose ground carries the mark: what is copied from it keeps who it was made for. */
export async function gateSheetPdf(sheet: GateSheet): Promise<Result<Uint8Array, PdfFailure>> {
  const { at, fontFolders, ...data } = sheet
  const pdf = renderPdf({
    template: TEMPLATE,
    data: { ...data, rows: sheet.rows.slice(0, MAX_SHEET_ROWS), note: NOTE },
    date: at,
    ...(fontFolders && { fontFolders }),
  })
  return pdf.ok ? ok(pdf.value.bytes) : pdf
}
