import { type Database, type Queryable, recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { type AccountNoticeKind, tellOwner, tellWatchers } from './account-notice.ts'
import { atTheDoor } from './few-at-once.ts'
import type { Means } from './stated-means.ts'

/**
 * Why somebody was not let in, for the record: `answer`: what a provider said does not hold; `no-account`: there is no
 * such account, or it ended; `other-means`: it is entered by another means; `other-subject`: it belongs to another login
 * of the provider; `first-key`: it needs a passkey that only a password's sign-in may bring; `unavailable`: the directory
 * did not answer. Who is refused learns less.
 */
export type RefusalCause =
  | 'answer'
  | 'no-account'
  | 'locked'
  | 'wrong'
  | 'other-means'
  | 'other-subject'
  | 'first-key'
  | 'unavailable'

export interface Refusal {
  readonly means: Means
  readonly cause: RefusalCause
  /** an account that exists; undefined: what was typed is not written down, it may be a password in the wrong field */
  readonly account: string | undefined
  readonly place: string
  /** this was the last try it allowed */
  readonly isLast?: boolean
}

/** Records that somebody was not let in, and tells those whom it concerns. */
export async function recordRefusal(database: Database, now: Date, refusal: Refusal): Promise<void> {
  const { means, cause, account, place, isLast = false } = refusal
  const write = async (tx: Queryable) => {
    const subjectRef = account ?? 'unknown'
    const tell = (kind: AccountNoticeKind, how: typeof tellOwner) =>
      account === undefined ? undefined : how(tx, { account, kind, at: now, place })
    if (cause === 'other-subject') await tell('other-subject', tellWatchers)
    if (isLast) await tell('locked', tellOwner)
    const receipt = await recordEvent(tx, {
      kind: 'sign-in-refused',
      at: now,
      actor: subjectRef,
      actorPost: '',
      subjectRef,
      reason: '',
      detail: { means, cause },
      place,
    })
    return recorded(receipt, undefined)
  }
  await atTheDoor(() => database.transaction(write))
}
