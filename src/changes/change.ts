import type { Json } from '../base/canonical-json.ts'
import type { Result } from '../base/result.ts'
import type { Queryable } from '../database/database.ts'
import type { ChangeKindName, ChangeSlip } from '../wire/change.ts'

export interface Doer {
  readonly account: string
  readonly post: string
}

export interface Words {
  readonly zh: string
  readonly en: string
}

/** One change, read and understood by its kind. */
export interface ReadChange {
  readonly target: string
  /** whose matter it is; '' for the whole installation */
  readonly agency: string
  /** as it is kept and applied */
  readonly value: Json
  /** how what it changes will read afterwards */
  readonly after: Json
  /** why it may not be done by this person, or not at all */
  refusal(by: Doer): Promise<Words | undefined>
  /** what follows from it, for whoever decides; may take seconds */
  consequences(): Promise<readonly Words[]>
  /** for what stands in tables of its own; left out, the value is kept as a version. Words: it cannot, and nothing was done */
  apply?(tx: Queryable, by: Doer, at: Date): Promise<Words | undefined>
  /** what one of the two learns once, when he asks for it after it was applied; nothing of it is kept */
  readonly slip?: SlipMaker
  /** whom it concerns, told besides ethics and head */
  readonly told?: readonly string[]
}

/** Secrets are drawn when they are fetched: passwords by whoever approved, the key of a system by whoever proposed it. */
export interface SlipMaker {
  readonly for: 'proposer' | 'decider'
  draw(): Promise<DrawnSlip>
}

export interface DrawnSlip {
  readonly shown: ChangeSlip
  /** keeps hashes alone, in the transaction that records the fetching */
  write(tx: Queryable): Promise<void>
}

/** One kind of change. A kind knows what stands today, what a change would make of it, and how the program takes it up. */
export interface ChangeKind {
  readonly kind: ChangeKindName
  /** Fails with what is wrong with it, for people; nothing of it is secret. */
  read(given: unknown): Promise<Result<ReadChange, Words>>
  /** as it stands at this moment; null: there is none */
  current(target: string): Promise<Json>
  /** Makes the running program follow these values (target → value), all there are of this kind. */
  takeUp?(values: ReadonlyMap<string, Json>): Promise<void>
}
