import { type Database, type Queryable, recorded } from '../database/database.ts'
import type { NewEvent, Receipt } from './event.ts'
import { grant, keysOf } from './journal.ts'
import { sealEvent } from './seal.ts'

const INSERT = `WITH written AS (
  INSERT INTO event (expires_month, event_id, at, kind, actor, subject_ref, person_token, leaf, sealed, sealed_for_person,
    agency)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, home_of($5))) RETURNING event_id, leaf)
INSERT INTO ledger_queue SELECT event_id, leaf FROM written`

const INSERT_MANY = `WITH written AS (
  INSERT INTO event (expires_month, event_id, at, kind, actor, subject_ref, person_token, leaf, sealed, sealed_for_person,
    agency)
  SELECT e.month, e.id, e.at, e.kind, e.actor, e.subject, e.person, e.leaf, e.sealed, e.personal,
    coalesce(e.agency, home_of(e.actor))
  FROM unnest($1::int[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[],
      $9::bytea[], $10::bytea[], $11::text[])
    AS e (month, id, at, kind, actor, subject, person, leaf, sealed, personal, agency)
  RETURNING event_id, leaf)
INSERT INTO ledger_queue SELECT event_id, leaf FROM written`

/**
 * Records an event inside the caller's transaction: the change and its event commit together or not at all. The log
 * takes it up after the commit, within a fifth of a second. Throws when it cannot be written, LedgerRefuses when the ledger
 * takes none now; the caller must then not do what it was about to do.
 */
export async function recordEvent(tx: Queryable, event: NewEvent): Promise<Receipt> {
  const { values, receipt } = sealedRow(tx, event)
  await tx.query(INSERT, values, 'record-event')
  return receipt
}

/** Records an act that changes nothing here: a look, an export, an attempt. */
export function recordAct(database: Database, event: NewEvent): Promise<Receipt> {
  return database.transaction(async (tx) => {
    const receipt = await recordEvent(tx, event)
    return recorded(receipt, receipt)
  })
}

/** The same for events of one change that belong together, in one statement. */
export async function recordEvents(tx: Queryable, events: readonly NewEvent[]): Promise<readonly Receipt[]> {
  const rows = events.map((event) => sealedRow(tx, event))
  const columns = Array.from({ length: 11 }, (_, column) => rows.map(({ values }) => values[column]))
  await tx.query(INSERT_MANY, columns, 'record-events')
  return rows.map(({ receipt }) => receipt)
}

function sealedRow(tx: Queryable, event: NewEvent) {
  const sealed = sealEvent(keysOf(tx, event.kind), event)
  const { expiresMonth, eventId, personToken, leaf, sealedForPerson } = sealed
  return {
    values: [
      ...[expiresMonth, eventId, event.at, event.kind, event.actor, event.subjectRef, personToken ?? null],
      ...[leaf, sealed.sealed, sealedForPerson ?? null, event.agency ?? null],
    ],
    // The brand exists only in types; this is the one place that grants it.
    receipt: grant(tx, { eventId, at: event.at } as Receipt),
  }
}
