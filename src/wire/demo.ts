import { z } from 'zod'

/** The acts of 「十分鐘走完五案」: each really done, by the account it names, and found in the ledger when it was. */
export const walkSteps = [
  'refused',
  'shown',
  'traced',
  'contradiction',
  'revealed',
  'asked',
  'approved',
  'reused',
  'opened',
] as const

export const demoWalk = z.object({
  steps: z.array(
    z.object({
      id: z.enum(walkSteps),
      /** who has to do it */
      account: z.string(),
      href: z.string(),
      isDone: z.boolean(),
    }),
  ),
})
export type DemoWalk = z.infer<typeof demoWalk>
