/**
 * The ledger answers: what happened, provably, in which order. Other slices append, inside their own transactions of the
 * database the ledger hands out; a Merkle log in the field's own formats (C2SP tlog-tiles, checkpoints, cosignatures)
 * stands over what they append, so that nobody can change or drop a record without outsiders finding it.
 */
export { createLedger, type EventReceipt, type Ledger, type LedgerStatus } from './create-ledger.ts'
export type { EventKind, NewEvent, Receipt } from './event.ts'
export { recordEvent } from './record-event.ts'
export { verifyLog } from './verify-log.ts'
