import { fail, ok, type Result } from '../base/result.ts'
import type { NewEvent } from './event.ts'
import { integrate, type LogParts } from './integrate.ts'
import type { KeyStore } from './key-store.ts'
import { FencedOut } from './log-store.ts'
import { type RecoveryFailure, recoverLog } from './recover.ts'
import { type SealedEvent, sealEvent } from './seal.ts'

const LEASE_MS = 10_000
const INTEGRATION_INTERVAL_MS = 100
const RETRY_MS = 1_000
const MAX_BATCH_EVENTS = 1_024
const MIN_BATCH_EVENTS = 96
/** Callers that may wait for durability at once; beyond it they are told to come back, never dropped. */
export const MAX_WAITING_EVENTS = 16_384

/** An event that cannot be lost any more, and its place in the log. */
export interface Appended {
  readonly eventId: string
  readonly index: number
}

/** `busy`: too many wait; ask again in a second. `stopped`: this process does not write the log (any more). */
export type AppendFailure = 'busy' | 'stopped'

export type SequencerState =
  | { readonly kind: 'waiting-for-lease' }
  | { readonly kind: 'writing'; readonly epoch: number }
  /** staged events are safe; signing goes on by itself as soon as it can */
  | { readonly kind: 'stalled'; readonly epoch: number; readonly reason: string }
  /** a person has to look before another signature is made */
  | { readonly kind: 'refused'; readonly failure: RecoveryFailure }
  | { readonly kind: 'stopped' }

export interface Sequencer {
  /** Resolves once the event is durable and has its place. */
  append(event: NewEvent): Promise<Result<Appended, AppendFailure>>
  /** Resolves when the tree holds more entries than `index`. */
  integrated(index: number): Promise<void>
  state(): SequencerState
  /** Resolves once it was looked, as far as it can be now, whether the log goes on. */
  looked(): Promise<void>
  /** Ends writing until a person has looked. */
  refuse(failure: RecoveryFailure): void
  /** Takes up what waits, signs once more, gives the log back. */
  stop(): Promise<void>
}

interface Waiting {
  readonly event: NewEvent
  readonly sealed: SealedEvent
  readonly settle: (outcome: Result<Appended, AppendFailure>) => void
}

export interface SequencerParts extends LogParts {
  readonly keys: KeyStore
  /** name under which the log is taken; the holder of the same name is replaced at once */
  readonly writer: string
  /** why nothing may be recorded now; undefined: it may */
  readonly refusal?: () => string | undefined
  /** what keeps a log that recovered from going on all the same; asked before anything is signed */
  readonly heldBack?: () => Promise<RecoveryFailure | undefined>
  readonly log: (line: string) => void
}

/** Starts the one writer of a log: it takes the lease, recovers, then stages, signs and publishes until it is stopped. */
export function startSequencer(parts: SequencerParts): Sequencer {
  const writer = new LogWriter(parts)
  writer.start()
  return writer
}

class LogWriter implements Sequencer {
  readonly #parts: SequencerParts
  readonly #waiting: Waiting[] = []
  readonly #watchers: { readonly index: number; readonly resolve: () => void }[] = []
  #state: SequencerState = { kind: 'waiting-for-lease' }
  #size = 0
  #isStaging = false
  #isStopping = false
  #wake: () => void = () => undefined
  readonly #looked = Promise.withResolvers<void>()
  #running: Promise<void> = Promise.resolve()

  constructor(parts: SequencerParts) {
    this.#parts = parts
  }

  start(): void {
    this.#running = this.#loop()
  }

  state(): SequencerState {
    return this.#state
  }

  looked(): Promise<void> {
    return this.#looked.promise
  }

