import type { RoleName } from '../wire/session.ts'

/** Names personnel systems give each column; the first one found counts, the first listed is the one told of. */
export const COLUMNS = {
  person: ['員工編號', '人員代碼', '員工代號', 'person', 'employee_number'],
  account: ['帳號', '登入帳號', 'account', 'user_name'],
  name: ['姓名', 'name'],
  unitCode: ['單位代碼', '單位代號', 'unit_code'],
  unit: ['單位', '單位名稱', 'unit'],
  parentUnit: ['上級單位代碼', '上級單位', 'parent_unit'],
  title: ['職稱', 'title'],
  duty: ['職務類別', '職務', 'duty'],
  role: ['角色', '系統角色', 'role'],
  manager: ['主管編號', '直屬主管', 'manager'],
  deputy: ['代理人', '職務代理人', 'deputy'],
  deputyFrom: ['代理起日', 'deputy_from'],
  deputyUntil: ['代理迄日', 'deputy_until'],
  portfolio: ['業管範圍', 'portfolio'],
  subject: ['身分證字號', '身分證統一編號', 'identity_number'],
  since: ['到任日', '任職日', 'since'],
} as const satisfies Record<string, readonly string[]>
export type Column = keyof typeof COLUMNS

export const REQUIRED: readonly Column[] = ['person', 'account', 'name', 'unitCode', 'unit', 'title']

export const ROLE_WORDS: Readonly<Record<string, RoleName>> = {
  ...{ 承辦: 'officer', 承辦人: 'officer', 主管: 'supervisor', 政風: 'ethics', 稽核: 'auditor', 資訊: 'it' },
  ...{ 資安: 'security', 採購: 'procurement', 檔案: 'archivist', 首長: 'head' },
}

/** Why a line could not be read, in words for people. */
export const UNREADABLE: Readonly<Record<string, string>> = {
  'unclosed-quote': '引號沒有結束',
  'malformed-quotes': '引號的位置不對',
  'line-too-long': '這一列太長',
  'control-character': '含有控制字元',
  'field-count': '欄數與標題列不符',
}

/** Which header of a table names each column. */
export function columnsOf(header: readonly string[]): Partial<Record<Column, string>> {
  const found = (Object.keys(COLUMNS) as Column[]).map((column) => {
    const known: readonly string[] = COLUMNS[column]
    return [column, known.find((name) => header.includes(name))] as const
  })
  return Object.fromEntries(found.filter(([, name]) => name !== undefined))
}
