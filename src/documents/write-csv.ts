import { asTyped, plainSentence } from '../wire/typed-text.ts'

const BOM = '\uFEFF'
const FLUSH_CHARACTERS = 64 * 1024
const PLAIN_NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/
// Spreadsheet programs read a cell as a formula when it starts so; in Chinese and Japanese locales the full-width signs too.
const FORMULA_START = /^[\s\u3000]*[=+\-@\t\r\n|＝＋－＠]/

/**
 * The rows as CSV text: UTF-8 with BOM (Excel in Taiwan takes a file without one for Big5), CRLF, RFC 4180 quoting.
 * A cell that would start a formula gets a leading apostrophe; plain numbers such as -5 stay numbers.
 * Memory is bounded: text is yielded in pieces of about 64 k characters.
 */
export async function* csvLines(
  header: readonly string[],
  rows: AsyncIterable<readonly string[]>,
): AsyncGenerator<string> {
  let waiting = BOM + csvLine(header)
  for await (const row of rows) {
    waiting += csvLine(row)
    if (waiting.length < FLUSH_CHARACTERS) continue
    yield waiting
    waiting = ''
  }
  if (waiting !== '') yield waiting
}

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(given: string): string {
  const text = asTyped(plainSentence(given), { keepsLines: true })
  const safe = (FORMULA_START.test(given) || FORMULA_START.test(text)) && !PLAIN_NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
