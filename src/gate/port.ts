/**
 * The gate answers: may this person see this, now, for this case, and how much of it; and it is the only way rows of an
 * agency's database leave. Queries are fixed and catalogued, logins can only read views, every subject disclosed stands
 * in the journal before its row is handed out. Start reading at disclose.ts, which is the whole way of a row.
 */
export { caseKeyOf } from './case-key.ts'
export { loadCatalogue } from './catalogue.ts'
export { createGate, type QueryGate } from './create-gate.ts'
export type { ApproverView } from './desk/approver-view.ts'
export { closeRequestsOf } from './desk/close-requests.ts'
export { createDesk, type Desk } from './desk/create-desk.ts'
export type { LookAnswer, Looker } from './desk/look.ts'
export { notify } from './desk/notices.ts'
export type { ConflictAct, Office, OfficePerson } from './desk/office.ts'
export type { Question } from './desk/question.ts'
export type { ToldQuestion } from './desk/record-asked.ts'
export type { StoredApproval, StoredRequest } from './desk/request-store.ts'
export type { EmergencyReview } from './desk/review.ts'
export { type ListedConnectors, listedConnectors } from './listed-connectors.ts'
export { type LivePolicies, livePolicies } from './live-policies.ts'
export {
  type AccessRequestFailure,
  cancelAccess,
  requestAccess,
  taskOf,
} from './point/access-request.ts'
export { createDecisionPoint, type PointDeps } from './point/decision-point.ts'
export { DUTIES } from './point/duties.ts'
export { keepReceipt, shadowReport } from './point/evaluation-store.ts'
export {
  type AskingSystem,
  answerMany,
  answerOne,
  type DecisionPoint,
  pageOf,
  type SearchKind,
} from './point/protocol.ts'
export { tokenSigner } from './point/signed-token.ts'
export { loadPolicies } from './policy-book.ts'
export { postgresConnector } from './postgres-connector.ts'
export { reasonsTold, reasonWords } from './reasons.ts'
export { GATE_SIDE_TABLES } from './side-tables.ts'
export { comparePolicies, findOpenings } from './simulate/simulate.ts'
