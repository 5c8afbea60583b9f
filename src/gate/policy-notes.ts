import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import { isReasonCode, type ReasonCode } from './reasons.ts'

const count = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number)

const annotations = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  reason: z.string().refine(isReasonCode, 'unknown reason').optional(),
  mask: z.enum(['full', 'standard', 'strong']).optional(),
  template: z.enum(['supervisor', 'two-persons', 'head']).optional(),
  rows: count.optional(),
  minutes: count.optional(),
  stepup: count.optional(),
  challenge: count.refine((perMille) => perMille <= 1000, 'per mille').optional(),
  notify: z
    .string()
    .transform((text) => text.split(' '))
    .pipe(z.array(z.enum(['supervisor', 'ethics'])))
    .optional(),
})

/** The engine is asked for these, in this order; the first yes is the outcome. */
export const STAGES = ['see-now', 'see-approved', 'break-glass'] as const
export type Stage = (typeof STAGES)[number]

/** What a policy carries besides its condition: why it says no, and what has to be done when it says yes. */
export interface PolicyNotes extends z.infer<typeof annotations> {
  readonly reason?: ReasonCode | undefined
  readonly effect: 'permit' | 'forbid'
  readonly stages: readonly Stage[]
  /** whether its condition asks for the stage itself: then what it says of one tells nothing of another */
  readonly asksStage: boolean
}

/** Reads a policy's annotations. Fails on one that is unknown, malformed or missing: a duty misspelt is a duty undone. */
export function readNotes(policy: PolicyJson): Result<PolicyNotes, string> {
  const parsed = annotations.safeParse(policy.annotations ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return fail(`@${issue?.path.join('.') || 'annotation'}: ${issue?.message ?? ''}`)
  }
  const notes: PolicyNotes = {
    ...parsed.data,
    effect: policy.effect,
    stages: stagesOf(policy),
    asksStage: JSON.stringify(policy.conditions).includes('"Var":"action"'),
  }
  const missing = missingNote(notes, policy)
  return missing ? fail(missing) : ok(notes)
}

/** The stages a policy's head covers; all of them where it names none. */
function stagesOf({ action }: PolicyJson): readonly Stage[] {
  if (action.op === 'All') return STAGES
  const named: unknown[] = 'entities' in action ? [...action.entities] : 'entity' in action ? [action.entity] : []
  const text = JSON.stringify(named)
  return STAGES.filter((stage) => text.includes(`"id":"${stage}"`))
}

function missingNote(notes: PolicyNotes, { action, effect }: PolicyJson): string | undefined {
  if (effect === 'forbid') return notes.reason ? undefined : '@reason is missing'
  // A permit for all actions at once would open the emergency along with the look.
  if (action.op !== '==' || !('entity' in action)) return 'a permit names exactly one action'
  const entity = '__entity' in action.entity ? action.entity.__entity : action.entity
  if (!notes.mask) return '@mask is missing'
  if (entity.id === 'see-approved' && !notes.template) return '@template is missing'
  if (entity.id === 'break-glass' && !notes.minutes) return '@minutes is missing'
  return undefined
}
