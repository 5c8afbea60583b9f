import { z } from 'zod'
import { endpoint } from './endpoint.ts'

/** A declared rule as the 說明範本 page shows it. */
export const ruleInfo = z.object({
  id: z.string(),
  kind: z.enum(['template', 'contradiction', 'flag']),
  title: z.string(),
  titleEn: z.string(),
  sentence: z.string(),
  strength: z.number(),
  points: z.number(),
  purposes: z.array(z.string()),
  /** evidence kinds it reads */
  reads: z.array(z.string()),
  hits: z.number(),
  /** ids of the guide's measures it serves */
  measures: z.array(z.string()),
  /** false: switched off by a change that two persons made */
  isOn: z.boolean(),
})
export type RuleInfo = z.infer<typeof ruleInfo>
export const ruleList = z.object({ ruleSet: z.string(), rules: z.array(ruleInfo) })

/** What a run could not judge and set aside, while everything else was judged. Names no person. */
export const runFinding = z.object({ code: z.enum(['month-set-aside']), sentence: z.string(), sentenceEn: z.string() })
export type RunFinding = z.infer<typeof runFinding>

export const runRecord = z.object({
  runId: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** null for who serves some agencies only: a run covers them all */
  accesses: z.number().nullable(),
  changed: z.number().nullable(),
  ruleSet: z.string(),
  progress: z.number().nullable(),
  step: z.string(),
  error: z.string().nullable(),
  findings: z.array(runFinding),
})
export type RunRecord = z.infer<typeof runRecord>
export const runList = z.object({ runs: z.array(runRecord) })

export const listRuns = endpoint({ method: 'GET', path: '/api/runs', answer: runList })
export const startRun = endpoint({
  method: 'POST',
  path: '/api/runs',
  body: z.object({
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
  }),
  answer: runRecord,
})
