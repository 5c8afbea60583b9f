import { z } from 'zod'

/** The lattice, worst first. contradicted > unexplained > weak > explained. */
export const verdictNames = ['contradicted', 'unexplained', 'weak', 'explained'] as const
export const verdictName = z.enum(verdictNames)
export type VerdictName = z.infer<typeof verdictName>

/** 32 lower-case hex digits. */
export const accessId = z.string().regex(/^[0-9a-f]{32}$/)

/** What a list of accesses is narrowed to. Lives in the URL; every field optional. `from` inclusive, `to` exclusive, ISO instants. */
export const verdictFilter = z.object({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  agency: z.string().max(64).optional(),
  system: z.string().max(64).optional(),
  unit: z.string().max(64).optional(),
  officer: z.string().max(64).optional(),
  subject: accessId.optional(),
  /** comma-separated verdict names */
  verdict: z.string().max(64).optional(),
  /** id of a template, contradiction or flag that hit */
  rule: z.string().max(64).optional(),
  /** free text over purpose and case number */
  text: z.string().max(64).optional(),
  /** 0–23, Taipei */
  hour: z.coerce.number().int().min(0).max(23).optional(),
  /** 1 Monday – 7 Sunday, Taipei */
  weekday: z.coerce.number().int().min(1).max(7).optional(),
})
export type VerdictFilter = z.infer<typeof verdictFilter>

export const verdictListQuery = verdictFilter.extend({
  sort: z.enum(['rank', 'time']).default('rank'),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type VerdictListQuery = z.infer<typeof verdictListQuery>

/** One access in a list. Officer and subject appear under labels, never under their names. */
export const verdictRow = z.object({
  accessId,
  verdict: verdictName,
  score: z.number(),
  /** the place's measure: the score, pushed back for repetitions of one pattern */
  rank: z.number(),
  /** ids of every rule that hit */
  rules: z.array(z.string()),
  /** the record's number in the system it comes from */
  sourceId: z.string(),
  at: z.string(),
  agency: z.string(),
  agencyName: z.string(),
  system: z.string(),
  systemName: z.string(),
  officer: z.string(),
  officerLabel: z.string(),
  unit: z.string(),
  title: z.string(),
  purpose: z.string(),
  caseNo: z.string(),
  subjectKind: z.string(),
  /** shortened pseudonym, e.g. 7F3A‥C21 */
  subjectLabel: z.string(),
  /** why this row, in one phrase (zh-TW / en) */
  why: z.string(),
  whyEn: z.string(),
})
export type VerdictRow = z.infer<typeof verdictRow>

export const verdictList = z.object({ total: z.number(), rows: z.array(verdictRow) })
export type VerdictList = z.infer<typeof verdictList>

const counts = z.object({ contradicted: z.number(), unexplained: z.number(), weak: z.number(), explained: z.number() })
export type VerdictCounts = z.infer<typeof counts>

const breakdown = z.array(z.object({ key: z.string(), label: z.string(), counts }))
export type VerdictBreakdown = z.infer<typeof breakdown>

/** The figures beside a list, over the same filter. */
export const verdictSummary = z.object({
  counts,
  from: z.string().nullable(),
  to: z.string().nullable(),
  byDay: z.array(z.object({ day: z.string(), counts })),
  bySystem: breakdown,
  byUnit: breakdown,
  byRule: z.array(
    z.object({
      rule: z.string(),
      kind: z.enum(['template', 'contradiction', 'flag']),
      label: z.string(),
      labelEn: z.string(),
      hits: z.number(),
    }),
  ),
  /** weekday 1–7 × hour 0–23, Taipei; `open` = contradicted + unexplained */
  heat: z.array(z.object({ weekday: z.number(), hour: z.number(), total: z.number(), open: z.number() })),
  agencies: z.array(z.object({ agency: z.string(), name: z.string() })),
  systems: z.array(z.object({ system: z.string(), name: z.string() })),
})
export type VerdictSummary = z.infer<typeof verdictSummary>
