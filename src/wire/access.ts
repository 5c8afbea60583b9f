import { z } from 'zod'
import { accessId, verdictName, verdictRow } from './verdict.ts'

/** One reason behind a verdict: a template that explains, a contradiction, or a flag. */
export const accessHit = z.object({
  rule: z.string(),
  kind: z.enum(['template', 'contradiction', 'flag']),
  /** 0–5 for templates, otherwise 0 */
  strength: z.number(),
  /** points this hit adds to the rank; negative when it explains */
  points: z.number(),
  sentence: z.string(),
  sentenceEn: z.string(),
  /** where the evidence comes from and when it was written down */
  evidence: z.array(
    z.object({
      evidenceId: z.string(),
      kind: z.string(),
      kindTitle: z.string(),
      summary: z.string(),
      /** null: the file did not say */
      recordedAt: z.string().nullable(),
      knownAt: z.string(),
      importId: z.string(),
      line: z.number(),
    }),
  ),
})
export type AccessHit = z.infer<typeof accessHit>

/** A node of the evidence path, in reading order left to right by `column` (0 officer … 2 subject). */
export const pathNode = z.object({
  id: z.string(),
  kind: z.enum(['officer', 'case', 'record', 'subject']),
  column: z.number().int().min(0).max(2),
  title: z.string(),
  detail: z.string(),
  /** false: the record was looked for and does not exist */
  exists: z.boolean(),
})
export type PathNode = z.infer<typeof pathNode>

export const pathLink = z.object({
  from: z.string(),
  to: z.string(),
  state: z.enum(['holds', 'missing', 'contradicts']),
  label: z.string(),
})
export type PathLink = z.infer<typeof pathLink>

/** One bar or point of the officer's day; instants ISO. `ends` null for a point. */
export const dayItem = z.object({
  starts: z.string(),
  ends: z.string().nullable(),
  label: z.string(),
  tone: z.enum(['duty', 'evidence', 'neutral', 'contradicts', 'absent']),
  /** for points: the access it stands for */
  accessId: accessId.nullable(),
  verdict: verdictName.nullable(),
})
export type DayItem = z.infer<typeof dayItem>

export const dayLane = z.object({
  lane: z.enum(['shift', 'leave', 'dispatch', 'terminal', 'case', 'access']),
  title: z.string(),
  items: z.array(dayItem),
})
export type DayLane = z.infer<typeof dayLane>

/** Everything one access's page shows. Rows of rosters, leave and kinship appear only where they witness this verdict or this day. */
export const accessPage = z.object({
  row: verdictRow,
  /** the story in one sentence */
  sentence: z.string(),
  sentenceEn: z.string(),
  summary: z.string(),
  summaryEn: z.string(),
  rank: z.number(),
  terminal: z.string(),
  action: z.string(),
  queryKind: z.string(),
  fields: z.array(z.string()),
  rowCount: z.number(),
  sourceId: z.string(),
  importId: z.string(),
  line: z.number(),
  hits: z.array(accessHit),
  path: z.object({ nodes: z.array(pathNode), links: z.array(pathLink) }),
  day: z.object({ starts: z.string(), ends: z.string(), lanes: z.array(dayLane) }),
  history: z.array(
    z.object({ at: z.string(), runId: z.string(), verdict: verdictName, score: z.number(), ruleSet: z.string() }),
  ),
  neighbours: z.object({ previous: accessId.nullable(), next: accessId.nullable() }),
})
export type AccessPage = z.infer<typeof accessPage>

/** Asking for a name. The reason is recorded with the asker before anything is shown. */
export const revealRequest = z.object({
  what: z.enum(['officer', 'subject']),
  reason: z.string().trim().min(6).max(500),
})
export type RevealRequest = z.infer<typeof revealRequest>

export const revealAnswer = z.object({
  what: z.enum(['officer', 'subject']),
  /** the identifier as it stood in the source file */
  value: z.string(),
  recordedAt: z.string(),
  eventId: z.string(),
})
export type RevealAnswer = z.infer<typeof revealAnswer>
