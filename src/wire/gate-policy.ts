import { z } from 'zod'

/** One way in without anybody's approval: at which values of everything else it opens. */
export const opening = z.object({
  dataSet: z.string(),
  purpose: z.string(),
  act: z.string(),
  mask: z.string(),
  /** how many of the situations tried it covers */
  situations: z.number(),
  isEveryCombination: z.boolean(),
  /** roles of the data set's own agency, or `other-agency` */
  roles: z.array(z.string()),
  /** `none`, `unknown`, or such as `open party mine` */
  cases: z.array(z.string()),
  outsidePortfolio: z.boolean(),
  offDuty: z.boolean(),
  /** null: however many */
  subjectsTodayAtMost: z.number().nullable(),
  /** null: however long ago */
  minutesSinceStepUpAtMost: z.number().nullable(),
})
export type Opening = z.infer<typeof opening>

/** Who gets in without approval under one version of the policies. `isWhole`: the situations tried are all there are. */
export const policyOpenings = z.object({
  policyVersion: z.string(),
  tried: z.number(),
  isWhole: z.boolean(),
  openings: z.array(opening),
})
export type PolicyOpenings = z.infer<typeof policyOpenings>

export const situationText = z.object({
  dataSet: z.string(),
  purpose: z.string(),
  act: z.string(),
  standing: z.string(),
  case: z.string(),
  inPortfolio: z.boolean(),
  onDuty: z.boolean(),
  sensitivity: z.number(),
  minutesSinceStepUp: z.number(),
  subjectsToday: z.number(),
})
export type SituationText = z.infer<typeof situationText>

/** Situations of one data set that are decided otherwise after a change of policies. */
export const outcomeChange = z.object({
  dataSet: z.string(),
  from: z.string(),
  to: z.string(),
  /** somebody sees more, or needs less for it */
  isWider: z.boolean(),
  count: z.number(),
  examples: z.array(situationText),
})
export type OutcomeChange = z.infer<typeof outcomeChange>

export const policyDifference = z.object({
  before: z.string(),
  after: z.string(),
  tried: z.number(),
  isWhole: z.boolean(),
  changes: z.array(outcomeChange),
})
export type PolicyDifference = z.infer<typeof policyDifference>
