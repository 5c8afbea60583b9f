import type { Database, Queryable } from '../../database/database.ts'
import type { ApprovalTemplate, DecisionRequest, MaskLevel } from '../decision.ts'
import type { ReasonCode } from '../reasons.ts'
import type { RequestChange, RequestFacts, RequestState } from './request.ts'

/** A request as it stands in the store. */
export interface StoredRequest {
  readonly id: string
  readonly kind: 'approval' | 'emergency'
  readonly state: RequestState
  readonly account: string
  readonly personName: string
  readonly unit: string
  readonly post: string
  readonly agency: string
  readonly query: string
  readonly version: number
  readonly act: DecisionRequest['act']
  readonly purpose: string
  readonly caseNumber: string
  readonly subjectToken: string
  readonly maskLevel: MaskLevel
  readonly rowCap: number
  readonly sealedParameters: Buffer | null
  readonly binding: Buffer
  readonly template: ApprovalTemplate
  readonly reasons: readonly ReasonCode[]
  readonly justification: string
  readonly policyVersion: string
  readonly askedAt: Date
  readonly expiresAt: Date
  readonly usableUntil: Date | null
  readonly usesLeft: number
}

export interface StoredApproval {
  readonly approver: string
  readonly approverName: string
  readonly approverPost: string
  readonly verdict: 'approve' | 'reject'
  readonly reason: string
  readonly at: Date
}

const COLUMNS = `id, kind, state, account, person_name AS "personName", unit, post, agency, query, version, act, purpose,
  case_number AS "caseNumber", subject_token AS "subjectToken", mask_level AS "maskLevel", row_cap AS "rowCap",
  sealed_parameters AS "sealedParameters", binding, template, reasons, justification,
  policy_version AS "policyVersion", asked_at AS "askedAt", expires_at AS "expiresAt",
  usable_until AS "usableUntil", uses_left AS "usesLeft"`

export const MAX_LISTED = 200

/** Stores a new request; `evidence`: the passkey's signature of an emergency, null otherwise. */
export async function insertRequest(tx: Queryable, request: StoredRequest, evidence: unknown): Promise<void> {
  await tx.query(
    `INSERT INTO gate_request (id, kind, state, account, person_name, unit, post, agency, query, version, act, purpose,
       case_number, subject_token, mask_level, row_cap, sealed_parameters, binding, template, reasons, justification,
       policy_version, asked_at, expires_at, usable_until, uses_left, evidence)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
       $24, $25, $26, $27)`,
    [
      ...[request.id, request.kind, request.state, request.account, request.personName, request.unit, request.post],
      ...[request.agency, request.query, request.version, request.act, request.purpose, request.caseNumber],
      ...[request.subjectToken, request.maskLevel, request.rowCap, request.sealedParameters, request.binding],
      ...[request.template, [...request.reasons], request.justification, request.policyVersion, request.askedAt],
      ...[
        request.expiresAt,
        request.usableUntil,
        request.usesLeft,
        evidence === null ? null : JSON.stringify(evidence),
      ],
    ],
  )
}

/** One request, locked until the transaction ends: two deciders at once come one after the other. */
export async function lockRequest(tx: Queryable, id: string): Promise<StoredRequest | undefined> {
  const [row] = await tx.query<StoredRequest & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM gate_request WHERE id = $1 FOR UPDATE`,
    [id],
  )
  return row
}

export async function findRequest(database: Queryable, id: string): Promise<StoredRequest | undefined> {
  const [row] = await database.query<StoredRequest & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM gate_request WHERE id = $1`,
    [id],
  )
  return row
}

/** What these people have open, locked until the transaction ends. */
export function openRequestsOf(tx: Queryable, accounts: readonly string[]): Promise<readonly StoredRequest[]> {
  return tx.query<StoredRequest & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM gate_request
     WHERE account = ANY($1) AND state IN ('pending', 'approved') ORDER BY id FOR UPDATE`,
    [accounts],
  )
}

/** Own requests, newest first. */
export function requestsOf(database: Queryable, account: string): Promise<readonly StoredRequest[]> {
  return database.query<StoredRequest & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM gate_request WHERE account = $1 ORDER BY asked_at DESC LIMIT ${MAX_LISTED}`,
    [account],
  )
}

/** Requests of an agency that wait for a word, oldest first. */
export function pendingOf(database: Queryable, agency: string, now: Date): Promise<readonly StoredRequest[]> {
  return database.query<StoredRequest & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM gate_request
     WHERE agency = $1 AND state = 'pending' AND kind = 'approval' AND expires_at > $2 ORDER BY asked_at LIMIT ${MAX_LISTED}`,
    [agency, now],
  )
}

export function approvalsOf(database: Queryable, id: string): Promise<readonly StoredApproval[]> {
  return database.query<StoredApproval & Record<string, unknown>>(
    `SELECT approver, approver_name AS "approverName", approver_post AS "approverPost", verdict, reason, at
     FROM gate_approval WHERE request = $1 ORDER BY at`,
    [id],
  )
}

/** What the state table has to know of a request. */
export async function factsOf(tx: Queryable, request: StoredRequest): Promise<RequestFacts> {
  const approvals = await tx.query<{ by: string }>(
    `SELECT coalesce(nullif(acting_for, ''), approver) AS by FROM gate_approval WHERE request = $1 AND verdict = 'approve'`,
    [request.id],
  )
  return {
    state: request.state,
    account: request.account,
    template: request.template,
    expiresAt: request.expiresAt,
    usableUntil: request.usableUntil ?? undefined,
    usesLeft: request.usesLeft,
    approvedBy: approvals.map(({ by }) => by),
  }
}

/** Writes a change. What was typed goes with the request's end: it has no use any more. */
export async function applyChange(tx: Queryable, id: string, change: RequestChange, now: Date): Promise<void> {
  await tx.query(
    `UPDATE gate_request SET state = $2, usable_until = coalesce($3, usable_until), uses_left = coalesce($4, uses_left),
       decided_at = CASE WHEN state = 'pending' AND $2 <> 'pending' THEN $5 ELSE decided_at END,
       sealed_parameters = CASE WHEN $2 IN ('pending', 'approved') THEN sealed_parameters END
     WHERE id = $1`,
    [id, change.state, change.usableUntil ?? null, change.usesLeft ?? null, now],
  )
}

/** Opens an emergency that its official confirmed, with the passkey's signature. */
export async function openConfirmed(
  tx: Queryable,
  id: string,
  { until, looks, evidence, now }: { readonly until: Date; looks: number; evidence: unknown; readonly now: Date },
): Promise<void> {
  await tx.query(
    `UPDATE gate_request SET state = 'approved', usable_until = $2, expires_at = $2, uses_left = $3, evidence = $4,
       decided_at = $5 WHERE id = $1`,
    [id, until, looks, JSON.stringify(evidence), now],
  )
}

/** Ends what time has ended, and forgets what was typed for it. Returns how many. */
export async function expireRequests({ upkeep }: Database, now: Date): Promise<number> {
  const rows = await upkeep.query(
    `UPDATE gate_request SET state = 'expired', sealed_parameters = NULL
     WHERE (state = 'pending' AND expires_at <= $1) OR (state = 'approved' AND usable_until <= $1) RETURNING id`,
    [now],
  )
  return rows.length
}
