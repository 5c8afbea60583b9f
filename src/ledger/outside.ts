import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { type OutsideSince, type OutsideStore, outsideStore } from './outside-store.ts'
import { judgeStampAge, requestStamp, type StampFailure } from './stamp.ts'
import type { TileStore } from './tile-store.ts'
import { type Checkpoint, openCheckpoint } from './tlog/checkpoint.ts'
import { parseNote } from './tlog/note.ts'
import type { NoteKey } from './tlog/note-key.ts'
import { judgeNote, type Policy } from './tlog/policy.ts'
import { allowsSplitView } from './tlog/policy-strength.ts'
import { type Contradiction, type Witnessed, Witnesses, type WitnessStanding } from './witnesses.ts'

/** Who outside confirms the log, and how often. */
export interface OutsideSettings {
  /** undefined: no witness is asked */
  readonly policy: Policy | undefined
  /** hours the log goes on with fewer witnesses than the policy asks for; then it refuses new records */
  readonly witnessGraceHours?: number
  /** how long one answer of a witness may take, and how long publishing waits for those that are slow */
  readonly witnessTimes?: { readonly timeoutMs?: number; readonly patienceMs?: number }
  /** undefined: no time authority is asked */
  readonly stamping:
    | {
        readonly url: string
        /** certificates its answers must lead to, DER */
        readonly roots: readonly Buffer[]
        readonly intervalHours: number
        /** hours the log goes on without a stamp; then it refuses new records */
        readonly graceHours: number
        readonly timeoutMs?: number
      }
    | undefined
}

export interface OutsideStatus {
  /** whether a quorum signed the checkpoint that is published now; undefined where none is asked for */
  readonly isWitnessed: boolean | undefined
  readonly seenBy: readonly string[]
  readonly witnesses: readonly WitnessStanding[]
  /** when the first checkpoint was published that too few witnesses have signed */
  readonly unwitnessedSince: Date | undefined
  /** until when the log goes on without them */
  readonly unwitnessedUntil: Date | undefined
  /** whether the policy lets two histories be confirmed, each by witnesses of its own */
  readonly isSplitViewPossible: boolean
  readonly lastStampAt: Date | undefined
  readonly stampState: 'none-asked' | 'fine' | 'degraded' | 'refuse'
  /** what came of asking last; undefined: a stamp */
  readonly stampFailure: StampFailure | undefined
  /** until when the log goes on without another stamp */
  readonly unstampedUntil: Date | undefined
}

interface Parts extends OutsideSettings {
  readonly database: Database
  readonly tiles: TileStore
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly key: NoteKey
  /** whether the tree as it stands now goes on from this checkpoint */
  readonly continues: (shown: Checkpoint) => Promise<boolean>
  /** keeps what a witness showed and ends writing, unless people settled this very one: then false */
  readonly onContradicted: (found: Contradiction) => Promise<boolean>
}

const MS_PER_HOUR = 3_600_000
const DEFAULT_GRACE_HOURS = 72
/** How often it is looked whether somebody outside has to be asked, whatever else happens. */
const BEAT_MS = 30_000
/** How long too few signatures are missing before people are told. */
export const TELL_AFTER_MS = 60_000

interface Published {
  readonly note: string
  readonly size: number
}

/**
 * Carries signed checkpoints to those outside: asks witnesses for each, a time authority on a clock of its own, and
 * publishes what it got. Runs beside the writer, which never waits for it; whatever was signed meanwhile is covered by the
 * next round. One thing is published at a time, so what is published only grows. It goes on while the log refuses: who
 * comes back lifts the refusal that was for want of him.
 */
