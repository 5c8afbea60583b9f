/**
 * The ledger answers: what happened, provably, in which order. Today it is the append-only event journal in
 * PostgreSQL; the Merkle log over it is not built yet. Other slices only append, inside their own transactions.
 */
export { recordEvent } from './record-event.ts'
