import { randomUUID } from 'node:crypto'
import { type Database, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from './record-event.ts'

/** Where records, tables and files do not say what was sealed and signed. */
export type RecordFaultCode =
  /** a leaf of the log whose event is gone, though its time has not come */
  | 'row-missing'
  /** an event that stands neither in the log nor before it */
  | 'row-without-leaf'
  /** the event has another leaf than the log */
  | 'leaf-differs'
  | 'unreadable'
  | 'not-committed'
  | 'column-differs'
  /** a table beside says something else than the event it rests on, or rests on none, or its row is gone */
  | 'side-differs'
  | 'side-without-event'
  | 'side-missing'
  /** a public file was not what the stored entries make, and has been derived again */
  | 'file-repaired'
  /** a public file is wrong, and the stored entries do not make what was signed either */
  | 'file-wrong'
  | 'checkpoint-behind'

export interface RecordFault {
  readonly code: RecordFaultCode
  /** `event:ID`, `disclosure:CODE`, a file of the log */
  readonly place: string
  /** names of columns and the like, never a value */
  readonly detail: string
}

export interface RecordFinding extends RecordFault {
  readonly id: string
  readonly foundAt: Date
  /** who took note of it; undefined: nobody yet */
  readonly notedBy: string | undefined
  readonly notedAt: Date | undefined
}

/** More of one sweep are counted, not listed: whoever changed so much is found by the first ones. */
export const MAX_FINDINGS = 500

interface FindingRow {
  finding_id: string
  code: RecordFaultCode
  place: string
  detail: string
  found_at: Date
  noted_by: string | null
  noted_at: Date | null
}

/** Keeps what was found, each once, with an event for what is new. Answers how many are new. */
export async function keepFaults(database: Database, faults: readonly RecordFault[], at: Date): Promise<number> {
  if (faults.length === 0) return 0
  const few = faults.slice(0, MAX_FINDINGS)
  return database.transaction(async (tx) => {
    const added = await tx.query<{ code: string; place: string }>(
      `INSERT INTO ledger_finding (finding_id, code, place, detail, found_at)
       SELECT id, code, place, detail, $5 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS f (id, code, place, detail)
       ON CONFLICT (code, place) DO NOTHING RETURNING code, place`,
      [
        ...[few.map(() => randomUUID()), few.map(({ code }) => code), few.map(({ place }) => place)],
        ...[few.map(({ detail }) => detail), at],
      ],
    )
    if (added.length === 0) return unchanged(0)
    const receipt = await recordEvent(tx, {
      kind: 'record-differs',
      at,
      actor: 'system',
      actorPost: '',
      subjectRef: 'ledger:sweep',
      reason: '',
      detail: { found: added.map(({ code, place }) => `${code} ${place}`), all: faults.length },
    })
    return recorded(receipt, added.length)
  })
}

/** What was found, newest first; what nobody has taken note of before the rest. */
export async function listFindings(database: Pick<Database, 'upkeep'>): Promise<readonly RecordFinding[]> {
  const rows = await database.upkeep.query<FindingRow>(
    'SELECT * FROM ledger_finding ORDER BY noted_at IS NOT NULL, found_at DESC, place LIMIT $1',
    [MAX_FINDINGS],
  )
  return rows.map((row) => ({
    id: row.finding_id,
    code: row.code,
    place: row.place,
    detail: row.detail,
    foundAt: row.found_at,
    notedBy: row.noted_by ?? undefined,
    notedAt: row.noted_at ?? undefined,
  }))
}

/** Findings nobody has taken note of. */
export async function countOpenFindings(database: Pick<Database, 'upkeep'>): Promise<number> {
  const [row] = await database.upkeep.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM ledger_finding WHERE noted_at IS NULL',
  )
  return row?.n ?? 0
}

/** Takes note of a finding, with what was done about it; the warning goes, the finding stays. False: there is none such. */
export async function noteFinding(
  database: Database,
  id: string,
  by: { readonly account: string; readonly post: string },
  reason: string,
  at: Date,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [noted] = await tx.query<{ code: string; place: string }>(
      'UPDATE ledger_finding SET noted_by = $2, noted_at = $3 WHERE finding_id = $1 AND noted_at IS NULL RETURNING code, place',
      [id, by.account, at],
    )
    if (!noted) return unchanged(false)
    const receipt = await recordEvent(tx, {
      kind: 'record-difference-noted',
      at,
      actor: by.account,
      actorPost: by.post,
      subjectRef: `finding:${id}`,
      reason,
      detail: { code: noted.code, place: noted.place },
    })
    return recorded(receipt, true)
  })
}
