import { EVIDENCE_KINDS, type EvidenceKind } from '../evidence/port.ts'

/** What an access offers to rules. `day`, `slot` (15 minutes), `hour` and `weekday` are Taipei's; `purpose_code` see rules/purposes.yaml. */
export const ACCESS_COLUMNS: ReadonlySet<string> = new Set([
  'access_id', 'agency', 'system', 'at', 'officer', 'terminal', 'action', 'query_kind', 'subject_kind', 'subject', 'purpose',
  'purpose_code', 'case_no', 'case_key', 'day', 'slot', 'hour', 'weekday',
])

/** What each named query yields. */
export const QUERY_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  'duty-case': ['officer', 'subject', 'valid_from', 'assignment_id', 'party_id', 'case_no', 'case_key', 'closed_at', 'recorded_at', 'recorded_by'],
  'unit-case': ['unit', 'subject', 'opened_at', 'case_id', 'party_id', 'case_no', 'closed_at', 'recorded_at', 'recorded_by'],
  crowd: ['subject', 'starts', 'n'],
  'case-reuse': ['officer', 'case_key', 'n'],
  volume: ['officer', 'day', 'n'],
  burst: ['officer', 'slot', 'n'],
  'name-search': ['officer', 'subject', 'day', 'n'],
  'approver-pair': ['officer', 'n'],
  dormant: ['officer', 'starts', 'n'],
}

/** Columns of an evidence table as rules see it: those of its kind, each number's key, and where it came from. */
export function evidenceColumns(kind: EvidenceKind): readonly string[] {
  const own = EVIDENCE_KINDS[kind].columns.flatMap(({ name, type }) => (type === 'case' ? [name, keyOf(name)] : [name]))
  return ['evidence_id', 'agency', 'recorded_at', 'recorded_by', ...own]
}

/** The comparable form of a case or document number stands beside it. */
export const keyOf = (column: string): string => column.replace(/_no$/, '_key')

/** Columns that hold 16-byte pseudonyms: their emptiness is sixteen zero bytes. */
export const isPseudonym = (column: string): boolean => ['subject', 'other', 'person', 'address', 'neighbourhood'].includes(column)
