import { splitQuoted } from './split-quoted.ts'
import type { RejectReason } from './staged-chunk.ts'

/**
 * Reasons of lines that never were records: listed among the rejects so that every line is accounted for, but no sign
 * that anything is missing. An import with no others went well.
 */
export const NOT_A_RECORD: ReadonlySet<RejectReason> = new Set<RejectReason>(['footer', 'blank'])

/** Lines at a file's end that may be totals and remarks. */
export const MAX_FOOTER_LINES = 12

const EMPTY_CELL = /^[\s\u3000]*$/
// Reports draw a line under the header and above the total.
const RULE_CELL = /^[-=_─━—＝－*＊~.\s\u3000]*$/

/** A line of nothing but spaces, delimiters and drawn lines. */
export function isBlankRecord(fields: readonly string[]): boolean {
  return (
    fields.every((field) => EMPTY_CELL.test(field)) ||
    (fields.length > 1 && fields.every((field) => RULE_CELL.test(field)))
  )
}

const SIGNS = String.raw`[\s\u3000(（\[【〔<＜※*＊#\-=—－~]*`
const TOTAL_WORDS = '合計|總計|小計|共計|總數|累計|總筆數|資料筆數|筆數|總共|grand total|sub-?total|total'
const TOTAL = new RegExp(`^${SIGNS}(?:${TOTAL_WORDS})`, 'i')
const ONLY_TOTAL = new RegExp(`^${SIGNS}(?:${TOTAL_WORDS})[\\s:：]*$`, 'i')
const COUNT = new RegExp(
  `^${SIGNS}(?:共|計|約)?[\\s:：]*[0-9０-９][0-9０-９,，]*\\s*(?:筆|列|件|人|rows?|records?|個資料列)`,
  'i',
)
const REMARK = new RegExp(
  `^${SIGNS}(?:以下空白|以下空欄|以上|下列空白|本頁|本表|註|備註|備考|附註|說明|注意|製表|列印|印表|匯出|產製|產生|查詢條件|查詢期間|資料來源|資料時間|報表結束|報表|結束|第.{1,4}頁|頁次|機密|end of|eof|printed|generated|note|source|page)`,
  'i',
)

/**
 * Whether a line at the end of a file is a total or a remark instead of a record: it says so in its first filled cell,
 * and it does not have the fields of a record.
 */
export function isFooter(line: string, delimiter: string, width: number): boolean {
  const fields = line.includes('"') ? splitQuoted(line, delimiter) : line.split(delimiter)
  return fields !== undefined && areFooter(fields, width)
}

/** The same of a row's cells. */
export function areFooter(fields: readonly string[], width: number): boolean {
  if (isBlankRecord(fields)) return true
  const filled = fields.filter((field) => !EMPTY_CELL.test(field))
  const [first = ''] = filled
  if (ONLY_TOTAL.test(first)) return true
  const isThin = fields.length !== width || filled.length * 2 < width
  if (isThin && filled.every((field) => RULE_CELL.test(field))) return true
  return isThin && [TOTAL, COUNT, REMARK].some((words) => words.test(first))
}
