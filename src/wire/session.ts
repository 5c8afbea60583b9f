import { z } from 'zod'

/** Posts a person signs in with. What each may do is the table in src/http/permissions.ts. */
export const roleNames = ['officer', 'supervisor', 'ethics', 'auditor', 'it', 'security', 'procurement', 'archivist', 'head'] as const
export const roleName = z.enum(roleNames)
export type RoleName = z.infer<typeof roleName>

export const signInRequest = z.object({ account: z.string().min(1).max(64), password: z.string().min(1).max(200) })
export type SignInRequest = z.infer<typeof signInRequest>

export const me = z.object({
  account: z.string(),
  name: z.string(),
  unit: z.string(),
  title: z.string(),
  role: roleName,
  organisation: z.string(),
  /** names of actions this person may do, from the permission table */
  may: z.array(z.string()),
  /** true while sample data is loaded */
  isDemo: z.boolean(),
  now: z.string(),
})
export type Me = z.infer<typeof me>

/** Every refusal has this shape. `reference` finds the log line; messages never hold protected data. */
export const problem = z.object({
  code: z.string(),
  message: z.string(),
  messageEn: z.string(),
  /** what the person can do about it */
  advice: z.string(),
  adviceEn: z.string(),
  reference: z.string(),
})
export type Problem = z.infer<typeof problem>
