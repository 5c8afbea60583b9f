import type { Mapping, MappingColumn } from '../wire/import.ts'
import type { Target } from './target.ts'

/** Headers offices use for each column, most exact first. Compared without spaces and signs. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  source_id: ['紀錄編號', '紀錄序號', '流水號', '序號', 'logid', 'recordid', 'id'],
  at: ['查詢時間', '時間戳記', '日期時間', 'timestamp', 'datetime', 'time', '取號時間', '盤查時間', '陳情時間'],
  officer: ['員工編號', '職員編號', '員警編號', '承辦人', '查詢人', '使用者', '帳號', 'officer', 'userid', 'user'],
  terminal: ['終端機', '終端機代號', '設備代號', 'terminal', 'device', 'ip'],
  action: ['作業', '作業別', '動作', 'action'],
  query_kind: ['查詢方式', '查詢類別', '查詢條件', 'querykind', 'querytype'],
  subject: [
    '身分證字號',
    '國民身分證統一編號',
    '統一編號',
    '地號',
    '查詢對象',
    '當事人',
    '證號',
    'subject',
    'subjectid',
  ],
  purpose: ['事由', '查詢事由', '查詢目的', '用途', 'purpose', 'reason'],
  case_no: ['案號', '案件編號', '承辦案號', '收件號', 'caseno', 'casenumber', 'case'],
  fields: ['查得欄位', '查詢欄位', '回傳欄位', 'fields'],
  row_count: ['筆數', '回傳筆數', 'rows', 'rowcount', 'count'],
  unit: ['單位', '服務單位', 'unit'],
  title: ['職稱', 'title'],
  duty: ['職務類別', '業務類別', '職務', 'duty'],
  supervisor: ['主管編號', '主管', 'supervisor'],
  person: ['本人身分證字號', '身分證字號', 'person'],
  valid_from: ['起日', '生效日', '開始日期', '到職日', '受理日', '分案日', 'validfrom', 'from'],
  valid_to: ['迄日', '失效日', '結束日期', '離職日', 'validto', 'to'],
  starts: ['開始時間', '開始', '起', '起始時間', '登入時間', '出勤時間', 'starts', 'start'],
  ends: ['結束時間', '結束', '迄', '登出時間', 'ends', 'end'],
  kind: ['類別', '勤務別', '假別', '案類', '種類', 'kind', 'type'],
  place: ['地點', '勤務地點', '處所', '終端機', 'place'],
  opened_at: ['立案日', '立案日期', '收件日期', '受理日期', 'openedat'],
  closed_at: ['結案日', '結案日期', 'closedat'],
  opened_by: ['立案人', '收件人員', 'openedby'],
  role: ['身分', '角色', '當事人類別', 'role'],
  doc_no: ['文號', '公文文號', '發文字號', 'docno'],
  status: ['狀態', '結果', 'status'],
  issued_at: ['發文日期', '製作日期', '日期', 'issuedat'],
  approval_no: ['核准編號', '申請單號', 'approvalno'],
  approver: ['核准人', '核准主管', 'approver'],
  approved_at: ['核准時間', '核准日期', 'approvedat'],
  ticket: ['號碼牌', '取號號碼', 'ticket'],
  service: ['服務項目', '申辦項目', 'service'],
  dispatch_no: ['派遣編號', '派遣單號', 'dispatchno'],
  complaint_no: ['陳情編號', '申訴編號', 'complaintno'],
  channel: ['管道', '來源', 'channel'],
  other: ['相對人身分證字號', '相對人', 'other'],
  relation: ['關係', '稱謂', 'relation'],
  address: ['地址', '住址', '戶籍地址', 'address'],
  neighbourhood: ['鄰里', '里鄰', 'neighbourhood'],
  list: ['名單', '名單類別', 'list'],
  is_mobile: ['行動裝置', '是否行動', 'mobile'],
  announced_at: ['提出日', '申請日', 'announcedat'],
  last_day: ['最後上班日', '離職日', 'lastday'],
  recorded_at: ['登錄時間', '建檔時間', 'recordedat'],
  recorded_by: ['登錄人', '建檔人', 'recordedby'],
}

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-()（）／/.]/g, '')

/** A mapping to start from: each column from the first header that names it; a date and a time column are joined. Null when nothing fits. */
export function suggestMapping(
  target: Target,
  agency: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Mapping | null {
  const columns: Record<string, MappingColumn> = {}
  const taken = new Set<string>()
  for (const column of target.columns) {
    const found = (HEADERS[column.name] ?? [])
      .map((name) => header.find((each) => plain(each) === plain(name) && !taken.has(each)))
      .find(
        (each) => each !== undefined && (column.name !== 'source_id' || isRecordNumber(valuesOf(header, rows, each))),
      )
    if (found !== undefined) {
      columns[column.name] = { from: found }
      taken.add(found)
    }
  }
  joinDateAndTime(target, header, columns)
  if (columns['subject'] === undefined) adoptIdentifiers(target, header, rows, columns)
  return Object.keys(columns).length === 0 ? null : { target: target.name, agency, columns }
}

const valuesOf = (header: readonly string[], rows: readonly (readonly string[])[], name: string): string[] =>
  rows.map((row) => (row[header.indexOf(name)] ?? '').trim())

/** A record number of a system that counts on; below it a number is the row's place in its report. */
const MIN_RECORD_NUMBER = 10_000

/**
 * Whether values number records for good. A number that begins anew in each report names another record there: 1, 2, 3 …
 * are rows, whatever the column is called. Nothing is suggested for those.
 */
export function isRecordNumber(values: readonly string[]): boolean {
  const filled = values.filter((value) => value !== '')
  if (new Set(filled).size < filled.length) return false
  const numbers = filled.map((value) => value.normalize('NFKC').replace(/[,.\s]/g, ''))
  return !numbers.some((value) => /^\d+$/.test(value) && Number(value) < MIN_RECORD_NUMBER)
}

function joinDateAndTime(target: Target, header: readonly string[], columns: Record<string, MappingColumn>): void {
  const date = header.find((each) => ['日期', '查詢日期', 'date'].includes(plain(each)))
  const time = header.find((each) => ['時間', '查詢時間', 'time'].includes(plain(each)))
  const wanted = target.columns.find((each) => each.name === target.timeColumn && each.type === 'time')
  if (wanted && date && time) columns[wanted.name] = { join: [date, time] }
  else if (wanted && !columns[wanted.name] && (date ?? time)) columns[wanted.name] = { from: date ?? time ?? '' }
}

// A column whose values look like national IDs or company numbers is the subject, whatever it is called.
function adoptIdentifiers(
  target: Target,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: Record<string, MappingColumn>,
): void {
  if (!target.columns.some((each) => each.name === 'subject')) return
  const index = header.findIndex(
    (_, i) =>
      rows.length > 0 &&
      rows.every((row) => /^([A-Z][A-Z0-9]\d{8}|\d{8})?$/.test(row[i] ?? '')) &&
      rows.some((row) => (row[i] ?? '') !== ''),
  )
  const name = header[index]
  if (name !== undefined) columns['subject'] = { from: name }
}
