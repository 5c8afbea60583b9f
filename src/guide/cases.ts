import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { MEASURE_IDS } from './measures.ts'

const sentence = z.string().min(1).max(200)
const caseType = z.strictObject({
  id: z.string().regex(/^(?:T[1-5]|G)$/),
  numeral: z.string().length(1),
  title: sentence,
  titleEn: sentence,
  story: sentence,
  storyEn: sentence,
  measures: z
    .array(
      z.strictObject({
        id: z.enum(MEASURE_IDS),
        asks: sentence,
        asksEn: sentence,
        control: sentence,
        controlEn: sentence,
      }),
    )
    .min(1),
})
export type CaseType = z.infer<typeof caseType>

/** The types and their measures as written in cases.yaml. Throws on a malformed file: it is part of the program. */
export function readCases(): readonly CaseType[] {
  return z.array(caseType).parse(parse(readFileSync(join(import.meta.dirname, 'cases.yaml'), 'utf8')))
}
