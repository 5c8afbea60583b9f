/** What a column holds; decides how a value is read, normalised and joined. */
export type ColumnType =
  /** staff number, stored `agency:NUMBER` */
  | 'officer'
  /** raw identifier of a person, company or parcel; stored as a keyed pseudonym, never raw */
  | 'subject'
  /** free address text; stored as a keyed pseudonym of its normalised form */
  | 'address'
  /** case or document number; stored `agency:NORMALISED` beside the text as typed */
  | 'case'
  /** instant, stored UTC with milliseconds */
  | 'time'
  /** end of an interval: empty means "still holds" and is stored as OPEN_END */
  | 'end'
  /** short repeated word */
  | 'word'
  /** free text */
  | 'text'
  /** true/false */
  | 'flag'

export interface EvidenceColumn {
  readonly name: string
  readonly type: ColumnType
  readonly isRequired: boolean
  /** an identifier that names a company whatever its form; left out: by `subject_kind` or its form, else a person */
  readonly names?: 'company'
  /** the words rules act upon; a word that replaces another in a record's life stands after it. Others are kept and shown */
  readonly words?: readonly string[]
}

export interface EvidenceKindSpec {
  readonly kind: EvidenceKind
  /** ClickHouse table, columns as in analytics/migrations */
  readonly table: string
  /** zh-TW name shown to people */
  readonly title: string
  readonly columns: readonly EvidenceColumn[]
  /**
   * columns that change while the record stays the same one: its end, its status. Rows that differ in nothing else are
   * versions of one record, of which the last counts; rows that differ in anything else all count
   */
  readonly changes: readonly string[]
  /** the column that dates the fact; `recorded_at` defaults to it */
  readonly timeColumn: string
}

/** Stored in interval ends that are open. Chosen over NULL so that joins stay simple comparisons. */
export const OPEN_END = '2299-12-31 00:00:00.000'

export type EvidenceKind =
  | 'post'
  | 'shift'
  | 'leave'
  | 'presence'
  | 'terminal'
  | 'separation'
  | 'portfolio'
  | 'deputy'
  | 'employment'
  | 'case'
  | 'party'
  | 'assignment'
  | 'document'
  | 'approval'
  | 'visit'
  | 'dispatch'
  | 'stop'
  | 'complaint'
  | 'kinship'
  | 'address'
  | 'watch'

const column = (name: string, type: ColumnType, isRequired = true): EvidenceColumn => ({ name, type, isRequired })
const optional = (name: string, type: ColumnType): EvidenceColumn => column(name, type, false)
const withWords = (given: EvidenceColumn, ...words: readonly string[]): EvidenceColumn => ({ ...given, words })
/** What an identifier may name, by `subject_kind` or by its form. */
export const SUBJECT_KINDS = ['person', 'company', 'parcel', 'name'] as const
const subjectKind = withWords(optional('subject_kind', 'word'), ...SUBJECT_KINDS)
const subject = [subjectKind, column('subject', 'subject')]
const optionalSubject = [subjectKind, optional('subject', 'subject')]
const interval = [column('valid_from', 'time'), optional('valid_to', 'end')]
const hours = [column('starts', 'time'), column('ends', 'time')]
const spec = (
  kind: EvidenceKind,
  title: string,
  changes: readonly string[],
  timeColumn: string,
  columns: readonly EvidenceColumn[],
): EvidenceKindSpec => ({ kind, table: `evidence_${kind}`, title, changes, timeColumn, columns })

/**
 * Every kind of record that can explain or contradict an access. Each row also carries evidence_id, import_id, line,
 * agency, recorded_at (when its source wrote it down), recorded_by ('' = made by a system) and known_at (when it
 * reached Shoumi). Never browsable: a row is read only as the witness of one access's verdict.
 */
