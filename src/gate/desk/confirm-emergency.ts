import { fail, ok, type Result } from '../../base/result.ts'
import { recorded, unchanged } from '../../database/database.ts'
import {
  EMERGENCY_LOOKS,
  type EmergencyFailure,
  MINUTE_MS,
  mayOpen,
  readersOf,
  recordOpening,
  standsAgainst,
} from './emergency.ts'
import type { LookDeps, Looker } from './look.ts'
import type { Prove } from './office.ts'
import { decideQuestion, type QuestionFailure } from './question.ts'
import { recordAsked } from './record-asked.ts'
import { findRequest, lockRequest, openConfirmed, type StoredRequest } from './request-store.ts'

export type ConfirmFailure = EmergencyFailure | QuestionFailure | 'unknown' | 'ended' | 'expired' | 'out-of-scope'

/**
 * The official says himself, with his passkey over exactly what would be shown, that it is he who breaks the glass that a
 * system asked for. Decided anew: what no longer is an emergency opens nothing. From here on it is his act and his review.
 */
export async function confirmEmergency(
  deps: LookDeps,
  looker: Looker,
  id: string,
  prove: Prove,
): Promise<Result<StoredRequest, ConfirmFailure>> {
  const stored = await findRequest(deps.database, id)
  if (stored?.account !== looker.account || stored.kind !== 'emergency') return fail('unknown')
  const over = whyOver(stored, deps.clock.now())
  if (over) return fail(over)
  if (!stored.sealedParameters) return fail('expired')
  const question = { ...stored, parameters: deps.seal.open(id, stored.sealedParameters) }
  const decided = await decideQuestion(deps, looker.account, question, looker.stepUpAt)
  if (!decided.ok) return decided
  const { decision, binding } = decided.value
  if (decision.outcome !== 'break-glass' || !binding.equals(stored.binding)) {
    // That it is none any more tells something too.
    const told = await recordAsked(deps, decided.value, 'emergency')
    return told.ok ? fail('out-of-scope') : told
  }
  const refusal = await standsAgainst(deps, looker.account)
  if (refusal) return fail(refusal)
  const presence = await prove(binding)
  if (!presence.ok) return presence
  const now = deps.clock.now()
  const until = new Date(now.getTime() + decision.minutes * MINUTE_MS)
  const readers = await readersOf(deps, stored)
  return deps.database.transaction(async (tx) => {
    if (!(await mayOpen(tx, looker.account, now))) return unchanged(fail('too-many-emergencies'))
    const locked = await lockRequest(tx, id)
    const isOver = locked ? whyOver(locked, now) : 'ended'
    if (!locked || isOver) return unchanged(fail(isOver ?? 'ended'))
    const { evidence } = presence.value
    await openConfirmed(tx, id, { until, looks: EMERGENCY_LOOKS, evidence, now })
    const opened: StoredRequest = { ...locked, state: 'approved', usableUntil: until, usesLeft: EMERGENCY_LOOKS }
    return recorded(await recordOpening(tx, opened, readers, until, evidence, now), ok(opened))
  })
}

const whyOver = ({ state, expiresAt }: StoredRequest, now: Date): 'ended' | 'expired' | undefined => {
  if (state !== 'pending') return state === 'expired' ? 'expired' : 'ended'
  return expiresAt <= now ? 'expired' : undefined
}
