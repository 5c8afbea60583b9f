import { z } from 'zod'

/** What the browser's passkey dialogue asks for and answers is WebAuthn's own JSON, checked by the library on the server. */
const webAuthn = z.record(z.string(), z.unknown())

export const passkeyOptions = webAuthn
/** `password`: the present one, for the very first passkey of an account that has one */
export const passkeyBegin = z.object({ password: z.string().max(200).default('') })
export const passkeyName = z.object({ name: z.string().trim().min(1).max(60), response: webAuthn })

export const passkeyList = z.object({
  passkeys: z.array(
    z.object({ id: z.string(), name: z.string(), createdAt: z.string(), lastUsedAt: z.string().nullable() }),
  ),
})
export type PasskeyList = z.infer<typeof passkeyList>

/** `bound`: 32 bytes as hex that the answer shall stand for; left out for mere presence. */
export const proofAsk = z.object({
  bound: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
export const proofAnswer = z.object({ response: webAuthn })

export const sessionList = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      startedAt: z.string(),
      lastSeenAt: z.string(),
      place: z.string(),
      means: z.string(),
      isThis: z.boolean(),
    }),
  ),
})
export type SessionList = z.infer<typeof sessionList>

export const passwordChange = z.object({ current: z.string().min(1).max(200), next: z.string().min(1).max(200) })

export const accountNotices = z.object({
  /** the login at the provider this account belongs to since its first use */
  provider: z.object({ issuer: z.string(), subject: z.string(), boundAt: z.string() }).nullable(),
  notices: z.array(
    z.object({
      id: z.string(),
      account: z.string(),
      kind: z.string(),
      at: z.string(),
      place: z.string(),
      isRead: z.boolean(),
    }),
  ),
})
export type AccountNotices = z.infer<typeof accountNotices>

export const accountReview = z.object({
  unused: z.array(
    z.object({ account: z.string(), name: z.string(), unit: z.string(), lastSignInAt: z.string().nullable() }),
  ),
  privileged: z.array(
    z.object({
      account: z.string(),
      name: z.string(),
      role: z.string(),
      kind: z.string(),
      times: z.number(),
      lastAt: z.string(),
    }),
  ),
})
