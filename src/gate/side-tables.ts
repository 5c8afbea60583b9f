import { createHash } from 'node:crypto'
import type { Queryable } from '../database/database.ts'
import type { SideTable } from '../ledger/port.ts'

/** Tables of the gate that answer for events, held against them by the ledger's sweep. */
export const GATE_SIDE_TABLES: readonly SideTable[] = [disclosures(), chunks(), questions()]

function disclosures(): SideTable {
  return {
    name: 'disclosure',
    kinds: ['disclosure-opened'],
    page: async (tx, after, limit) => {
      const rows = await tx.query<{
        code: string
        opened_at: Date
        event_id: string
        account: string
        person_name: string
        unit: string
        agency: string
        act: string
        query: string
        version: number
        purpose: string
        case_number: string
        subject_token: string
        mask_level: string
        outcome: string
        approval: string
        policy_version: string
      }>('SELECT * FROM disclosure WHERE code > $1 ORDER BY code LIMIT $2', [after, limit])
      return rows.map((row) => ({
        key: row.code,
        place: `disclosure:${row.code}`,
        subject: `disclosure:${row.code}`,
        eventId: row.event_id,
        at: row.opened_at,
        actor: row.account,
        detail: {
          query: `${row.query}@${row.version}`,
          purpose: row.purpose,
          case: row.case_number,
          subject: row.subject_token,
          act: row.act,
          maskLevel: row.mask_level,
          outcome: row.outcome,
          approval: row.approval,
          policyVersion: row.policy_version,
          receiver: { name: row.person_name, unit: row.unit },
          agency: row.agency,
        },
      }))
    },
    missing: (tx, limit) => withoutRow(tx, 'disclosure-opened', 'disclosure', limit),
  }
}

function chunks(): SideTable {
  return {
    name: 'disclosed_chunk',
    kinds: ['disclosure-chunk'],
    page: async (tx, after, limit) => {
      const [code = '', chunk = '0'] = after.split(' ')
      const rows = await tx.query<{ code: string; chunk: number; event_id: string; rows: number; subjects: Buffer }>(
        `SELECT code, chunk, event_id, rows, subjects FROM disclosed_chunk
         WHERE (code, chunk) > ($1, $2::int) ORDER BY code, chunk LIMIT $3`,
        [code, chunk, limit],
      )
      return rows.map((row) => ({
        key: `${row.code} ${row.chunk}`,
        place: `chunk:${row.code}:${row.chunk}`,
        subject: `disclosure:${row.code}`,
        eventId: row.event_id,
        detail: {
          chunk: row.chunk,
          rows: row.rows,
          digest: createHash('sha256').update(row.subjects).digest('hex'),
        },
      }))
    },
    missing: (tx, limit) => withoutRow(tx, 'disclosure-chunk', 'disclosed_chunk', limit),
  }
}

/** What was asked; the account that counts may be another than who acted, where a system asks for its users. */
function questions(): SideTable {
  return {
    name: 'gate_question',
    kinds: [],
    page: async (tx, after, limit) => {
      const rows = await tx.query<{ event_id: string; at: Date; subject_token: string }>(
        `SELECT event_id, at, subject_token FROM gate_question WHERE $1 = '' OR event_id > nullif($1, '')::uuid
         ORDER BY event_id LIMIT $2`,
        [after, limit],
      )
      return rows.map((row) => ({
        key: row.event_id,
        place: `question:${row.event_id}`,
        eventId: row.event_id,
        at: row.at,
        detail: { subject: row.subject_token },
      }))
    },
    missing: async (tx, limit) => {
      const rows = await tx.query<{ event_id: string }>(
        `SELECT e.event_id FROM event e LEFT JOIN gate_question q ON q.event_id = e.event_id
         WHERE e.kind = 'gate-refused' AND q.event_id IS NULL
           AND e.at >= (SELECT min(at) FROM gate_question) LIMIT $1`,
        [limit],
      )
      return rows.map((row) => row.event_id)
    },
  }
}

async function withoutRow(tx: Queryable, kind: string, table: 'disclosure' | 'disclosed_chunk', limit: number) {
  const rows = await tx.query<{ event_id: string }>(
    `SELECT e.event_id FROM event e LEFT JOIN ${table} s ON s.event_id = e.event_id
     WHERE e.kind = $1 AND s.event_id IS NULL LIMIT $2`,
    [kind, limit],
  )
  return rows.map((row) => row.event_id)
}
