import type { Clock } from '../base/clock.ts'
import { type Database, type Queryable, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { TOKEN_BYTES } from './subject-token.ts'

/** A sealed subject, by pseudonym only. */
export interface Canary {
  readonly subject: string
  readonly sealedAt: Date
  readonly sealedBy: string
  readonly note: string
  readonly reads: number
}

export interface Doer {
  readonly account: string
  readonly post: string
}

const MAX_CANARIES = 10_000

/** Seals a subject: from now on any look at it is a finding. Nothing is written to the agency's database. */
export async function sealCanary(
  parts: { readonly database: Database; readonly clock: Clock },
  canary: { readonly subject: Buffer; readonly note: string },
  by: Doer,
): Promise<'sealed' | 'full'> {
  const at = parts.clock.now()
  return parts.database.transaction(async (tx) => {
    const [count] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM canary')
    if ((count?.n ?? 0) >= MAX_CANARIES) return unchanged('full' as const)
    await tx.query(
      `INSERT INTO canary (subject, sealed_at, sealed_by, note, agency) VALUES ($1, $2, $3, $4, home_of($3))
       ON CONFLICT DO NOTHING`,
      [canary.subject, at, by.account, canary.note],
    )
    const receipt = await recordEvent(tx, event('canary-sealed', at, by, canary.subject.toString('hex')))
    return recorded(receipt, 'sealed' as const)
  })
}

/** Takes a subject off the list; what was found stays. Returns whether it was on it. */
export async function unsealCanary(
  parts: { readonly database: Database; readonly clock: Clock },
  subject: Buffer,
  by: Doer,
): Promise<boolean> {
  return parts.database.transaction(async (tx) => {
    const gone = await tx.query('DELETE FROM canary WHERE subject = $1 RETURNING subject', [subject])
    if (gone.length === 0) return unchanged(false)
    const receipt = await recordEvent(tx, event('canary-unsealed', parts.clock.now(), by, subject.toString('hex')))
    return recorded(receipt, true)
  })
}

/** The sealed list with the number of reads of each. */
export async function listCanaries(database: Database): Promise<readonly Canary[]> {
  const rows = await database.query<{
    subject: Buffer
    sealed_at: Date
    sealed_by: string
    note: string
    reads: number
  }>(
    `SELECT c.*, (SELECT count(*)::int FROM event e WHERE e.kind = 'canary-read'
       AND e.subject_ref = 'subject:' || encode(c.subject, 'hex')) AS reads
     FROM canary c ORDER BY sealed_at DESC LIMIT $1`,
    [MAX_CANARIES],
  )
  return rows.map((row) => ({
    subject: row.subject.toString('hex'),
    sealedAt: row.sealed_at,
    sealedBy: row.sealed_by,
    note: row.note,
    reads: row.reads,
  }))
}

/**
 * Records a finding for each sealed subject among these pseudonyms (16 bytes each, run together), in the transaction of
 * the act that touched them. The officer sees nothing of it.
 */
export async function findCanaries(
  tx: Queryable,
  subjects: Buffer,
  act: { readonly at: Date; readonly code: string } & Doer,
): Promise<number> {
  // Over the lists of every agency: the engine answers with hits alone, not with the lists (migration 040).
  if (subjects.length === 0) return 0
  const hits = await tx.query<{ subject: Buffer; agency: string }>(
    'SELECT subject, agency FROM sealed_among($1::bytea, $2::int)',
    [subjects, subjects.length / TOKEN_BYTES],
    'find-canaries',
  )
  for (const { subject, agency } of hits) {
    await recordEvent(tx, {
      ...event('canary-read', act.at, act, subject.toString('hex')),
      detail: { disclosure: act.code },
      ...(agency !== '' && { agency }),
    })
  }
  return hits.length
}

function event(kind: 'canary-sealed' | 'canary-unsealed' | 'canary-read', at: Date, by: Doer, subject: string) {
  return {
    kind,
    at,
    actor: by.account,
    actorPost: by.post,
    subjectRef: `subject:${subject}`,
    reason: '',
    detail: {},
  }
}
