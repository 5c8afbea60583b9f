import { fail, ok, type Result } from '../../base/result.ts'
import type { ApprovalTemplate } from '../decision.ts'

export type RequestState = 'pending' | 'approved' | 'rejected' | 'withdrawn' | 'expired' | 'used'

/** What decides a request's next state. */
export interface RequestFacts {
  readonly state: RequestState
  readonly account: string
  readonly template: ApprovalTemplate
  readonly expiresAt: Date
  readonly usableUntil: Date | undefined
  readonly usesLeft: number
  /** in whose authority: a deputy's word is his principal's */
  readonly approvedBy: readonly string[]
}

export type RequestAct =
  | { readonly type: 'approve'; readonly by: string }
  | { readonly type: 'reject'; readonly by: string }
  | { readonly type: 'withdraw'; readonly by: string }
  | { readonly type: 'use'; readonly by: string }
  /** he leaves the office */
  | { readonly type: 'leave' }

export type RequestRefusal = 'ended' | 'expired' | 'not-yours' | 'own-request' | 'approved-before'

export interface RequestChange {
  readonly state: RequestState
  readonly usableUntil?: Date
  readonly usesLeft?: number
}

/** A pending request waits three days; an approval opens one look within a day. */
const PENDING_MS = 3 * 86_400_000
const USABLE_MS = 86_400_000
const USES = 1

export const pendingUntil = (asked: Date): Date => new Date(asked.getTime() + PENDING_MS)

/**
 * The whole life of a request as one table: what this act makes of it at this moment, or why it is refused. Pure. Time
 * alone only ever ends a request; nothing is approved by silence, nobody approves his own.
 */
export function nextState(facts: RequestFacts, act: RequestAct, now: Date): Result<RequestChange, RequestRefusal> {
  if (stateAt(facts, now) === 'expired') return fail('expired')
  switch (act.type) {
    case 'approve':
    case 'reject':
      return decided(facts, act, now)
    case 'withdraw':
      if (act.by !== facts.account) return fail('not-yours')
      return facts.state === 'pending' ? ok({ state: 'withdrawn' }) : fail('ended')
    case 'use':
      if (act.by !== facts.account) return fail('not-yours')
      if (facts.state !== 'approved' || facts.usesLeft < 1) return fail('ended')
      return ok({ state: facts.usesLeft === 1 ? 'used' : 'approved', usesLeft: facts.usesLeft - 1 })
    case 'leave':
      if (facts.state === 'pending') return ok({ state: 'withdrawn' })
      return facts.state === 'approved' ? ok({ state: 'expired', usesLeft: 0 }) : fail('ended')
  }
}

/** The state as it is now: a request or an approval whose time has passed has expired, whoever has noticed. */
export function stateAt(facts: RequestFacts, now: Date): RequestState {
  if (facts.state === 'pending' && now >= facts.expiresAt) return 'expired'
  if (facts.state === 'approved' && (!facts.usableUntil || now >= facts.usableUntil)) return 'expired'
  return facts.state
}

function decided(
  facts: RequestFacts,
  act: { readonly type: 'approve' | 'reject'; readonly by: string },
  now: Date,
): Result<RequestChange, RequestRefusal> {
  if (facts.state !== 'pending') return fail('ended')
  if (act.by === facts.account) return fail('own-request')
  if (act.type === 'reject') return ok({ state: 'rejected' })
  if (facts.approvedBy.includes(act.by)) return fail('approved-before')
  const needed = facts.template === 'two-persons' ? 2 : 1
  if (facts.approvedBy.length + 1 < needed) return ok({ state: 'pending' })
  return ok({ state: 'approved', usableUntil: new Date(now.getTime() + USABLE_MS), usesLeft: USES })
}
