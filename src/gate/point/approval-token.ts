import { z } from 'zod'
import { fail, ok, type Result } from '../../base/result.ts'
import type { DecidedQuestion } from '../desk/question.ts'
import type { StoredRequest } from '../desk/request-store.ts'
import type { PointDeps } from './decision-point.ts'
import type { AskingSystem } from './protocol.ts'

/** Why an approval that was brought along does not open anything (ARAP, re-evaluation). */
export type ApprovalRefusal =
  | 'approval_unverifiable'
  | 'approval_expired'
  | 'out_of_scope'
  | 'grant_pending'
  | 'policy_denied'

const brought = z.object({ id: z.uuid(), state: z.string().max(4000) })

/**
 * Checks an approval brought along against what is asked now: our own token for this system, the request still approved
 * and unused, the bound hash equal, the policies of this moment still asking for nothing more. Undefined: none brought.
 */
export async function approvalFor(
  { desk, signer, clock }: PointDeps,
  { system }: AskingSystem,
  stated: unknown,
  decided: DecidedQuestion,
): Promise<Result<{ readonly request: string; readonly account: string }, ApprovalRefusal> | undefined> {
  if (stated === undefined) return undefined
  const given = brought.safeParse(stated)
  const claims = given.success ? signer.open(given.data.state) : fail('not-ours' as const)
  if (!given.success || !claims.ok) return fail('approval_unverifiable')
  const { use, sub, approval } = claims.value
  if (use !== 'approval' || sub !== system || approval !== given.data.id) return fail('approval_unverifiable')
  const stored = await desk.find(given.data.id)
  if (!stored) return fail('approval_unverifiable')
  if (stored.account !== decided.asker.account || !stored.binding.equals(decided.binding)) return fail('out_of_scope')
  if (stored.state === 'pending') return fail('grant_pending')
  if (stored.state !== 'approved' || !stored.usableUntil || stored.usableUntil <= clock.now())
    return fail('approval_expired')
  const { outcome } = decided.decision
  const fits = outcome === (stored.kind === 'approval' ? 'needs-approval' : 'break-glass')
  return fits ? ok({ request: stored.id, account: stored.account }) : fail('policy_denied')
}

/** The token that carries an approval back to the decision point. */
export const approvalState = ({ signer }: PointDeps, system: string, request: StoredRequest): string =>
  signer.sign({
    use: 'approval',
    sub: system,
    approval: request.id,
    exp: Math.floor((request.usableUntil?.getTime() ?? 0) / 1000),
  })
