import { z } from 'zod'

/** What takes two persons to change. */
export const changeKindNames = [
  ...(['role', 'rule', 'policy', 'connector', 'retention', 'import-undo', 'sign-in'] as const),
  ...(['staff', 'calling-system', 'account-add', 'account-end'] as const),
] as const
export const changeKindName = z.enum(changeKindNames)
export type ChangeKindName = z.infer<typeof changeKindName>

export const changeBody = z.object({
  kind: changeKindName,
  value: z.record(z.string(), z.unknown()),
  reason: z.string().trim().min(6).max(500),
  /** ISO time from which it holds; left out: from the moment it is approved */
  effectiveFrom: z.iso.datetime({ offset: true }).optional(),
})
export type ChangeBody = z.infer<typeof changeBody>

export const changeVerdict = z.object({
  verdict: z.enum(['approve', 'refuse']),
  /** asked for when refusing */
  reason: z.string().trim().max(500).default(''),
  /** the passkey's answer over the change's binding; asked for when approving */
  assertion: z.unknown(),
})

const words = z.object({ zh: z.string(), en: z.string() })

export const changeLine = z.object({
  changeId: z.string(),
  kind: changeKindName,
  target: z.string(),
  reason: z.string(),
  state: z.enum(['open', 'applied', 'refused', 'withdrawn', 'stale', 'expired']),
  proposedBy: z.string(),
  proposedAt: z.string(),
  expiresAt: z.string(),
  effectiveFrom: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  decisionReason: z.string(),
  isMine: z.boolean(),
  /** what is shown once waits for this reader: passwords for whoever approved, a key for whoever proposed */
  hasSlip: z.boolean(),
})
export type ChangeLine = z.infer<typeof changeLine>
export const changeList = z.object({ changes: z.array(changeLine) })

/** One line of two texts side by side; null where a side has none. */
export const diffLine = z.object({ before: z.string().nullable(), after: z.string().nullable() })
export type DiffLine = z.infer<typeof diffLine>

export const changePage = changeLine.extend({
  diff: z.array(diffLine),
  consequences: z.array(words),
  /** 32 bytes as hex: what an approval is signed over */
  binding: z.string(),
})
export type ChangePage = z.infer<typeof changePage>

/** Shown once to one person: one-time passwords of new accounts, or the key of a system. */
export const changeSlip = z.object({
  passwords: z.array(z.object({ account: z.string(), password: z.string() })),
  key: z.string().nullable(),
})
export type ChangeSlip = z.infer<typeof changeSlip>

/** What one may not do alone was proposed instead. */
export const changeWaits = z.object({ changeId: z.string() })
