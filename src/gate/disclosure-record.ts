import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, type Queryable, type Recorded, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { type HoldsAt, takeTurn, tokensOf } from './asked.ts'
import { findCanaries } from './canary.ts'
import type { Decision, DecisionRequest, MaskLevel } from './decision.ts'
import { MASK_RULES_VERSION } from './mask.ts'
import type { MaskedChunk } from './mask-rows.ts'
import { guardMaskUnion } from './mask-union.ts'

/** Who receives, as it is printed into the watermark. */
export interface Receiver {
  readonly name: string
  readonly unit: string
}

export interface Opening {
  readonly code: string
  readonly request: DecisionRequest
  readonly decision: Decision
  readonly receiver: Receiver
  readonly level: MaskLevel
  /** id of the approval it rests on; '' for none */
  readonly approval: string
  /** pseudonym of the citizen the question is about; undefined for companies, parcels, plates */
  readonly person: string | undefined
}

export type DisclosureState = 'complete' | 'cut' | 'abandoned' | 'failed' | 'interrupted'

interface Store {
  readonly database: Database
  readonly clock: Clock
}

/**
 * First: the disclosure stands in the journal before the agency's database is even asked. Of an account's looks one opens at
 * a time, and each is counted again then: of many asked at once, each decided by the same count, no more open than the
 * policies allow. `decision-stale`: by now they would say something else; nothing is recorded.
 */
export async function recordOpening(
  store: Store,
  opening: Opening,
  holdsAt: HoldsAt = () => true,
): Promise<Result<Date, 'decision-stale'>> {
  const { code, request, decision, receiver } = opening
  const { asker, resource } = request
  const at = store.clock.now()
  return store.database.transaction(async (tx) => {
    const turn = { account: asker.account, at, counted: request.subjectsToday }
    if (!(await takeTurn(tx, turn, holdsAt))) return unchanged(fail('decision-stale'))
    const receipt = await recordEvent(tx, {
      ...eventOf(opening, at),
      kind: 'disclosure-opened',
      ...(opening.person !== undefined && { person: opening.person }),
      detail: {
        query: `${resource.query}@${resource.version}`,
        purpose: request.purpose,
        case: request.case?.number ?? '',
        subject: resource.subjectToken,
        act: request.act,
        maskLevel: opening.level,
        outcome: decision.outcome,
        approval: opening.approval,
        policies: decision.policies,
        policyVersion: decision.policyVersion,
        receiver: { name: receiver.name, unit: receiver.unit },
        agency: resource.agency,
      },
    })
    await tx.query(
      `INSERT INTO disclosure (code, opened_at, event_id, account, person_name, unit, post, agency, act, query, version,
         purpose, case_number, subject_token, mask_level, outcome, approval, policy_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
      [
        ...[code, at, receipt.eventId, asker.account, receiver.name, receiver.unit, asker.post, resource.agency],
        ...[request.act, resource.query, resource.version, request.purpose, request.case?.number ?? ''],
        ...[resource.subjectToken, opening.level, decision.outcome, opening.approval, decision.policyVersion],
      ],
      'open-disclosure',
    )
    // The question itself is the finding: a sealed subject need not exist in the agency's database.
    const asked = tokensOf([resource.subjectToken])
    await findCanaries(tx, asked, { at, code, account: asker.account, post: asker.post })
    return recorded(receipt, ok(at))
  })
}

/**
 * Before a chunk leaves: its subjects, durable. The event says that these rows were released, not that they arrived;
 * the closing event says how many were taken. Fails, storing nothing, when the masks united would reveal too much.
 */
export async function recordChunk(
  store: Store,
  opening: Opening,
  chunk: number,
  masked: MaskedChunk,
): Promise<Result<undefined, 'mask-union'>> {
  const at = store.clock.now()
  const { asker } = opening.request
  return store.database.transaction(async (tx) => {
    const guard = await guardMaskUnion(tx, asker.account, MASK_RULES_VERSION, masked)
    if (!guard.ok) return unchanged(fail('mask-union'))
    const receipt = await insertChunk(tx, opening, chunk, masked, at)
    await findCanaries(tx, masked.subjects, { at, code: opening.code, account: asker.account, post: asker.post })
    return recorded(receipt, ok(undefined))
  })
}

async function insertChunk(
  tx: Queryable,
  opening: Opening,
  chunk: number,
  masked: MaskedChunk,
  at: Date,
): Promise<Recorded> {
  const receipt = await recordEvent(tx, {
    ...eventOf(opening, at),
    kind: 'disclosure-chunk',
    detail: {
      chunk,
      rows: masked.rows.length,
      // The journal commits to the list; the list itself stands in disclosed_chunk, written in the same transaction.
      digest: createHash('sha256').update(masked.subjects).digest('hex'),
    },
  })
  await tx.query(
    `INSERT INTO disclosed_chunk (code, chunk, event_id, rows, subjects, mask_rules, shapes, row_shapes, account)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[opening.code, chunk, receipt.eventId, masked.rows.length, masked.subjects],
      ...[MASK_RULES_VERSION, masked.shapes, masked.rowShapes, opening.request.asker.account],
    ],
    'record-chunk',
  )
  return receipt
}

export interface Closing {
  readonly state: DisclosureState
  /** rows received from the agency's server */
  readonly received: number
  /** rows taken by the reader */
  readonly delivered: number
  /** connector failure or refusal, '' for none */
  readonly because: string
}

/** Last: what was taken, compared with what was recorded and what the server sent. */
export async function recordClosing(store: Store, opening: Opening, closing: Closing): Promise<void> {
  const at = store.clock.now()
  await store.database.transaction(async (tx) => {
    const [sum] = await tx.query<{ recorded_rows: number }>(
      `UPDATE disclosure SET state = $2, delivered_rows = $3, closed_at = $4,
         recorded_rows = (SELECT coalesce(sum(rows), 0)::int FROM disclosed_chunk WHERE code = $1)
       WHERE code = $1 AND state = 'open' RETURNING recorded_rows`,
      [opening.code, closing.state, closing.delivered, at],
      'close-disclosure',
    )
    const rows = sum?.recorded_rows ?? 0
    const receipt = await recordEvent(tx, {
      ...eventOf(opening, at),
      kind: 'disclosure-closed',
      detail: {
        ...closing,
        recorded: rows,
        // Complete means: what the server sent, what was recorded and what was taken are one number.
        agrees: closing.received === rows && rows === closing.delivered,
      },
    })
    return recorded(receipt, undefined)
  })
}

function eventOf(opening: Opening, at: Date) {
  const { asker } = opening.request
  return {
    at,
    actor: asker.account,
    actorPost: asker.post,
    subjectRef: `disclosure:${opening.code}`,
    reason: '',
  }
}
