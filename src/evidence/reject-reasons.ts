import type { RejectReasonCount } from '../wire/import.ts'
import type { EvidenceParts } from './import-job.ts'
import { NOT_A_RECORD } from './not-a-record.ts'
import { REJECT_WORDS } from './rejects.ts'
import { columnTitle } from './target.ts'

const MAX_REASONS = 3
const ENGLISH: Readonly<Record<string, string>> = {
  'unclosed-quote': 'a quote is never closed',
  'malformed-quotes': 'quotes where CSV allows none',
  'line-too-long': 'a line of over a million characters',
  'control-character': 'a control character',
  'field-count': 'the number of fields differs from the header',
  'bad-json': 'no whole JSON object',
  missing: 'a required column is empty',
  'bad-time': 'a date or time that cannot be read',
  'out-of-window': 'a date too early or too late to be true',
  'lost-digits': 'a number whose digits a spreadsheet lost',
  'bad-number': 'a count that cannot be read',
  'broken-character': 'a character cut in the middle',
  'bad-flag': 'neither yes nor no',
  'interval-reversed': 'the end lies before the start',
  footer: 'a sum or note at the foot, no record',
  blank: 'a blank line, no record',
}

export interface RejectSummary {
  /** rows rejected, records or not; duplicates are no rejects here */
  readonly rows: number
  readonly rowsNotRecords: number
  /** the commonest, each with the rows it was said of */
  readonly reasons: readonly RejectReasonCount[]
}

/** Why rows of an import that is about to be decided were not loaded. */
export async function summariseRejects({ analytics }: EvidenceParts, importId: string): Promise<RejectSummary> {
  const params = { id: importId, none: [...NOT_A_RECORD] }
  const from = "FROM import_reject WHERE import_id = {id:String} AND NOT has(reasons, ':duplicate')"
  const isNone = "arrayAll(each -> has({none:Array(String)}, splitByChar(':', toString(each))[2]), reasons)"
  const [counted] = await analytics.rows<{ n: string; none: string }>(
    `SELECT uniqExact(line) AS n, uniqExactIf(line, ${isNone}) AS none ${from}`,
    { params },
  )
  // A line that was not read as a row is told of as that; what its columns lack follows from it.
  const ofLine = "arrayFilter(each -> startsWith(toString(each), ':'), reasons)"
  const reasons = await analytics.rows<{ reason: string; n: string }>(
    `SELECT reason, uniqExact(line) AS n FROM (SELECT line, arrayJoin(if(notEmpty(${ofLine}), ${ofLine}, reasons)) AS reason ${from})
     GROUP BY reason ORDER BY n DESC, reason LIMIT ${MAX_REASONS}`,
    { params },
  )
  return {
    rows: Number(counted?.n),
    rowsNotRecords: Number(counted?.none),
    reasons: reasons.map(({ reason, n }) => inWords(reason, Number(n))),
  }
}

function inWords(reason: string, count: number): RejectReasonCount {
  const [column = '', code = ''] = reason.split(':')
  const [zh, en] = [REJECT_WORDS[code] ?? code, ENGLISH[code] ?? code]
  return {
    ...{ column, code, count },
    sentence: column === '' ? zh : `「${columnTitle(column)}」欄：${zh}`,
    sentenceEn: column === '' ? en : `column ${column}: ${en}`,
  }
}
