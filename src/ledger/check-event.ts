import type { FacetName } from './facets.ts'
import type { KeyStore } from './key-store.ts'
import { decodeLeaf } from './leaf.ts'
import { type OpenedEvent, openEvent } from './seal.ts'

/** An event as its table has it. */
export interface EventRow {
  readonly event_id: string
  readonly expires_month: number
  readonly at: Date
  readonly kind: string
  readonly actor: string
  readonly subject_ref: string
  readonly person_token: Buffer | null
  readonly leaf: Buffer
  readonly sealed: Buffer
  readonly sealed_for_person: Buffer | null
}

export const EVENT_COLUMNS =
  'event_id, expires_month, at, kind, actor, subject_ref, person_token, leaf, sealed, sealed_for_person'

/** What is wrong with a row: sealed bytes that do not open, a leaf that does not commit to them, columns that say other things. */
export interface EventFault {
  readonly code: 'unreadable' | 'not-committed' | 'column-differs'
  /** names of columns, never a value */
  readonly detail: string
}

export interface CheckedEvent {
  /** undefined: the month's records were erased, or nothing can be opened */
  readonly opened: OpenedEvent | undefined
  readonly fault: EventFault | undefined
}

/** What was sealed of an event, as far as it was not erased. */
export interface SealedFacts {
  readonly at: string
  readonly actor: string
  readonly post: string
  readonly kind: string
  readonly subject: string
  readonly reason: string
  readonly person: string | undefined
  readonly detail: Readonly<Record<string, unknown>>
}

/**
 * Opens a row and holds its columns against what was sealed. The agency an event is found by is not sealed; it is where
 * whoever acted belonged at that time.
 */
export function checkEvent(keys: KeyStore, row: EventRow): CheckedEvent {
  let opened: OpenedEvent | undefined
  try {
    opened = openEvent(keys, {
      leaf: row.leaf,
      personToken: row.person_token ?? undefined,
      sealed: row.sealed,
      sealedForPerson: row.sealed_for_person ?? undefined,
    })
  } catch {
    return { opened: undefined, fault: { code: 'unreadable', detail: '' } }
  }
  if (!opened) return decodeLeaf(row.leaf) ? { opened, fault: undefined } : { opened, fault: NO_LEAF }
  if (!opened.isTrue) return { opened, fault: { code: 'not-committed', detail: '' } }
  const wrong = differingColumns(keys, row, factsOf(opened))
  return { opened, fault: wrong.length === 0 ? undefined : { code: 'column-differs', detail: wrong.join(', ') } }
}

const NO_LEAF: EventFault = { code: 'unreadable', detail: 'leaf' }

function differingColumns(keys: KeyStore, row: EventRow, facts: SealedFacts): readonly string[] {
  const { person } = facts
  const token = person === undefined ? undefined : keys.tokenOf(person)
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['at', row.at.toISOString(), facts.at],
    ['kind', row.kind, facts.kind],
    ['actor', row.actor, facts.actor],
    ['subject_ref', row.subject_ref, facts.subject],
    ['expires_month', row.expires_month, decodeLeaf(row.leaf)?.expiresMonth],
    ...(token ? [['person_token', row.person_token?.toString('hex'), token.toString('hex')] as const] : []),
  ]
  return pairs.filter(([, stored, sealed]) => stored !== sealed).map(([name]) => name)
}

/** Reads what was sealed. A side that was erased, or that the event never had, is empty. */
export function factsOf(opened: OpenedEvent): SealedFacts {
  const side = (name: FacetName): Readonly<Record<string, unknown>> => {
    const bytes = opened.facets.find((each) => each.name === name)?.open?.bytes
    return bytes && bytes.length > 0 ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {}
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const [when, who, whom, what, why] = [side('when'), side('who'), side('whom'), side('what'), side('why')]
  return {
    at: text(when['at']),
    actor: text(who['actor']),
    post: text(who['post']),
    kind: text(what['kind']),
    subject: text(what['subject']),
    reason: text(why['reason']),
    person: typeof whom['person'] === 'string' ? whom['person'] : undefined,
    detail: side('result'),
  }
}
