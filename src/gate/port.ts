/**
 * The gate answers: may this person see this, now, for this case, and how much of it; and it is the only way rows of an
 * agency's database leave. Queries are fixed and catalogued, logins can only read views, every subject disclosed stands
 * in the journal before its row is handed out. Start reading at disclose.ts, which is the whole way of a row.
 */
export type { Canary, Doer } from './canary.ts'
export type { CaseAsk, CaseFailure } from './case-facts.ts'
export { caseKeyOf, identifierForm } from './case-key.ts'
export type { Catalogue, CataloguedQuery, QueryColumn } from './catalogue.ts'
export type { Cell, Connector, Row } from './connector.ts'
export { createGate, type QueryGate } from './create-gate.ts'
export type { DiscloseAsk, DiscloseFailure, Disclosure } from './disclose.ts'
export { disclosureQr } from './disclosure-code.ts'
export { DisclosureStopped } from './disclosure-flow.ts'
export { type ExportedFile, type ExportFormat, exportDisclosure } from './export-disclosure.ts'
export { postgresConnector } from './postgres-connector.ts'
export type { QuerySample } from './sample-query.ts'
export { markLine } from './watermark.ts'
