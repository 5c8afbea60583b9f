/**
 * The ledger answers: what happened, provably, in which order. Other slices append, inside their own transactions of the
 * database the ledger hands out; a Merkle log in the field's own formats (C2SP tlog-tiles, checkpoints, cosignatures)
 * stands over what they append, so that nobody can change or drop a record without outsiders finding it.
 */
export { writeBundle } from './bundle.ts'
export { checkFiles, type FileReport } from './check-file.ts'
export type { CheckCode } from './check-note.ts'
export { clockWords } from './clock-check.ts'
export { createLedger, type EventReceipt, type Ledger, type LedgerStatus } from './create-ledger.ts'
export type { ErasureFailure } from './erase.ts'
export type { NewEvent } from './event.ts'
export { liftHold, placeHold } from './hold.ts'
export { LedgerRefuses } from './journal.ts'
export { eventIdOf } from './list-events.ts'
export type { OutsideSettings } from './outside.ts'
export { recordAct, recordEvent, recordEvents } from './record-event.ts'
export { approveErasure, listErasures, requestErasure } from './request-erasure.ts'
export { MIN_RETENTION_MONTHS, parseMonth, retentionMonths } from './retention.ts'
export { ROW_PROOF_FORMAT } from './row-proof-file.ts'
export { createRowsTree, proveRow, type RowProof, type RowsTree } from './rows-tree.ts'
export { readCertificates } from './stamp.ts'
export { formatNoteKey, type NoteKey, parseNoteKey } from './tlog/note-key.ts'
export { type Policy, parsePolicy } from './tlog/policy.ts'
export { formatProof } from './tlog/proof.ts'
export { readLeaf, verifyLog } from './verify-log.ts'
export { serveWitness } from './witness-server.ts'
export { initWitness, openWitnessStore } from './witness-store.ts'
