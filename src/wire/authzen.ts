import { z } from 'zod'

/**
 * OpenID AuthZEN Authorization API 1.0 as other systems speak it. Unknown members are ignored, types are never coerced.
 * Names of purpose, case and trace follow the NL GOV profile where it has them.
 */
const text = z.string().min(1).max(500)
const properties = z.record(z.string(), z.unknown())

export const entity = z.object({ type: text, id: text, properties: properties.optional() })
export const action = z.object({ name: text, properties: properties.optional() })
export const context = z.record(z.string(), z.unknown())

export const evaluationBody = z.object({
  subject: entity,
  action,
  resource: entity,
  context: context.optional(),
})
export type EvaluationBody = z.infer<typeof evaluationBody>

export const MAX_EVALUATIONS = 500

/** Defaults may be incomplete: an item fills what they lack, and an item that stays incomplete is an answer of its own. */
export const evaluationsBody = z.object({
  subject: properties.optional(),
  action: properties.optional(),
  resource: properties.optional(),
  context: context.optional(),
  evaluations: z.array(z.unknown()).max(MAX_EVALUATIONS).optional(),
  options: z
    .object({
      evaluations_semantic: z.enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']).optional(),
    })
    .optional(),
})
export type EvaluationsBody = z.infer<typeof evaluationsBody>

export const MAX_PAGE = 1000
const page = z.object({
  token: z.string().max(500).optional(),
  limit: z.number().int().min(1).max(MAX_PAGE).optional(),
})
const typed = z.object({ type: text, properties: properties.optional() })

export const subjectSearchBody = z.object({
  subject: typed,
  action,
  resource: entity,
  context: context.optional(),
  page: page.optional(),
})
export const resourceSearchBody = z.object({
  subject: entity,
  action,
  resource: typed,
  context: context.optional(),
  page: page.optional(),
})
export const actionSearchBody = z.object({
  subject: entity,
  resource: entity,
  context: context.optional(),
  page: page.optional(),
})

export const evaluationAnswer = z.object({ decision: z.boolean(), context: context.optional() })
export type EvaluationAnswer = z.infer<typeof evaluationAnswer>
export const evaluationsAnswer = z.object({ evaluations: z.array(evaluationAnswer) })
export const searchAnswer = z.object({
  page: z.object({ next_token: z.string(), count: z.number(), total: z.number() }).optional(),
  results: z.array(z.record(z.string(), z.string())),
})

/** What the asking system did of what a permit obliged it to (gateways.md f3). */
export const receiptBody = z.object({
  evaluation_id: z.uuid(),
  fulfilled: z.array(z.string().min(1).max(40)).max(20),
  rows: z.number().int().min(0).max(10_000_000),
})

/** Access Request and Approval Profile: asking for what was denied, bound to the denial. */
export const accessRequestBody = z.object({
  subject: entity,
  action,
  resource: entity,
  context: z.looseObject({ business_justification: z.string().max(500) }),
  requested_access: z.looseObject({ emergency: z.boolean().optional() }).optional(),
  denial: z.looseObject({ evaluation_id: z.uuid(), binding_token: z.string().min(1).max(4000) }),
})
export type AccessRequestBody = z.infer<typeof accessRequestBody>

export const tokenBody = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().max(80).optional(),
  client_secret: z.string().max(200).optional(),
})

/** A system that asks, as whoever looks after it sees it. Its key is shown once and never again. */
export const callingSystem = z.object({
  system: z.string(),
  name: z.string(),
  agency: z.string(),
  isShadow: z.boolean(),
  isProvisioner: z.boolean(),
  hasCertificate: z.boolean(),
  addedAt: z.string(),
})
export const callingSystemList = z.object({ systems: z.array(callingSystem) })
export type CallingSystemList = z.infer<typeof callingSystemList>
export const newCallingSystem = z.object({
  system: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  name: z.string().trim().min(1).max(60),
  agency: z.string().min(1).max(40),
  isShadow: z.boolean(),
  /** a directory that states who is in office (SCIM); it asks for no decisions */
  isProvisioner: z.boolean().default(false),
  /** PEM; its fingerprint is what mutual TLS recognises the system by */
  certificate: z.string().max(20_000).optional(),
  /** of a system that is there: its key is replaced */
  isNewKey: z.boolean().default(false),
})

/** What would have been stopped, had the system obeyed: by person and reason, most first. */
export const shadowReport = z.object({
  from: z.string(),
  evaluations: z.number(),
  wouldBeStopped: z.number(),
  rows: z.array(
    z.object({ system: z.string(), account: z.string(), query: z.string(), reason: z.string(), count: z.number() }),
  ),
})
export type ShadowReport = z.infer<typeof shadowReport>
