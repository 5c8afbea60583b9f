/**
 * Evidence answers: what records are there that may explain an access, and how did they come in. Files of access logs
 * and of everything that should explain them are imported here: decoded, checked, pseudonymised, counted. What the
 * facts mean is not judged here (see reconcile). Start reading at run-import.ts, which is the whole way of a file.
 */
export type { Evidence } from './create-evidence.ts'
export {
  EVIDENCE_KINDS,
  type EvidenceColumn,
  type EvidenceKind,
  type EvidenceKindSpec,
  OPEN_END,
} from './kinds.ts'
export { readMapping } from './read-mapping.ts'
export { readTable, type Table, type TableRow } from './read-rows.ts'
export type { StoreRebuilt } from './rebuild-store.ts'
export type { SourceRowFailure } from './source-row.ts'
export type { Statement } from './state-records.ts'
export { columnTitle, findTarget } from './target.ts'
export type { Withdrawal } from './withdraw-import.ts'
