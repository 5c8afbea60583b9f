import { type ColumnType, EVIDENCE_KINDS, type EvidenceKind, SUBJECT_KINDS } from './kinds.ts'

/** A column a file can fill. `list`: words separated by 、 , or ; · `number`: a count. */
export interface TargetColumn {
  readonly name: string
  readonly title: string
  readonly type: ColumnType | 'list' | 'number'
  readonly isRequired: boolean
  /** see kinds.ts */
  readonly names?: 'company'
  /** see kinds.ts */
  readonly words?: readonly string[]
}

/** What a file is loaded into: the access log or one kind of evidence. */
export interface Target {
  readonly name: string
  readonly title: string
  readonly table: string
  readonly columns: readonly TargetColumn[]
  /** evidence only: the column that dates the fact */
  readonly timeColumn: string
}

const TITLES: Readonly<Record<string, string>> = {
  source_id: '紀錄編號',
  at: '時間',
  officer: '查詢人／承辦人',
  terminal: '終端機',
  action: '作業',
  query_kind: '查詢方式',
  subject_kind: '對象類別',
  subject: '當事人識別碼',
  purpose: '事由',
  case_no: '案號',
  fields: '查得欄位',
  row_count: '筆數',
  unit: '單位',
  title: '職稱',
  duty: '職務類別',
  supervisor: '主管',
  person: '本人身分證字號',
  valid_from: '起',
  valid_to: '迄',
  kind: '類別',
  place: '地點',
  starts: '開始',
  ends: '結束',
  is_mobile: '行動裝置',
  announced_at: '提出日',
  last_day: '最後上班日',
  opened_at: '立案日',
  closed_at: '結案日',
  opened_by: '立案人',
  role: '角色',
  doc_no: '文號',
  status: '狀態',
  issued_at: '發文日',
  approval_no: '核准編號',
  approver: '核准人',
  approved_at: '核准時間',
  absent: '被代理人',
  deputy: '代理人',
  company: '受僱單位',
  ticket: '號碼牌',
  service: '服務項目',
  dispatch_no: '派遣編號',
  complaint_no: '陳情編號',
  channel: '管道',
  other: '相對人',
  relation: '關係',
  address: '地址',
  neighbourhood: '鄰里',
  list: '名單',
  recorded_at: '登錄時間',
  recorded_by: '登錄人',
}

/** What a column is called on screen. */
export const columnTitle = (name: string): string => TITLES[name] ?? name

const column = (name: string, type: TargetColumn['type'], isRequired: boolean): TargetColumn => ({
  name,
  title: columnTitle(name),
  type,
  isRequired,
})

const ACCESS: Target = {
  name: 'access',
  title: '查詢紀錄',
  table: 'access',
  timeColumn: 'at',
  columns: [
    column('source_id', 'text', false),
    column('at', 'time', true),
    column('officer', 'officer', true),
    column('terminal', 'word', false),
    { ...column('action', 'word', false), words: ['view', 'print', 'export', 'search'] },
    { ...column('query_kind', 'word', false), words: ['name', 'national-id', 'company', 'parcel'] },
    { ...column('subject_kind', 'word', false), words: SUBJECT_KINDS },
    column('subject', 'subject', false),
    column('purpose', 'text', false),
    column('case_no', 'case', false),
    column('fields', 'list', false),
    column('row_count', 'number', false),
  ],
}

/** The target of that name, or undefined. */
export function findTarget(name: string): Target | undefined {
  if (name === 'access') return ACCESS
  if (!Object.hasOwn(EVIDENCE_KINDS, name)) return undefined
  const spec = EVIDENCE_KINDS[name as EvidenceKind]
  return {
    name,
    title: spec.title,
    table: spec.table,
    timeColumn: spec.timeColumn,
    columns: [
      ...spec.columns.map((each) => ({
        ...column(each.name, each.type, each.isRequired),
        ...(each.names && { names: each.names }),
        ...(each.words && { words: each.words }),
      })),
      column('recorded_at', 'time', false),
      column('recorded_by', 'officer', false),
    ],
  }
}