export const EVIDENCE_KINDS: Readonly<Record<EvidenceKind, EvidenceKindSpec>> = {
  post: spec('post', '職務', ['unit', 'title', 'duty', 'supervisor', 'person', 'valid_to'], 'valid_from', [
    column('officer', 'officer'),
    column('unit', 'word'),
    column('title', 'word'),
    column('duty', 'word'),
    optional('supervisor', 'officer'),
    optional('person', 'subject'),
    ...interval,
  ]),
  shift: spec('shift', '勤務', ['ends'], 'starts', [
    column('officer', 'officer'),
    withWords(column('kind', 'word'), 'patrol', 'desk', 'office', 'counter', 'standby', 'overtime'),
    optional('place', 'word'),
    ...hours,
  ]),
  leave: spec('leave', '差假', ['ends', 'deputy'], 'starts', [
    column('officer', 'officer'),
    column('kind', 'word'),
    ...hours,
    optional('deputy', 'officer'),
  ]),
  presence: spec('presence', '終端機登入', ['ends'], 'starts', [
    column('officer', 'officer'),
    withWords(column('kind', 'word'), 'terminal', 'badge'),
    column('place', 'word'),
    ...hours,
  ]),
  terminal: spec('terminal', '終端機清冊', ['place', 'unit', 'is_mobile', 'valid_to'], 'valid_from', [
    column('terminal', 'word'),
    column('place', 'word'),
    column('unit', 'word'),
    column('is_mobile', 'flag'),
    ...interval,
  ]),
  separation: spec('separation', '離職', ['last_day'], 'announced_at', [
    column('officer', 'officer'),
    column('announced_at', 'time'),
    column('last_day', 'time'),
  ]),
  portfolio: spec('portfolio', '業管範圍', ['valid_to'], 'valid_from', [
    column('officer', 'officer'),
    ...subject,
    ...interval,
  ]),
  deputy: spec('deputy', '代理', ['valid_to'], 'valid_from', [
    column('officer', 'officer'),
    column('absent', 'officer'),
    ...interval,
  ]),
  employment: spec('employment', '受僱', ['valid_to'], 'valid_from', [
    column('subject', 'subject'),
    { ...column('company', 'subject'), names: 'company' },
    ...interval,
  ]),
  case: spec('case', '案件', ['kind', 'opened_at', 'closed_at', 'opened_by'], 'opened_at', [
    column('case_no', 'case'),
    column('kind', 'word'),
    column('unit', 'word'),
    column('opened_at', 'time'),
    optional('closed_at', 'end'),
    optional('opened_by', 'officer'),
  ]),
  party: spec('party', '案件當事人', [], 'valid_from', [
    column('case_no', 'case'),
    ...subject,
    column('role', 'word'),
    column('valid_from', 'time'),
  ]),
  assignment: spec('assignment', '分案', ['valid_to'], 'valid_from', [
    column('case_no', 'case'),
    column('officer', 'officer'),
    ...interval,
  ]),
  document: spec('document', '公文', ['status'], 'issued_at', [
    column('doc_no', 'case'),
    column('officer', 'officer'),
    ...optionalSubject,
    optional('case_no', 'case'),
    withWords(column('status', 'word'), 'valid', 'void'),
    column('issued_at', 'time'),
  ]),
  approval: spec('approval', '核准', ['status', 'valid_to'], 'approved_at', [
    column('approval_no', 'text'),
    column('officer', 'officer'),
    column('approver', 'officer'),
    ...optionalSubject,
    optional('case_no', 'case'),
    withWords(column('status', 'word'), 'requested', 'approved', 'refused', 'revoked'),
    column('approved_at', 'time'),
    optional('valid_to', 'end'),
  ]),
  visit: spec('visit', '臨櫃', [], 'at', [
    column('ticket', 'text'),
    column('officer', 'officer'),
    ...subject,
    column('service', 'word'),
    column('at', 'time'),
  ]),
  dispatch: spec('dispatch', '派遣', ['ends'], 'starts', [
    column('dispatch_no', 'text'),
    column('officer', 'officer'),
    column('unit', 'word'),
    column('place', 'word'),
    ...hours,
    ...optionalSubject,
    optional('case_no', 'case'),
  ]),
  stop: spec('stop', '盤查', [], 'at', [
    column('officer', 'officer'),
    ...subject,
    column('place', 'word'),
    optional('terminal', 'word'),
    column('at', 'time'),
  ]),
  complaint: spec('complaint', '陳情申訴', [], 'at', [
    column('complaint_no', 'text'),
    ...subject,
    column('channel', 'word'),
    column('at', 'time'),
  ]),
  kinship: spec('kinship', '親屬與同戶', ['valid_to'], 'valid_from', [
    column('subject', 'subject'),
    column('other', 'subject'),
    withWords(column('relation', 'word'), 'spouse', 'ex-spouse', 'parent', 'child', 'sibling', 'household'),
    ...interval,
  ]),
  address: spec('address', '住址', ['valid_to'], 'valid_from', [
    column('subject', 'subject'),
    column('address', 'address'),
    optional('neighbourhood', 'address'),
    ...interval,
  ]),
  watch: spec('watch', '特別身分', ['valid_to'], 'valid_from', [
    column('subject', 'subject'),
    withWords(column('list', 'word'), 'public-figure', 'protected', 'deceased'),
    ...interval,
  ]),
}
