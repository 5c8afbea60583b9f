import { z } from 'zod'

/** What keeps this program from showing things, and what is to be done: told to everybody who is signed in. */
export const warningList = z.object({
  warnings: z.array(
    z.object({ code: z.enum(['ledger', 'analytics', 'account']), words: z.string(), wordsEn: z.string() }),
  ),
})
export type WarningList = z.infer<typeof warningList>
export type Warning = WarningList['warnings'][number]
