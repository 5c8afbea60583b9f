/**
 * The gate answers: may this person see this, now, for this case, and how much of it; and it is the only way rows of an
 * agency's database leave. Queries are fixed and catalogued, logins can only read views, every subject disclosed stands
 * in the journal before its row is handed out. Start reading at disclose.ts, which is the whole way of a row.
 */
export { caseKeyOf } from './case-key.ts'
export { createGate, type QueryGate } from './create-gate.ts'
export { postgresConnector } from './postgres-connector.ts'
