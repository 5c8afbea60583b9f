import type { Clock } from '../base/clock.ts'
import { askWitness, type Questions, type SignedSize, type WitnessFault, type WitnessReply } from './ask-witness.ts'
import type { Checkpoint } from './tlog/checkpoint.ts'
import { cosignedAt } from './tlog/cosignature.ts'
import { parseNote, signaturesOf } from './tlog/note.ts'
import { judgeNote, type Policy, type PolicyWitness } from './tlog/policy.ts'

// A witness in the same country answers far sooner; publishing never waits longer for the slowest of them.
const PATIENCE_MS = 1_000

/** What came of asking a policy's witnesses for their signatures. */
export interface Witnessed {
  /** the note with every right cosignature there is so far */
  readonly note: string
  readonly isSatisfied: boolean
  readonly seenBy: readonly string[]
}

/** How a witness stands, and since when. */
export interface WitnessStanding {
  readonly name: string
  readonly state: 'not-asked' | 'fine' | WitnessFault['kind'] | 'contradicts'
  /** the kind of fault; '' for none */
  readonly why: string
  readonly since: Date
}

/** A checkpoint of this log that a witness shows and that this tree does not continue. */
export interface Contradiction {
  readonly witness: string
  readonly shown: Checkpoint
  /** what it showed, signed with this log's key */
  readonly note: string
}

interface Parts extends Omit<Questions, 'known' | 'signal'> {
  readonly policy: Policy
  readonly clock: Clock
  readonly tell: (line: string) => void
  /** whatever else it says is taken no notice of until this has resolved */
  readonly onContradicted: (found: Contradiction) => Promise<void>
  /** a signature for the checkpoint asked about last came after `ask` had answered */
  readonly onLate: (witnessed: Witnessed) => void
  readonly patienceMs?: number | undefined
}

interface Round {
  readonly checkpoint: SignedSize
  readonly lines: Map<string, string>
  readonly enough: () => void
  isAnswered: boolean
}

interface Lane {
  readonly witness: PolicyWitness & { readonly url: string }
  standing: WitnessStanding
  /** the question under way */
  asking: Promise<void> | undefined
}

/**
 * The witnesses of a policy, each asked on its own: one that hangs, or failed last time, is asked like the others and
 * waited for by nobody. How each stands is said when it changes.
 */
export class Witnesses {
  readonly #parts: Parts
  readonly #known: Questions['known'] = new Map()
  readonly #lanes: readonly Lane[]
  readonly #ending = new AbortController()
  #round: Round | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const since = parts.clock.now()
    this.#lanes = parts.policy.witnesses.flatMap(({ url, ...witness }) =>
      url === undefined
        ? []
        : [
            {
              witness: { ...witness, url },
              standing: { name: witness.name, state: 'not-asked', why: '', since },
              asking: undefined,
            },
          ],
    )
  }

  /**
   * Asks every witness about this checkpoint. Answers as soon as enough have signed, or everyone who is worth waiting for
   * has answered, or patience ends; a signature that comes later is told to `onLate`. Cosignatures that `before` has, the
   * same checkpoint as published, stay.
   */
  async ask(checkpoint: SignedSize, before = checkpoint.note): Promise<Witnessed> {
    const enough = Promise.withResolvers<void>()
    const lines = linesIn(before, this.#parts.policy)
    const round: Round = { checkpoint, lines, enough: enough.resolve, isAnswered: false }
    this.#round = round
    const waitedFor = this.#lanes.flatMap((lane) => {
      if (lane.asking) return []
      const isWorthIt = lane.standing.state === 'fine' || lane.standing.state === 'not-asked'
      lane.asking = this.#keepAsking(lane, round)
      return isWorthIt ? [lane.asking] : []
    })
    const patience = setTimeout(enough.resolve, this.#parts.patienceMs ?? PATIENCE_MS)
    await Promise.race([Promise.all(waitedFor), enough.promise])
    clearTimeout(patience)
    round.isAnswered = true
    return this.#judge(round)
  }

  /** How each witness stands now. */
  standing(): readonly WitnessStanding[] {
    return this.#lanes.map(({ standing }) => standing)
  }

  /** Waits for nobody any more. */
  stop(): Promise<void> {
    this.#ending.abort()
    return this.quiet()
  }

  /** Resolves when no witness is being asked. */
  async quiet(): Promise<void> {
    await Promise.all(this.#lanes.map(({ asking }) => asking))
  }

  // Until it has been asked about the newest checkpoint: a witness that was slow meanwhile catches up by itself.
  async #keepAsking(lane: Lane, first: Round): Promise<void> {
    for (let round: Round | undefined = first; round; ) {
      await this.#askOne(lane, round)
      round =
        this.#ending.signal.aborted || this.#round === round || lane.standing.state !== 'fine' ? undefined : this.#round
    }
    lane.asking = undefined
  }

  async #askOne(lane: Lane, round: Round): Promise<void> {
    const reply = await askWitness(lane.witness, round.checkpoint, {
      ...this.#parts,
      known: this.#known,
      signal: this.#ending.signal,
    }).catch((error: unknown): WitnessReply => {
      // Our own tiles could not be read: nothing was asked, and the writer finds the same.
      this.#parts.tell(`ledger: witness ${lane.witness.name} was not asked: ${messageOf(error)}`)
      return { kind: 'silent', why: 'failing' }
    })
    if (this.#ending.signal.aborted && reply.kind !== 'signed') return
    this.#note(lane, reply)
    if (reply.kind === 'contradicts') {
      const { shown, note } = reply
      await this.#parts.onContradicted({ witness: lane.witness.name, shown, note })
    }
    if (reply.kind !== 'signed') return
    round.lines.set(lane.witness.name, reply.lines)
    const witnessed = this.#judge(round)
    if (witnessed.isSatisfied) round.enough()
    if (round.isAnswered && this.#round === round) this.#parts.onLate(witnessed)
  }

  #note(lane: Lane, reply: WitnessReply): void {
    const state = reply.kind === 'signed' ? 'fine' : reply.kind
    const why = 'why' in reply ? reply.why : ''
    const { standing } = lane
    if (standing.state === state && standing.why === why) return
    const isFirstWord = standing.state === 'not-asked' && state === 'fine'
    lane.standing = { name: standing.name, state, why, since: this.#parts.clock.now() }
    if (!isFirstWord) this.#parts.tell(`ledger: witness ${standing.name}: ${state}${why === '' ? '' : ` (${why})`}`)
  }

  #judge({ checkpoint, lines }: Round): Witnessed {
    const { policy } = this.#parts
    const note = `${checkpoint.note}${policy.witnesses.map(({ name }) => lines.get(name) ?? '').join('')}`
    const parsed = parseNote(note)
    return parsed.ok
      ? { note, ...judgeNote(policy, parsed.value) }
      : { note: checkpoint.note, isSatisfied: false, seenBy: [] }
  }
}

function linesIn(note: string, { witnesses }: Policy): Map<string, string> {
  const parsed = parseNote(note)
  if (!parsed.ok) return new Map()
  return new Map(
    witnesses.flatMap(({ name, key }) => {
      const line = cosignedAt(parsed.value, key) && signaturesOf(parsed.value, key)[0]?.line
      return line === undefined ? [] : [[name, `${line}\n`]]
    }),
  )
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown failure')
