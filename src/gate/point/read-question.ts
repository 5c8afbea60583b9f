import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson, type Json } from '../../base/canonical-json.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { EvaluationBody } from '../../wire/authzen.ts'
import type { Looker } from '../desk/look.ts'
import type { Question } from '../desk/question.ts'

const ACTS = ['query', 'export', 'print', 'copy'] as const
const SUBJECT_TYPES: readonly string[] = ['user', 'officer']
export const RESOURCE_TYPE = 'catalogued-query'

const parameters = z.record(z.string(), z.string().max(200))
const statedCase = z.object({ number: z.string().max(60) })

export type UnreadableQuestion = 'unknown-entity' | 'unknown-action' | 'malformed-question'

/**
 * Reads an evaluation as a question of the catalogue: subject `user` with the account, resource `catalogued-query` with
 * `<query>@<version>` and its parameters, purpose as the last part of `processing_activity_id` (NL GOV), case in the context.
 * The asking system answers for its users' sign-in; `step_up_at` is its word for when presence was last proved.
 */
export function readQuestion(
  evaluation: EvaluationBody,
): Result<{ readonly looker: Looker; readonly question: Question }, UnreadableQuestion> {
  const { subject, action, resource, context } = evaluation
  const [, query, version] = /^([a-z][a-z0-9-]*)(?:@(\d{1,4}))?$/.exec(resource.id) ?? []
  if (!SUBJECT_TYPES.includes(subject.type) || resource.type !== RESOURCE_TYPE || !query) return fail('unknown-entity')
  const act = ACTS.find((each) => each === action.name)
  if (!act) return fail('unknown-action')
  const typed = parameters.safeParse(resource.properties?.['parameters'] ?? {})
  const stated = statedCase.safeParse(context?.['case'] ?? { number: '' })
  if (!typed.success || !stated.success) return fail('malformed-question')
  return ok({
    looker: { account: subject.id, stepUpAt: timeOf(subject.properties?.['step_up_at']) },
    question: {
      query,
      version: version === undefined ? undefined : Number(version),
      parameters: typed.data,
      purpose: purposeOf(action.properties?.['processing_activity_id'] ?? context?.['processing_activity_id']),
      caseNumber: stated.data.number,
      act,
    },
  })
}

// A search for actions has no action to put it in: there it stands in the context.
const purposeOf = (stated: unknown): string => (typeof stated === 'string' ? (stated.split(/[/:#]/).at(-1) ?? '') : '')

const timeOf = (stated: unknown): Date | undefined => {
  const time = typeof stated === 'string' ? new Date(stated) : undefined
  return time && Number.isFinite(time.getTime()) ? time : undefined
}

/**
 * What an approval over the wire is bound to: RFC 8785 and SHA-256 of who, what, on what, for which case (f1). Stays with
 * the asking system, which knows the values anyway; here it is only compared.
 */
export function tupleHash({ subject, action, resource, context }: EvaluationBody): Buffer {
  const { step_up_at: _, ...properties } = subject.properties ?? {}
  const tuple = { subject: { ...subject, properties }, action, resource, case: context?.['case'] ?? null }
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(tuple)) as Json))
    .digest()
}
