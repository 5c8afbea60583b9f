import { z } from 'zod'

/** Posts a person signs in with. What each may do is the table in src/wire/permissions.ts. */
export const roleNames = [
  'officer',
  'supervisor',
  'ethics',
  'auditor',
  'it',
  'security',
  'procurement',
  'archivist',
  'head',
  'outside-auditor',
  'citizen',
] as const
export const roleName = z.enum(roleNames)
export type RoleName = z.infer<typeof roleName>

export const signInRequest = z.object({ account: z.string().min(1).max(64), password: z.string().min(1).max(200) })
/** Ways in besides account and password: the name of the agency's provider, or none. */
export const signInWays = z.object({
  oidc: z.string().nullable(),
  /** national means that are not built, and what each would need */
  missing: z.array(z.object({ name: z.string(), nameEn: z.string(), needs: z.string(), needsEn: z.string() })),
})
export type SignInWays = z.infer<typeof signInWays>
export type SignInRequest = z.infer<typeof signInRequest>

/** A person added from the command line. The password is at least twelve characters; nothing else is asked of it. */
export const newAccount = z.object({
  account: z.string().regex(/^[a-z][a-z0-9._-]{1,31}$/),
  name: z.string().trim().min(1).max(60),
  unit: z.string().trim().min(1).max(60),
  title: z.string().trim().min(1).max(60),
  role: roleName,
  /** '' for an office above the agencies */
  agency: z
    .string()
    .regex(/^([a-z][a-z0-9-]{0,31})?$/)
    .default(''),
  /** for the first accounts of an empty installation alone; later ones get a password for one use from whoever approves */
  password: z.string().min(12).max(200).optional(),
})
export type NewAccount = z.infer<typeof newAccount>

export const me = z.object({
  account: z.string(),
  name: z.string(),
  unit: z.string(),
  title: z.string(),
  role: roleName,
  /** the agency he serves; '' for an office above the agencies */
  agency: z.string(),
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