  async append(event: NewEvent): Promise<Result<Appended, AppendFailure>> {
    if (this.#isStopping || this.#state.kind === 'refused') return fail('stopped')
    if (this.#parts.refusal?.() !== undefined) return fail('stopped')
    if (this.#waiting.length >= MAX_WAITING_EVENTS) return fail('busy')
    const sealed = sealEvent(this.#parts.keys, event)
    return new Promise((settle) => {
      this.#waiting.push({ event, sealed, settle })
      void this.#stageWaiting()
    })
  }

  integrated(index: number): Promise<void> {
    if (index < this.#size) return Promise.resolve()
    return new Promise((resolve) => this.#watchers.push({ index, resolve }))
  }

  refuse(failure: RecoveryFailure): void {
    this.#state = { kind: 'refused', failure }
    this.#settleAll('stopped')
    this.#parts.log(`ledger: refuses to write: ${failure.code}: ${failure.detail}`)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#wake()
    await this.#running
    this.#looked.resolve()
    if (this.#state.kind === 'writing') await this.#finish(this.#state.epoch)
    if (this.#state.kind !== 'refused') this.#state = { kind: 'stopped' }
    this.#settleAll('stopped')
  }

  async #loop(): Promise<void> {
    while (!this.#isStopping && this.#state.kind !== 'refused') {
      const pauseMs = await this.#round().catch((error: unknown) => this.#stumble(error))
      this.#looked.resolve()
      if (!this.#isStopping && pauseMs > 0) await pause(pauseMs, (wake) => (this.#wake = wake))
    }
  }

  /** One turn. Answers how long to rest. */
  async #round(): Promise<number> {
    const state = this.#state
    if (state.kind === 'stalled') return this.#begin(state.epoch)
    if (state.kind === 'writing') return this.#write(state.epoch)
    const epoch = await this.#parts.store.acquire(this.#parts.writer, LEASE_MS)
    return epoch === undefined ? RETRY_MS : this.#begin(epoch)
  }

  async #begin(epoch: number): Promise<number> {
    const { store, signer, log } = this.#parts
    await store.renew(epoch, LEASE_MS)
    const recovered = await recoverLog({ ...this.#parts, key: signer.key })
    if (!recovered.ok) {
      this.refuse(recovered.error)
      return RETRY_MS
    }
    for (const path of recovered.value.repaired) log(`ledger: ${path} was damaged and has been derived again`)
    this.#reached(recovered.value.checkpoint?.size ?? 0)
    const held = await this.#parts.heldBack?.()
    if (held) this.refuse(held)
    // Somebody outside may have spoken meanwhile.
    if (this.#state.kind === 'refused') return RETRY_MS
    this.#state = { kind: 'writing', epoch }
    void this.#stageWaiting()
    return 0
  }

  async #write(epoch: number): Promise<number> {
    await this.#parts.store.renew(epoch, LEASE_MS)
    await this.#takeUp(epoch)
    return INTEGRATION_INTERVAL_MS
  }

  async #takeUp(epoch: number): Promise<void> {
    let staged: number
    do staged = await this.#parts.store.stageQueued(epoch, MAX_BATCH_EVENTS)
    while (staged === MAX_BATCH_EVENTS)
    const integrated = await integrate(this.#parts, epoch)
    if (!integrated) return
    this.#reached(integrated.checkpoint.size)
  }

  #reached(size: number): void {
    this.#size = size
    const [there, waiting] = [
      this.#watchers.filter(({ index }) => index < size),
      this.#watchers.filter(({ index }) => index >= size),
    ]
    this.#watchers.splice(0, Infinity, ...waiting)
    for (const watcher of there) watcher.resolve()
  }

  // Batches while the last one is being synced: at rest an event waits for one sync only, under load many share one.
  async #stageWaiting(): Promise<void> {
    if (this.#isStaging) return
    this.#isStaging = true
    while (this.#waiting.length > 0 && (this.#state.kind === 'writing' || this.#state.kind === 'stalled'))
      await this.#stageBatch(this.#state.epoch, this.#waiting.splice(0, batchSize(this.#waiting.length)))
    this.#isStaging = false
  }

  async #stageBatch(epoch: number, batch: readonly Waiting[]): Promise<void> {
    try {
      const first = await this.#parts.store.stageEvents(epoch, batch)
      for (const [i, each] of batch.entries()) each.settle(ok({ eventId: each.sealed.eventId, index: first + i }))
    } catch (error) {
      // Whether it was committed is not known: nobody may act on it, and nobody may take it for absent.
      for (const each of batch) each.settle(fail('stopped'))
      this.#stumble(error)
    }
  }

  #stumble(error: unknown): number {
    const reason = nameOf(error)
    if (error instanceof FencedOut) this.#state = { kind: 'waiting-for-lease' }
    else if (this.#state.kind === 'writing') this.#state = { kind: 'stalled', epoch: this.#state.epoch, reason }
    this.#parts.log(`ledger: ${reason}`)
    return RETRY_MS
  }

  #settleAll(code: AppendFailure): void {
    for (const each of this.#waiting.splice(0)) each.settle(fail(code))
  }

  async #finish(epoch: number): Promise<void> {
    try {
      await this.#takeUp(epoch)
      await this.#parts.store.release(epoch)
    } catch (error) {
      // What is staged is durable; the next start signs it.
      this.#parts.log(`ledger: stopped before the last signature: ${nameOf(error)}`)
    }
  }
}

// Half of those who wait, so that one half is being sealed while the other is being synced.
const batchSize = (waiting: number): number =>
  Math.min(MAX_BATCH_EVENTS, Math.max(MIN_BATCH_EVENTS, Math.ceil(waiting / 2)))

function pause(durationMs: number, giveStop: (stop: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs)
    giveStop(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

// Messages of the stores name files, settings and constraints, never values of an event: those are bound.
const nameOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown failure')