export class Outside {
  readonly #parts: Parts
  readonly #store: OutsideStore
  readonly #witnesses: Witnesses | undefined
  readonly #isSplitViewPossible: boolean
  #latest: string | undefined
  #isBusy = false
  #isContradicted = false
  #turn: Promise<void> = Promise.resolve()
  #witnessed: Pick<Witnessed, 'isSatisfied' | 'seenBy'> | undefined
  #since: OutsideSince = { unwitnessed: undefined, unstamped: undefined, lastStamped: undefined }
  #stampFailure: StampFailure | undefined
  #stamping: Promise<void> | undefined
  readonly #ending = new AbortController()
  #isMissingTold = false
  #beat: NodeJS.Timeout | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#store = outsideStore(parts.database, parts.key.name)
    this.#isSplitViewPossible = parts.policy !== undefined && allowsSplitView(parts.policy)
    this.#witnesses =
      parts.policy &&
      new Witnesses({
        ...{ policy: parts.policy, log: parts.key, readTile: parts.tiles.read, clock: parts.clock, tell: parts.log },
        ...{ continues: parts.continues, ...parts.witnessTimes },
        onContradicted: async (found) => {
          this.#isContradicted = (await parts.onContradicted(found)) || this.#isContradicted
        },
        onLate: (witnessed) => void this.#alone(() => this.#takeLate(witnessed)),
      })
  }

  /** Reads how those outside stood. Call once before anything else. */
  async open(): Promise<void> {
    const { clock, policy, log } = this.#parts
    this.#since = await this.#store.read(clock.now())
    if (!this.#isAsking()) return
    const published = await this.#published()
    if (policy && published) {
      const parsed = parseNote(published.note)
      if (parsed.ok) this.#witnessed = judgeNote(policy, parsed.value)
    }
    if (!policy || this.#witnessed?.isSatisfied) this.#since = { ...this.#since, unwitnessed: undefined }
    if (this.#isSplitViewPossible) log(SPLIT_VIEW)
    this.#beat = setInterval(() => void this.askNow(), BEAT_MS)
    this.#beat.unref()
  }

  /** Takes a freshly signed checkpoint. Published at once where nobody outside is asked, else after they were. */
  async publish(note: string): Promise<void> {
    if (!this.#isAsking()) return this.#parts.tiles.publish(note)
    this.#latest = note
    if (!this.#isBusy) void this.#alone(() => this.#rounds())
  }

  /**
   * Asks whoever is due: a time authority whose interval is over, witnesses that have not signed what is published. The clock
   * of its own does it twice a minute, also when nobody acts and while the log refuses.
   */
  async askNow(): Promise<void> {
    if (!this.#isAsking()) return
    await this.#alone(async () => {
      await this.#rounds()
      const published = await this.#published()
      if (published && this.#parts.policy && !this.#witnessed?.isSatisfied) await this.#round(published)
      this.#tellMissing()
    })
    // The one under way may have begun before there was anything to stamp.
    await this.#stamping
    await this.#stampSoon()
    // Publishing waits for nobody who failed before; whoever asked for this hears them out.
    await this.#witnesses?.quiet()
    await this.#turn
  }

  status(): OutsideStatus {
    const { policy } = this.#parts
    return {
      isWitnessed: policy ? (this.#witnessed?.isSatisfied ?? false) : undefined,
      seenBy: this.#witnessed?.seenBy ?? [],
      witnesses: this.#witnesses?.standing() ?? [],
      unwitnessedSince: this.#since.unwitnessed,
      unwitnessedUntil: after(this.#since.unwitnessed, this.#witnessGraceHours()),
      isSplitViewPossible: this.#isSplitViewPossible,
      lastStampAt: this.#since.lastStamped,
      stampState: this.#stampState(),
      stampFailure: this.#stampFailure,
      unstampedUntil: after(this.#stampedFrom(), this.#parts.stamping?.graceHours ?? 0),
    }
  }

  /** Why nothing may be recorded now; undefined: it may. */
  refusal(): string | undefined {
    if (this.#stampState() === 'refuse') return 'stamp-overdue: no time stamp for longer than the settings allow'
    const until = after(this.#since.unwitnessed, this.#witnessGraceHours())
    if (until && this.#parts.clock.now() > until)
      return 'witnesses-overdue: fewer witnesses than the policy asks for, for longer than the settings allow'
    return undefined
  }

  /** Ends asking: what was signed last is carried outside once more, and nobody who hangs is waited for. */
  async stop(): Promise<void> {
    clearInterval(this.#beat)
    await this.#turn
    this.#ending.abort()
    await this.#witnesses?.stop()
    // A late signature may have begun another turn.
    await this.#turn
    await this.#stamping
  }

  #isAsking(): boolean {
    return this.#parts.policy !== undefined || this.#parts.stamping !== undefined
  }

  #witnessGraceHours(): number {
    return this.#parts.witnessGraceHours ?? DEFAULT_GRACE_HOURS
  }

  #stampedFrom(): Date | undefined {
    return this.#parts.stamping && (this.#since.lastStamped ?? this.#since.unstamped)
  }

  #stampState(): OutsideStatus['stampState'] {
    const { stamping, clock } = this.#parts
    if (!stamping) return 'none-asked'
    const from = this.#stampedFrom()
    // Before the first checkpoint there is nothing to stamp.
    return from ? judgeStampAge(from, clock.now(), stamping) : 'fine'
  }

  /** One thing at a time. Never rejects: what went wrong is said, and the next beat tries again. */
  #alone(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.#parts.log(`ledger: publishing failed: ${error instanceof Error ? error.message : 'unknown failure'}`)
    })
    return this.#turn
  }

  async #rounds(): Promise<void> {
    this.#isBusy = true
    try {
      while (this.#latest !== undefined) {
        const note = this.#latest
        this.#latest = undefined
        await this.#round({ note, size: sizeOf(note) })
      }
    } finally {
      this.#isBusy = false
    }
    void this.#stampSoon()
  }

  async #round(signed: Published): Promise<void> {
    const own = { note: ownPart(signed.note), size: signed.size }
    const witnessed = await this.#witnesses?.ask(own, signed.note)
    if (this.#isContradicted) return
    await this.#parts.tiles.publish(witnessed?.note ?? own.note)
    await this.#note(own.size, witnessed)
  }

  async #takeLate(witnessed: Witnessed): Promise<void> {
    const published = await this.#published()
    // Another checkpoint may have been published meanwhile: what was said of an older one is kept, not published.
    if (this.#isContradicted || !published || ownPart(published.note) !== ownPart(witnessed.note)) return
    await this.#parts.tiles.publish(witnessed.note)
    await this.#note(published.size, witnessed)
    void this.#stampSoon()
  }

  async #note(size: number, witnessed: Witnessed | undefined): Promise<void> {
    const { clock, stamping, log } = this.#parts
    const now = clock.now()
    if (witnessed?.isSatisfied) await this.#store.keep({ note: witnessed.note, size, at: now, isWitnessed: true })
    this.#witnessed = witnessed
    const was = this.#since
    const isMissing = witnessed?.isSatisfied === false
    const unwitnessed = isMissing ? (was.unwitnessed ?? now) : undefined
    const unstamped = stamping && !was.lastStamped ? (was.unstamped ?? now) : was.unstamped
    if (!isMissing && this.#isMissingTold) log('ledger: enough witnesses sign again')
    this.#isMissingTold &&= isMissing
    await this.#setSince({ ...was, unwitnessed, unstamped })
  }

  // Not at once: a witness that is a little slow signs a moment later.
  #tellMissing(): void {
    const { clock, log } = this.#parts
    const { unwitnessed } = this.#since
    if (!unwitnessed || this.#isMissingTold || clock.now().getTime() - unwitnessed.getTime() < TELL_AFTER_MS) return
    this.#isMissingTold = true
    log(`ledger: fewer witnesses than the policy asks for have signed since ${unwitnessed.toISOString()}`)
  }

  async #setSince(next: OutsideSince): Promise<void> {
    const was = this.#since
    this.#since = next
    const isSame = (['unwitnessed', 'unstamped', 'lastStamped'] as const).every((each) => was[each] === next[each])
    if (!isSame) await this.#store.write(next)
  }

  // Beside everything else, once at a time: an authority that hangs holds up nobody.
  #stampSoon(): Promise<void> {
    this.#stamping ??= this.#stampIfDue()
      .catch((error: unknown) => {
        this.#parts.log(`ledger: no time stamp: ${error instanceof Error ? error.message : 'unknown failure'}`)
      })
      .finally(() => {
        this.#stamping = undefined
      })
    return this.#stamping
  }

  async #stampIfDue(): Promise<void> {
    const { stamping, clock, log } = this.#parts
    const last = this.#since.lastStamped
    if (!stamping) return
    // A last stamp that lies ahead of the clock is no reason to wait: the clock was set back.
    const isDue =
      last === undefined || Math.abs(clock.now().getTime() - last.getTime()) >= stamping.intervalHours * MS_PER_HOUR
    const published = isDue && !this.#isAwaitingWitnesses() ? await this.#published() : undefined
    if (!published) return
    const stamp = await requestStamp(Buffer.from(published.note), { ...stamping, clock, signal: this.#ending.signal })
    if (!stamp.ok && this.#ending.signal.aborted) return
    if (!stamp.ok) {
      if (this.#stampFailure !== stamp.error) log(`ledger: no time stamp: ${stamp.error}`)
      this.#stampFailure = stamp.error
      return
    }
    if (this.#stampFailure !== undefined || this.#stampState() === 'refuse')
      log('ledger: the time authority stamps again')
    this.#stampFailure = undefined
    const { note, size } = published
    const isWitnessed = this.#witnessed?.isSatisfied ?? false
    await this.#store.keep({ note, size, at: clock.now(), isWitnessed, stamp: stamp.value })
    // Our own time, not the authority's: the two agree, and grace is measured by one clock.
    await this.#setSince({ ...this.#since, unstamped: undefined, lastStamped: clock.now() })
  }

  // A stamp is over one note for ever: where witnesses are asked for it waits for them, a minute, so that what is proved by it
  // has them too.
  #isAwaitingWitnesses(): boolean {
    const { policy, clock } = this.#parts
    if (!policy || this.#witnessed?.isSatisfied) return false
    const { unwitnessed } = this.#since
    return unwitnessed === undefined || clock.now().getTime() - unwitnessed.getTime() < TELL_AFTER_MS
  }

  // Only what this log's key has signed is carried outside.
  async #published(): Promise<Published | undefined> {
    const { tiles, key } = this.#parts
    const note = (await tiles.read('checkpoint'))?.toString()
    const opened = note === undefined ? undefined : openCheckpoint(note, key)
    return note !== undefined && opened?.ok ? { note, size: opened.value.checkpoint.size } : undefined
  }
}

const SPLIT_VIEW =
  'ledger: 見證政策所需的見證者不過半：兩份不同的帳冊可以各自取得足夠的見證。請讓政策要求過半數的見證者，見 docs/ledger.md。 ' +
  'The policy asks for no more than half of its witnesses: two different histories could each be confirmed. Let it ask for more than half.'

const after = (since: Date | undefined, hours: number): Date | undefined =>
  since && new Date(since.getTime() + hours * MS_PER_HOUR)

const sizeOf = (note: string): number => Number(/^[^\n]+\n(\d+)\n/.exec(note)?.[1] ?? 0)

// Text and the log's own signature, which it writes first.
const ownPart = (note: string): string => /^[\s\S]*?\n\n[^\n]*\n/.exec(note)?.[0] ?? note
