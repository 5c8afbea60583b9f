import type { Json } from '../base/canonical-json.ts'
import type { Recorded } from '../database/database.ts'

/** What happened. A new kind is added here first, so that the list of everything recorded stands in one place. */
export type EventKind =
  | 'sign-in'
  | 'sign-in-refused'
  | 'sign-out'
  | 'session-ended'
  | 'password-changed'
  | 'password-refused'
  | 'provider-bound'
  | 'passkey-added'
  | 'passkey-removed'
  | 'presence-proved'
  | 'account-ended'
  | 'account-changed'
  | 'staff-looked-at'
  | 'staff-changed'
  | 'staff-waits'
  | 'directory-told'
  | 'household-asked'
  | 'import'
  | 'import-preview'
  | 'import-undone'
  | 'reconcile'
  | 'reveal'
  | 'reveal-failed'
  | 'look'
  | 'export'
  | 'remove-demo'
  | 'analytics-rebuilt'
  | 'account-added'
  | 'erasure'
  | 'record-differs'
  | 'record-difference-noted'
  | 'hold'
  | 'disclosure-opened'
  | 'disclosure-chunk'
  | 'disclosure-closed'
  | 'canary-read'
  | 'canary-sealed'
  | 'canary-unsealed'
  | 'trace'
  | 'gate-refused'
  | 'gate-asked'
  | 'request-made'
  | 'request-approved'
  | 'request-rejected'
  | 'request-withdrawn'
  | 'request-used'
  | 'emergency-asked'
  | 'emergency-opened'
  | 'emergency-stated'
  | 'emergency-reviewed'
  | 'challenge-answered'
  | 'assignment-wanted'
  | 'gate-evaluated'
  | 'gate-searched'
  | 'receipt'
  | 'system-added'
  | 'system-named'
  | 'system-changed'
  | 'system-ended'
  | 'change-proposed'
  | 'change-applied'
  | 'change-refused'
  | 'change-withdrawn'
  | 'change-stale'
  | 'log-contradicted'
  | 'contradiction-settled'
  | 'slip-drawn'

export interface NewEvent {
  readonly kind: EventKind
  readonly at: Date
  /** account of the person who acts, or `system` */
  readonly actor: string
  /** the post he acts in, as shown on screen */
  readonly actorPost: string
  /** what it is about: an access id, an import id; never a raw identifier */
  readonly subjectRef: string
  /** as typed by the actor; '' where none is asked */
  readonly reason: string
  readonly detail: Json
  /** keyed pseudonym of the citizen concerned: what his erasure finds */
  readonly person?: string
  /** where: terminal, address, channel */
  readonly place?: string
  /** the agency whose matter it is; left out: the actor's own. Who serves it finds the event. */
  readonly agency?: string
}

/** Proof that an event stands in the journal. A transaction commits only with one: changed without evidence does not compile. */
export interface Receipt extends Recorded {
  readonly eventId: string
  readonly at: Date
}

/** The class that stands in the public leaf: how coarsely an outsider may know what kinds of acts a log is made of. */
export function classOf(kind: EventKind): number {
  switch (kind) {
    case 'erasure':
    case 'hold':
      return 2
    default:
      return 1
  }
}
