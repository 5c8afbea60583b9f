import { z } from 'zod'

/** What keeps this program from showing things, and what is to be done: told to everybody who is signed in. */
export const warningList = z.object({
  warnings: z.array(
    z.object({
      /** `witnesses`, `stamp`: nothing stands still yet; told to those who look after the ledger */
      code: z.enum(['ledger', 'records', 'analytics', 'witnesses', 'stamp', 'account']),
      words: z.string(),
      wordsEn: z.string(),
    }),
  ),
})
export type WarningList = z.infer<typeof warningList>
export type Warning = WarningList['warnings'][number]
