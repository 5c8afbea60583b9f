import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { askWitnesses, type KnownSizes, type Witnessed } from './ask-witnesses.ts'
import { judgeStampAge, requestStamp } from './stamp.ts'
import type { TileStore } from './tile-store.ts'
import { parseCheckpoint } from './tlog/checkpoint.ts'
import { parseNote } from './tlog/note.ts'
import type { NoteKey } from './tlog/note-key.ts'
import type { Policy } from './tlog/policy.ts'

/** Who outside confirms the log, and how often. */
export interface OutsideSettings {
  /** undefined: no witness is asked */
  readonly policy: Policy | undefined
  /** undefined: no time authority is asked */
  readonly stamping:
    | {
        readonly url: string
        /** certificates its answers must lead to, DER */
        readonly roots: readonly Buffer[]
        readonly intervalHours: number
        /** hours the log goes on without a stamp; then it refuses new records */
        readonly graceHours: number
      }
    | undefined
}

export interface OutsideStatus {
  /** whether a quorum signed the checkpoint that is published now; undefined where none is asked for */
  readonly isWitnessed: boolean | undefined
  readonly seenBy: readonly string[]
  readonly lastStampAt: Date | undefined
  readonly stampState: 'none-asked' | 'fine' | 'degraded' | 'refuse'
}

interface Parts extends OutsideSettings {
  readonly database: Database
  readonly origin: string
  readonly tiles: TileStore
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly key: NoteKey
  /** a witness shows a checkpoint of ours that our tree does not continue: nothing may be signed until a person looked */
  readonly onContradicted: (size: number) => void
}

const MS_PER_HOUR = 3_600_000

/**
 * Carries signed checkpoints to those outside: asks witnesses for each, a time authority now and then, and publishes
 * what it got. Runs beside the writer, which never waits for it; whatever was signed meanwhile is covered by the next
 * round. One round at a time, so what is published only grows.
 */
export class Outside {
  readonly #parts: Parts
  readonly #known: KnownSizes = new Map()
  #latest: string | undefined
  #running: Promise<void> = Promise.resolve()
  #isBusy = false
  #witnessed: Pick<Witnessed, 'isSatisfied' | 'seenBy'> | undefined
  #lastStampAt: Date | undefined
  #startedAt: Date

  constructor(parts: Parts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now()
  }

  /** Reads when the log was stamped last. Call once before anything else. */
  async open(): Promise<void> {
    const [row] = await this.#parts.database.query<{ at: Date | null }>(
      'SELECT max(stamped_at) AS at FROM ledger_checkpoint WHERE origin = $1',
      [this.#parts.origin],
    )
    this.#lastStampAt = row?.at ?? undefined
  }

  /** Takes a freshly signed checkpoint. Published at once where nobody outside is asked, else after they were. */
  async publish(note: string): Promise<void> {
    if (!this.#parts.policy && !this.#parts.stamping) return this.#parts.tiles.publish(note)
    this.#latest = note
    if (!this.#isBusy) this.#running = this.#rounds()
  }

  status(): OutsideStatus {
    return {
      isWitnessed: this.#parts.policy ? (this.#witnessed?.isSatisfied ?? false) : undefined,
      seenBy: this.#witnessed?.seenBy ?? [],
      lastStampAt: this.#lastStampAt,
      stampState: this.#stampState(),
    }
  }

  /** Why nothing may be recorded now; undefined: it may. */
  refusal(): string | undefined {
    return this.#stampState() === 'refuse' ? 'no time stamp for longer than the settings allow' : undefined
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    await this.#running
  }

  #stampState(): OutsideStatus['stampState'] {
    const { stamping, clock } = this.#parts
    if (!stamping) return 'none-asked'
    return judgeStampAge(this.#lastStampAt ?? this.#startedAt, clock.now(), stamping)
  }

  async #rounds(): Promise<void> {
    this.#isBusy = true
    while (this.#latest !== undefined) {
      const note = this.#latest
      this.#latest = undefined
      await this.#round(note).catch((error: unknown) => {
        this.#parts.log(`ledger: publishing failed: ${error instanceof Error ? error.message : 'unknown failure'}`)
      })
    }
    this.#isBusy = false
  }

  async #round(signed: string): Promise<void> {
    const { policy, tiles } = this.#parts
    const parsed = parseNote(signed)
    const size = parsed.ok ? (parseCheckpoint(parsed.value.text)?.size ?? 0) : 0
    const witnessed =
      policy && (await askWitnesses(policy, this.#parts.key, { note: signed, size }, this.#known, tiles.read))
    this.#witnessed = witnessed
    if (witnessed?.contradictedAt !== undefined) return this.#parts.onContradicted(witnessed.contradictedAt)
    const note = witnessed?.note ?? signed
    await tiles.publish(note)
    await this.#keep(note, size, witnessed?.isSatisfied ?? false)
  }

  async #keep(note: string, size: number, isWitnessed: boolean): Promise<void> {
    const { database, origin, clock, stamping, log } = this.#parts
    const now = clock.now()
    const isDue =
      stamping !== undefined &&
      (this.#lastStampAt === undefined ||
        now.getTime() - this.#lastStampAt.getTime() >= stamping.intervalHours * MS_PER_HOUR)
    const stamp = isDue ? await requestStamp(stamping.url, Buffer.from(note), stamping.roots) : undefined
    if (stamp?.ok === false) log(`ledger: no time stamp: ${stamp.error}`)
    if (stamp?.ok) this.#lastStampAt = stamp.value.at
    if (!isWitnessed && !stamp?.ok) return
    const [at, token] = stamp?.ok ? [stamp.value.at, stamp.value.token] : [null, null]
    await database.upkeep.query(
      `INSERT INTO ledger_checkpoint (origin, size, note, signed_at, witnessed_at, stamped_at, stamp)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (origin, size) DO NOTHING`,
      [origin, size, note, now, isWitnessed ? now : null, at, token],
    )
  }
}
