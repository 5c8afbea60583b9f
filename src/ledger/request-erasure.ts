import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded } from '../database/database.ts'
import { inLongWork } from '../database/patience.ts'
import { type ErasureFailure, type ErasureOrder, eraseMonth, erasePerson, type Settle } from './erase.ts'
import type { KeyStore } from './key-store.ts'
import { recordEvent } from './record-event.ts'
import { monthName } from './retention.ts'

interface Parts {
  readonly database: Database
  readonly keys: KeyStore
  readonly clock: Clock
}

type By = ErasureOrder['orderedBy']
/** What is to go: a month's records, or one citizen's part of all records. */
export type ErasureScope = { readonly month: number } | { readonly person: string }

export interface ErasureRequest {
  readonly requestId: string
  /** `2031-12`, or null where a citizen's part is meant */
  readonly month: string | null
  readonly basis: string
  readonly askedBy: string
  readonly askedAt: string
  readonly state: 'open' | 'done' | 'withdrawn'
  readonly decidedBy: string | null
  readonly events: number | null
  /** the event whose proof is the certificate */
  readonly eventId: string | null
}

interface Row {
  request_id: string
  expires_month: number | null
  person: string | null
  basis: string
  asked_by: string
  asked_by_post: string
  asked_at: Date
  state: ErasureRequest['state']
  decided_by: string | null
  events: number | null
  event_id: string | null
}

/** Asks for an erasure and records it; answers the request's id. Nothing is erased yet. */
export async function requestErasure(
  { database, clock }: Parts,
  scope: ErasureScope,
  basis: string,
  by: By,
): Promise<string> {
  const requestId = randomUUID()
  const [month, person] = 'month' in scope ? [scope.month, null] : [null, scope.person]
  await database.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO erasure_request (request_id, expires_month, person, basis, asked_by, asked_by_post, asked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [requestId, month, person, basis, by.account, by.post, clock.now()],
    )
    const receipt = await recordEvent(tx, {
      kind: 'erasure',
      at: clock.now(),
      actor: by.account,
      actorPost: by.post,
      subjectRef: `erasure-request:${requestId}`,
      reason: basis,
      detail: { act: 'requested', ...(month !== null && { month: monthName(month) }) },
    })
    return recorded(receipt, undefined)
  })
  return requestId
}

/** Approves an open request and carries it out. `nothing` also when there is no such open request. */
export async function approveErasure(
  parts: Parts,
  requestId: string,
  by: By,
): Promise<Result<ErasureRequest, ErasureFailure>> {
  const { database, clock } = parts
  const [row] = await database.query<Row>("SELECT * FROM erasure_request WHERE request_id = $1 AND state = 'open'", [
    requestId,
  ])
  if (!row) return fail('nothing')
  const order = { orderedBy: { account: row.asked_by, post: row.asked_by_post }, approvedBy: by, basis: row.basis }
  const settle: Settle = (tx, { receipt, events }) =>
    tx.query(
      `UPDATE erasure_request SET state = 'done', person = NULL, decided_by = $2, decided_at = $3, events = $4, event_id = $5
       WHERE request_id = $1`,
      [requestId, by.account, clock.now(), events, receipt.eventId],
    )
  const erase = () =>
    row.expires_month === null
      ? erasePerson(parts, row.person ?? '', order, settle)
      : eraseMonth(parts, row.expires_month, order, settle)
  const outcome = await inLongWork(erase)
  if (!outcome.ok) return outcome
  const [done] = await listErasures(database, requestId)
  return done ? ok(done) : fail('nothing')
}

const MAX_LISTED = 500

/** Requests, newest first; never the citizen they are about. */
export async function listErasures(database: Database, requestId?: string): Promise<readonly ErasureRequest[]> {
  const rows = await database.query<Row>(
    'SELECT * FROM erasure_request WHERE $1::uuid IS NULL OR request_id = $1 ORDER BY asked_at DESC LIMIT $2',
    [requestId ?? null, MAX_LISTED],
  )
  return rows.map((row) => ({
    requestId: row.request_id,
    month: row.expires_month === null ? null : monthName(row.expires_month),
    basis: row.basis,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    state: row.state,
    decidedBy: row.decided_by,
    events: row.events,
    eventId: row.event_id,
  }))
}
