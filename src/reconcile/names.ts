import type { SourceSystem } from '../registry/port.ts'

/** Words for stored codes; never a person's name. */
const DUTY_WORDS: Readonly<Record<string, string>> = {
  patrol: '員警',
  detective: '偵查員',
  underwriting: '承辦',
  registry: '承辦',
  archive: '管理員',
  supervisor: '主管',
}
const AGENCY_WORDS: Readonly<Record<string, string>> = { police: '員警' }

/** 「員警 0412」: what he does and his number. */
export function officerLabel(officer: string, duty: string): string {
  const [agency = '', number = officer] = officer.split(':')
  return `${DUTY_WORDS[duty] ?? AGENCY_WORDS[agency] ?? '承辦'} ${number}`
}

/** 7F3A‥C21: enough of a pseudonym to tell two apart on a page. */
export function subjectLabel(hex: string): string {
  return /^0*$/.test(hex) ? '—' : `${hex.slice(0, 4).toUpperCase()}‥${hex.slice(-3).toUpperCase()}`
}

export interface Names {
  agency(code: string): string
  system(code: string): string
  readonly systems: readonly SourceSystem[]
}

export function namesOf(systems: readonly SourceSystem[]): Names {
  const agencies = new Map(systems.map((each) => [each.agency, each.agencyName]))
  const bySystem = new Map(systems.map((each) => [each.system, each.name]))
  return { systems, agency: (code) => agencies.get(code) ?? code, system: (code) => bySystem.get(code) ?? code }
}

const WORDS: Readonly<Record<string, string>> = {
  patrol: '巡邏',
  desk: '值班',
  standby: '備勤',
  office: '辦公',
  counter: '櫃檯',
  annual: '特休',
  sick: '病假',
  'official-trip': '公差',
  terminal: '終端機登入',
  badge: '門禁',
  approved: '核准',
  refused: '駁回',
  revoked: '撤銷',
  valid: '有效',
  void: '作廢',
  spouse: '配偶',
  'ex-spouse': '前配偶',
  parent: '父母',
  child: '子女',
  sibling: '手足',
  household: '同戶',
  'public-figure': '公眾人物',
  protected: '受保護之人',
  deceased: '已歿',
  view: '檢視',
  print: '列印',
  export: '匯出',
  search: '查找',
  name: '姓名',
  'national-id': '身分證字號',
  company: '統一編號',
  parcel: '地號',
  person: '自然人',
  none: '未載',
}
/** The Chinese word for a stored code, or the code itself. */
export const wordFor = (code: string): string => WORDS[code] ?? code
