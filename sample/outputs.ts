import { fileNameOf, type OfficeFile, officeFile, type Style } from './office-files.ts'
import { companyId, companyName, parcelId, personId, personName } from './people.ts'
import type { AgencyName, Subject } from './world.ts'

export interface SampleFile {
  readonly path: string
  readonly target: string
  readonly agency: string
  readonly system?: string
  readonly mapping: string
}

/** Beyond this many rows a roster is kept as CSV: no office keeps a workbook that long. */
export const MAX_WORKBOOK_ROWS = 60_000

const ACCESS_HEADER = [
  '紀錄編號',
  '日期',
  '時間',
  '員工編號',
  '終端機',
  '作業',
  '查詢方式',
  '證號',
  '姓名',
  '事由',
  '案號',
  '查得欄位',
  '筆數',
]
const ACCESS_STYLE: Readonly<Record<AgencyName, Style>> = { insurance: 'big5', police: 'jsonl', land: 'utf8-bom' }
export const SYSTEMS: Readonly<Record<AgencyName, string>> = {
  insurance: 'ins-query',
  police: 'mpolice',
  land: 'land-query',
}

/** Headers of each kind of evidence file; the mapping files in sample/mappings name these. */
export const EVIDENCE_HEADERS: Readonly<Record<string, readonly string[]>> = {
  post: ['員工編號', '單位', '職稱', '職務類別', '主管編號', '身分證字號', '起日', '迄日'],
  terminal: ['終端機', '處所', '單位', '行動', '起日'],
  shift: ['員工編號', '勤務別', '地點', '開始時間', '結束時間'],
  leave: ['員工編號', '假別', '開始時間', '結束時間'],
  presence: ['員工編號', '類別', '終端機', '登入時間', '登出時間'],
  separation: ['員工編號', '申請日', '最後上班日'],
  portfolio: ['員工編號', '統一編號', '起日', '迄日'],
  case: ['案號', '案類', '單位', '立案日期', '結案日期', '立案人'],
  party: ['案號', '證號', '身分', '受理日', '登錄時間'],
  assignment: ['案號', '員工編號', '分案日', '迄日', '登錄時間', '登錄人'],
  document: ['文號', '承辦人', '證號', '案號', '狀態', '製作日期'],
  approval: ['核准編號', '申請人', '核准人', '證號', '案號', '狀態', '核准時間', '有效期限'],
  visit: ['號碼牌', '承辦人', '證號', '服務項目', '時間'],
  dispatch: ['派遣編號', '員工編號', '單位', '地點', '開始時間', '結束時間', '證號', '案號'],
  stop: ['員工編號', '證號', '地點', '終端機', '盤查時間', '登錄時間'],
  complaint: ['陳情編號', '證號', '管道', '陳情時間'],
  kinship: ['身分證字號', '相對人身分證字號', '關係', '起日', '迄日'],
  address: ['身分證字號', '地址', '鄰里', '起日', '迄日'],
  watch: ['身分證字號', '名單', '起日'],
}

export interface Outputs {
  access(agency: AgencyName, month: string, fields: readonly string[]): void
  evidence(agency: string, kind: string, fields: readonly string[]): void
  /** Closes every file and lists them in an order that can be imported: posts first, logs last. */
  close(): readonly SampleFile[]
}

interface OutputOptions {
  readonly folder: string
  readonly styleOf: (agency: string, kind: string) => Style
  /** access logs begin a new file each month */
  readonly isMonthly: boolean
  readonly onEvidence?: ((agency: string, kind: string, fields: readonly string[]) => void) | undefined
  /** told of each file before it is made */
  readonly onFile: (name: string) => void
}

/** The files of all offices, opened when their first row comes. */
export function openOutputs(options: OutputOptions): Outputs {
  const { folder, styleOf, isMonthly } = options
  const open: { readonly file: OfficeFile; readonly entry: SampleFile }[] = []
  const begin = (name: string, style: Style, header: readonly string[], entry: Omit<SampleFile, 'path'>) => {
    options.onFile(fileNameOf(name, style))
    const file = officeFile(folder, name, style, header)
    open.push({ file, entry: { path: file.path, ...entry } })
    return file
  }
  const logs: Record<AgencyName, Map<string, OfficeFile>> = { insurance: new Map(), police: new Map(), land: new Map() }
  const logOf = (agency: AgencyName, month: string): OfficeFile => {
    const name = isMonthly ? `${agency}-access-${month}` : `${agency}-access`
    const entry = { target: 'access', agency, system: SYSTEMS[agency], mapping: `${agency}-access.yaml` }
    return begin(name, ACCESS_STYLE[agency], ACCESS_HEADER, entry)
  }
  const kinds = new Map<string, Map<string, OfficeFile>>()
  const evidenceOf = (agency: string, kind: string): OfficeFile => {
    const name = `${agency}-${kind}`
    const entry = { target: kind, agency, mapping: `${name}.yaml` }
    return begin(name, styleOf(agency, kind), EVIDENCE_HEADERS[kind] ?? [], entry)
  }
  return {
    access: (agency, month, fields) =>
      known(logs[agency], isMonthly ? month : '', () => logOf(agency, month)).row(fields),
    evidence: (agency, kind, fields) => {
      options.onEvidence?.(agency, kind, fields)
      const files = known(kinds, agency, () => new Map<string, OfficeFile>())
      known(files, kind, () => evidenceOf(agency, kind)).row(fields)
    },
    close: () => {
      for (const { file } of open) file.close()
      const order = (entry: SampleFile) => (entry.target === 'post' ? 0 : entry.target === 'access' ? 2 : 1)
      return open.map(({ entry }) => entry).sort((a, b) => order(a) - order(b) || (a.path < b.path ? -1 : 1))
    },
  }
}

function known<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

export function subjectId(subject: Subject): string {
  if (subject.kind === 'person') return personId(subject.index)
  return subject.kind === 'company' ? companyId(subject.index) : parcelId(subject.index)
}

export function subjectName(subject: Subject): string {
  if (subject.kind === 'person') return personName(subject.index)
  return subject.kind === 'company' ? companyName(subject.index) : ''
}
