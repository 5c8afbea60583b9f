/**
 * Documents as files for people: CSV, OpenDocument spreadsheets and PDF. This room knows how to write, never what may be
 * written: callers hand over rows that are already masked and recorded. Cell text cannot become a formula, text in a PDF
 * cannot become markup, and a character no font can draw is shown by its number instead of vanishing.
 */
export { accessReportPdf } from './access-report.ts'
export { gateSheetPdf, MAX_SHEET_ROWS } from './gate-sheet.ts'
export { csvLines } from './write-csv.ts'
export { MAX_ODS_ROWS, odsBytes } from './write-ods.ts'
