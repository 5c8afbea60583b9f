import { taipeiDay } from '../base/roc-date.ts'
import { asTyped, plainSentence } from '../wire/typed-text.ts'

/** A typed cell: text stays text, numbers can be summed, a Date is an instant shown as Taipei wall-clock time. */
export type OdsCell = string | number | Date

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
// XML 1.0 has no place for these, not even escaped; shown as U+FFFD so that nothing disappears unseen.
const NOT_XML = /[^\P{Cc}\t\n\r]|\p{Cs}|[\uFFFE\uFFFF]/gu

/** Text made safe for XML content and attributes. */
export const xmlText = (text: string): string =>
  text.replace(NOT_XML, '\uFFFD').replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign)

/** The cell as OpenDocument XML. Text is typed `string`, so no spreadsheet program reads it as a formula. */
export function odsCell(cell: OdsCell, style?: string): string {
  const styled = style ? ` table:style-name="${style}"` : ''
  if (typeof cell === 'number' && Number.isFinite(cell)) {
    return `<table:table-cell${styled} office:value-type="float" office:value="${cell}"><text:p>${cell}</text:p></table:table-cell>`
  }
  if (cell instanceof Date) {
    const value = taipeiWallClock(cell)
    return `<table:table-cell table:style-name="ceDate" office:value-type="date" office:date-value="${value}"><text:p>${value.replace('T', ' ')}</text:p></table:table-cell>`
  }
  const text = asTyped(plainSentence(String(cell)), { keepsLines: true })
  if (text === '') return `<table:table-cell${styled}/>`
  return `<table:table-cell${styled} office:value-type="string">${paragraphs(text)}</table:table-cell>`
}

const paragraphs = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => `<text:p>${spaced(xmlText(line))}</text:p>`)
    .join('')

// Runs of spaces and those at an edge collapse in OpenDocument text unless they are written as elements.
const spaced = (text: string): string =>
  text.replace(/^ +| {2,}| +$/g, (run) => `<text:s text:c="${run.length}"/>`).replaceAll('\t', '<text:tab/>')

function taipeiWallClock(instant: Date): string {
  const { year, month, day } = taipeiDay(instant)
  const seconds = new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(11, 19)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T${seconds}`
}

/** Width of a text in half-width characters: a Chinese character counts two. */
export const columnsOf = (text: string): number =>
  [...text].reduce((sum, sign) => sum + ((sign.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1), 0)
