import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type EvidenceParts, rejectsPath } from './import-job.ts'
import { readImport } from './import-store.ts'
import { syncFile } from './sync-disk.ts'

/** Why a row was not loaded, in words. */
export const REJECT_WORDS: Readonly<Record<string, string>> = {
  footer: '表尾合計或說明，不是紀錄',
  blank: '空白列，不是紀錄',
  'unclosed-quote': '引號未關閉，該行無法判讀',
  'malformed-quotes': '引號位置不合 CSV 格式',
  'line-too-long': '單列超過一百萬字，未讀取',
  'cell-too-long': '一格文字超過 32,767 字，未讀取',
  'control-character': '含有控制字元',
  'field-count': '欄數與標題列不符',
  'bad-json': '不是完整的 JSON',
  'broken-character': '有字元不完整，無法判讀',
  missing: '必要欄位空白',
  'bad-time': '日期或時間無法判讀，或與該欄寫法不合',
  'bad-flag': '是否欄位無法判讀',
  'out-of-window': '日期過早或過晚，不合理',
  'interval-reversed': '結束早於開始',
  'lost-digits': '號碼已被試算表改為科學記號，位數遺失',
  'bad-number': '數量無法判讀',
  duplicate: '與已匯入或同檔之紀錄重複',
}

const LINES_AT_ONCE = 50_000

/** Writes `rejects/<id>.csv`: line, column, reason code, reason in words. Never a value of the row itself. */
export async function writeRejects(context: EvidenceParts, importId: string): Promise<void> {
  const path = rejectsPath(context, importId)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(lines(rejectsOf(context, importId)), createWriteStream(path, { mode: 0o600 }))
  await syncFile(path)
}

interface RejectRow {
  readonly line: string
  readonly reason: string
}

// By stretches of lines, by which the table is sorted: a file of nothing but bad rows takes no more memory than a good one.
async function* rejectsOf({ analytics }: EvidenceParts, importId: string): AsyncGenerator<RejectRow> {
  const params = { id: importId }
  const [most] = await analytics.rows<{ line: string }>(
    'SELECT max(line) AS line FROM import_reject WHERE import_id = {id:String}',
    { params },
  )
  const last = Number(most?.line ?? 0)
  for (let from = 0; from <= last; from += LINES_AT_ONCE) {
    yield* await analytics.rows<RejectRow>(
      `SELECT line, arrayJoin(reasons) AS reason FROM import_reject
       WHERE import_id = {id:String} AND line >= {from:UInt64} AND line < {to:UInt64} ORDER BY line, reason`,
      { params: { ...params, from, to: from + LINES_AT_ONCE } },
    )
  }
}

async function* lines(rows: AsyncIterable<RejectRow>): AsyncGenerator<string> {
  yield '\ufeff行號 line,欄位 column,代碼 code,原因 reason\r\n'
  for await (const row of rows) {
    const [column = '', code = ''] = row.reason.split(':')
    yield `${row.line},${column},${code},${REJECT_WORDS[code] ?? code}\r\n`
  }
}

/** The rejects file of an import, or undefined when it has none. */
export async function openRejects(
  context: EvidenceParts,
  importId: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  // The file lies beside the stores: whoever may not see the import gets none.
  if (!(await readImport(context.database, importId))) return undefined
  const path = rejectsPath(context, importId)
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  return exists ? createReadStream(path) : undefined
}
