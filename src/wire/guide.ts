import { z } from 'zod'
import { warningList } from './warning.ts'

/** `alive` proof is fresh · `stale` proof is old · `absent` not built yet. Unknown is never alive. */
export const measureState = z.enum(['alive', 'stale', 'absent'])

export const guideMeasure = z.object({
  /** id of mission.md, e.g. T1.1 */
  id: z.string(),
  asks: z.string(),
  asksEn: z.string(),
  control: z.string(),
  controlEn: z.string(),
  state: measureState,
  figure: z.object({ value: z.number(), unit: z.string(), unitEn: z.string(), href: z.string() }).nullable(),
  /** oldest first; at most 30 points */
  spark: z.array(z.number()),
  provenAt: z.string().nullable(),
})
export type GuideMeasure = z.infer<typeof guideMeasure>

export const guideType = z.object({
  id: z.string(),
  numeral: z.string(),
  title: z.string(),
  titleEn: z.string(),
  story: z.string(),
  storyEn: z.string(),
  measures: z.array(guideMeasure),
})
export type GuideType = z.infer<typeof guideType>

export const livingGuide = z.object({
  types: z.array(guideType),
  counts: z.object({ alive: z.number(), stale: z.number(), absent: z.number() }),
  at: z.string(),
})
export type LivingGuide = z.infer<typeof livingGuide>

/** 今日: what waits, then the figures that changed most; none of these while a warning stands. */
export const today = z.object({
  warnings: warningList.shape.warnings,
  waiting: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      titleEn: z.string(),
      count: z.number(),
      dueAt: z.string().nullable(),
      href: z.string(),
    }),
  ),
  changes: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      titleEn: z.string(),
      value: z.number(),
      previous: z.number(),
      unit: z.string(),
      unitEn: z.string(),
      spark: z.array(z.number()),
      href: z.string(),
    }),
  ),
  lastRun: z.object({ runId: z.string(), endedAt: z.string(), accesses: z.number().nullable() }).nullable(),
})
export type Today = z.infer<typeof today>
