import type { Json } from '../base/canonical-json.ts'
import type { Queryable } from '../database/database.ts'
import type { ChangeKindName, ChangeLine } from '../wire/change.ts'
import type { Words } from './change.ts'

/** A proposal as it stands in the store. */
export interface StoredChange {
  readonly changeId: string
  readonly kind: ChangeKindName
  readonly target: string
  readonly agency: string
  readonly value: Json
  readonly base: Buffer
  readonly before: Json
  readonly consequences: readonly Words[]
  readonly reason: string
  readonly effectiveFrom: Date | null
  readonly proposedBy: string
  readonly proposedByPost: string
  readonly proposedAt: Date
  readonly expiresAt: Date
  readonly state: 'open' | 'applied' | 'refused' | 'withdrawn' | 'stale'
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
  readonly decisionReason: string
  /** when what is shown once was fetched */
  readonly slipAt: Date | null
}

const COLUMNS = `change_id AS "changeId", kind, target, agency, value, base, before, consequences, reason,
  effective_from AS "effectiveFrom", proposed_by AS "proposedBy", proposed_by_post AS "proposedByPost",
  proposed_at AS "proposedAt", expires_at AS "expiresAt", state, decided_by AS "decidedBy", decided_at AS "decidedAt",
  decision_reason AS "decisionReason", slip_at AS "slipAt"`
const MAX_LISTED = 200

export async function insertChange(tx: Queryable, each: StoredChange): Promise<void> {
  await tx.query(
    `INSERT INTO change_proposal (change_id, kind, target, agency, value, base, before, consequences, reason,
       effective_from, proposed_by, proposed_by_post, proposed_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ...[each.changeId, each.kind, each.target, each.agency, JSON.stringify(each.value), each.base],
      ...[JSON.stringify(each.before), JSON.stringify(each.consequences), each.reason, each.effectiveFrom],
      ...[each.proposedBy, each.proposedByPost, each.proposedAt, each.expiresAt],
    ],
  )
}

export async function findChange(database: Queryable, id: string): Promise<StoredChange | undefined> {
  const [row] = await database.query<StoredChange & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM change_proposal WHERE change_id = $1`,
    [id],
  )
  return row
}

/** Open ones first, then the newest. */
export const listChanges = (database: Queryable): Promise<readonly StoredChange[]> =>
  database.query<StoredChange & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM change_proposal ORDER BY state = 'open' DESC, proposed_at DESC LIMIT $1`,
    [MAX_LISTED],
  )

/** Ends an open proposal. False: somebody else did. */
export async function endChange(
  tx: Queryable,
  id: string,
  end: {
    readonly state: Exclude<StoredChange['state'], 'open'>
    readonly by: { readonly account: string; readonly post: string }
    readonly at: Date
    readonly reason: string
    readonly evidence?: Json
  },
): Promise<boolean> {
  const { state, by, at, reason, evidence } = end
  const ended = await tx.query(
    `UPDATE change_proposal SET state = $2, decided_by = $3, decided_by_post = $4, decided_at = $5, decision_reason = $6,
       evidence = $7 WHERE change_id = $1 AND state = 'open' RETURNING 1`,
    [id, state, by.account, by.post, at, reason, evidence === undefined ? null : JSON.stringify(evidence)],
  )
  return ended.length > 0
}

/** Marks what is shown once as fetched. False: it was before. */
export async function takeSlip(tx: Queryable, id: string, at: Date): Promise<boolean> {
  const taken = await tx.query(
    "UPDATE change_proposal SET slip_at = $2 WHERE change_id = $1 AND state = 'applied' AND slip_at IS NULL RETURNING 1",
    [id, at],
  )
  return taken.length > 0
}

/** The latest proposal about something. */
export async function findChangeOf(
  database: Queryable,
  kind: ChangeKindName,
  target: string,
): Promise<StoredChange | undefined> {
  const [row] = await database.query<StoredChange & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM change_proposal WHERE kind = $1 AND target = $2 ORDER BY proposed_at DESC LIMIT 1`,
    [kind, target],
  )
  return row
}

/** Keeps the value as the next version of its target. */
export async function keepVersion(tx: Queryable, change: StoredChange, effectiveFrom: Date): Promise<void> {
  await tx.query(
    `INSERT INTO setting_version (kind, target, version, value, effective_from, change_id)
     SELECT $1, $2, 1 + coalesce(max(version), 0), $3, $4, $5 FROM setting_version WHERE kind = $1 AND target = $2`,
    [change.kind, change.target, JSON.stringify(change.value), effectiveFrom, change.changeId],
  )
}

/** Of each target the newest version that has begun. */
export async function valuesInForce(
  database: Queryable,
  kind: ChangeKindName,
  now: Date,
): Promise<ReadonlyMap<string, Json>> {
  const rows = await database.query<{ target: string; value: Json }>(
    `SELECT DISTINCT ON (target) target, value FROM setting_version WHERE kind = $1 AND effective_from <= $2
     ORDER BY target, effective_from DESC, version DESC`,
    [kind, now],
  )
  return new Map(rows.map(({ target, value }) => [target, value]))
}

/** Whoever may still fetch what is shown once; undefined: nothing is there, or it was fetched. */
export function slipFor({ kind, value, state, slipAt, proposedBy, decidedBy }: StoredChange): string | undefined {
  if (state !== 'applied' || slipAt) return undefined
  if (kind === 'calling-system') return says(value, 'isNewKey') ? proposedBy : undefined
  const hasPasswords = kind === 'account-add' || (kind === 'staff' && says(value, 'withPasswords'))
  return hasPasswords ? (decidedBy ?? undefined) : undefined
}

const says = (value: Json, name: string): boolean =>
  typeof value === 'object' && value !== null && Object.entries(value).some(([key, is]) => key === name && is === true)

export function lineOf(change: StoredChange, account: string, now: Date): ChangeLine {
  const { changeId, kind, target, reason, state, proposedBy, decidedBy, decisionReason } = change
  return {
    ...{ changeId, kind, target, reason, proposedBy, decidedBy, decisionReason },
    state: state === 'open' && change.expiresAt <= now ? 'expired' : state,
    proposedAt: change.proposedAt.toISOString(),
    expiresAt: change.expiresAt.toISOString(),
    effectiveFrom: change.effectiveFrom?.toISOString() ?? null,
    decidedAt: change.decidedAt?.toISOString() ?? null,
    isMine: proposedBy === account,
    hasSlip: slipFor(change) === account,
  }
}
