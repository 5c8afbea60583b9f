import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import { syncFolder, writeDurably } from './durable-file.ts'
import { readIfThere } from './tile-store.ts'
import { type Checkpoint, openCheckpoint } from './tlog/checkpoint.ts'
import type { NoteKey } from './tlog/note-key.ts'
import type { Contradiction } from './witnesses.ts'

/** A contradiction as it is kept until it is settled. */
export interface KeptContradiction {
  readonly id: string
  readonly witness: string
  readonly size: number
  readonly foundAt: Date
  /** who said first that the log shall go on all the same */
  readonly proposedBy: string | undefined
}

/** `none-open`: nothing to settle. `same-person`: the other one has to do it. */
export type SettleFailure = 'none-open' | 'same-person'

interface Row {
  contradiction_id: string
  witness: string
  size: string
  note: string
  found_at: Date
  proposed_by: string | null
}

interface FileForm {
  readonly id: string
  readonly origin: string
  readonly witness: string
  readonly size: number
  readonly note: string
  readonly ownNote: string
  readonly foundAt: string
}

interface Place {
  readonly database: Database
  readonly key: NoteKey
  /** beside the signing key: a database restored from before it was found does not bring the log back */
  readonly path: string
  readonly clock: Clock
}

/**
 * Contradictions of a log, kept in the database and beside the signing key. While one is open in either place the log does
 * not go on, whether or not the witness that showed it can be reached.
 */
export class Contradictions {
  readonly #place: Place

  constructor(place: Place) {
    this.#place = place
  }

  /** Keeps it, durably, unless this very checkpoint is known: open, or settled by people. */
  async keep({ witness, shown, note }: Contradiction, ownNote: string): Promise<'new' | 'open' | 'settled'> {
    const { database, key, path, clock } = this.#place
    const known = await database.upkeep.query<{ settled_at: Date | null; note: string }>(
      'SELECT settled_at, note FROM ledger_contradiction WHERE origin = $1 AND size = $2',
      [key.name, shown.size],
    )
    const same = known.find((row) => rootOf(row.note, key)?.equals(shown.root))
    if (same) return same.settled_at === null ? 'open' : 'settled'
    const form: FileForm = {
      ...{ id: randomUUID(), origin: key.name, witness, size: shown.size, note, ownNote },
      foundAt: clock.now().toISOString(),
    }
    // The file first: the database is what may be brought back to before.
    if ((await this.#inFile()) === undefined) await writeDurably(path, `${JSON.stringify(form, null, 1)}\n`)
    await this.#toDatabase(form)
    return 'new'
  }

  /** Those nobody has settled, oldest first. One that only the file knows is put back into the database. */
  async open(): Promise<readonly KeptContradiction[]> {
    const { database, key } = this.#place
    const inFile = await this.#inFile()
    if (inFile) await this.#toDatabase(inFile)
    const rows = await database.upkeep.query<Row>(
      `SELECT contradiction_id, witness, size, note, found_at, proposed_by FROM ledger_contradiction
       WHERE origin = $1 AND settled_at IS NULL ORDER BY found_at`,
      [key.name],
    )
    if (rows.length === 0 && inFile) await this.#putAside()
    return rows.map((row) => ({
      ...{ id: row.contradiction_id, witness: row.witness, size: Number(row.size), foundAt: row.found_at },
      proposedBy: row.proposed_by ?? undefined,
    }))
  }

  /**
   * Settles by itself what the tree continues again, as it does once the newest database is back. Answers those that stay.
   */
  async settleContinued(continues: (shown: Checkpoint) => Promise<boolean>): Promise<readonly KeptContradiction[]> {
    const { database, key, clock } = this.#place
    await this.open()
    const rows = await database.upkeep.query<Row>(
      'SELECT contradiction_id, note FROM ledger_contradiction WHERE origin = $1 AND settled_at IS NULL',
      [key.name],
    )
    for (const { contradiction_id, note } of rows) {
      const shown = openCheckpoint(note, key)
      if (!shown.ok || !(await continues(shown.value.checkpoint))) continue
      await database.upkeep.query(
        `UPDATE ledger_contradiction SET settled_at = $2, settled_by = 'system' WHERE contradiction_id = $1`,
        [contradiction_id, clock.now()],
      )
    }
    return this.open()
  }

  /** One person says that the log shall go on; the second settles it. The program goes on at its next start. */
  async settle(by: string, reason: string): Promise<Result<'proposed' | 'settled', SettleFailure>> {
    const { database, key, clock } = this.#place
    const open = await this.open()
    if (open.length === 0) return fail('none-open')
    const proposed = await database.upkeep.query(
      `UPDATE ledger_contradiction SET proposed_by = $2, proposed_at = $3, reason = $4
       WHERE origin = $1 AND settled_at IS NULL AND proposed_by IS NULL RETURNING 1`,
      [key.name, by, clock.now(), reason],
    )
    if (proposed.length > 0) return ok('proposed')
    const settled = await database.upkeep.query(
      `UPDATE ledger_contradiction SET settled_by = $2, settled_at = $3
       WHERE origin = $1 AND settled_at IS NULL AND proposed_by <> $2 RETURNING 1`,
      [key.name, by, clock.now()],
    )
    if (settled.length === 0) return fail('same-person')
    await this.open()
    return ok('settled')
  }

  async #inFile(): Promise<FileForm | undefined> {
    const bytes = await readIfThere(this.#place.path)
    // A file that cannot be read stops the start: it must not become "nothing was found".
    return bytes && (JSON.parse(bytes.toString()) as FileForm)
  }

  async #toDatabase({ id, origin, witness, size, note, ownNote, foundAt }: FileForm): Promise<void> {
    await this.#place.database.upkeep.query(
      `INSERT INTO ledger_contradiction (contradiction_id, origin, found_at, witness, size, note, own_note)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [id, origin, foundAt, witness, size, note, ownNote],
    )
  }

  async #putAside(): Promise<void> {
    const { path, clock } = this.#place
    await rename(path, `${path}.settled-${clock.now().getTime()}`)
    await syncFolder(dirname(path))
  }
}

function rootOf(note: string, key: NoteKey): Buffer | undefined {
  const opened = openCheckpoint(note, key)
  return opened.ok ? opened.value.checkpoint.root : undefined
}
