import type { QualityFinding } from '../wire/import.ts'
import type { SheetNotes } from './sheet-row.ts'
import { sheetNames } from './workbook-words.ts'

const WARN_SHARE = 0.01

/** What reading a workbook had to do that its reader should know: values taken from merged cells, failed formulas. */
export function sheetFindings(notes: SheetNotes | undefined, rowsRead: number): QualityFinding[] {
  if (!notes) return []
  const { filledRows, errorCells } = notes
  const found: QualityFinding[] = []
  const severity = (count: number) => (count >= rowsRead * WARN_SHARE ? 'warning' : 'note')
  if (filledRows > 0)
    found.push({
      code: 'merged-cells',
      severity: severity(filledRows),
      count: filledRows,
      sentence: `${filledRows.toLocaleString('en')} 列有儲存格與上方合併，以合併儲存格的內容填入。`,
      sentenceEn: `${filledRows.toLocaleString('en')} rows took values from cells merged with rows above them.`,
    })
  if (errorCells > 0)
    found.push({
      code: 'error-cells',
      severity: severity(errorCells),
      count: errorCells,
      sentence: `${errorCells.toLocaleString('en')} 個儲存格的公式有錯（如 #N/A），視為空白；請於原檔更正。`,
      sentenceEn: `${errorCells.toLocaleString('en')} cells hold failed formulas (such as #N/A), read as empty; correct them in the workbook.`,
    })
  return found
}

/** Which sheet was read, said where a reader may have meant another; '' for files that are no workbook. */
export function sheetRead(notes: SheetNotes | undefined): { readonly zh: string; readonly en: string } {
  if (!notes?.sheet) return { zh: '', en: '' }
  const [read, all] = [sheetNames([notes.sheet]), sheetNames(notes.sheets)]
  const others = notes.sheets.length > 1
  return {
    zh: `。所讀為工作表${read}${others ? `，檔案裡有：${all}` : ''}；若為其他工作表請在對應檔指定 sheet，若標題不在第一列請指定 skipRows`,
    en: `. The sheet read is ${read}${others ? `; the file has: ${all}` : ''}. Name another as sheet in the mapping, or say skipRows where the header is further down`,
  }
}

/** The same for a preview, in short. */
export const sheetWarnings = (notes: SheetNotes | undefined): readonly string[] => [
  ...(notes?.sheet && notes.sheets.length > 1
    ? [`所讀為工作表${sheetNames([notes.sheet])}；檔案裡有：${sheetNames(notes.sheets)}。`]
    : []),
  ...sheetFindings(notes, 0).map(({ sentence }) => sentence),
]
