import { z } from 'zod'

const both = { title: z.string(), titleEn: z.string() }

/** One query of the catalogue as an official sees it: what to type, what he will get, how sensitive it is. */
export const gateQuery = z.object({
  id: z.string(),
  version: z.number(),
  agency: z.string(),
  dataSet: z.string(),
  dataSetTitle: z.string(),
  dataSetTitleEn: z.string(),
  ...both,
  sensitivity: z.number(),
  rowCap: z.number(),
  portfolio: z.string(),
  parameters: z.array(z.object({ name: z.string(), ...both, kind: z.string() })),
  columns: z.array(z.object({ name: z.string(), ...both, identifier: z.string(), sensitivity: z.number() })),
})
export const gatePurpose = z.object({
  code: z.string(),
  ...both,
  sentence: z.string(),
  sentenceEn: z.string(),
  /** '' where no legal basis is stated yet */
  legalBasis: z.string(),
  needsCase: z.boolean(),
  agencies: z.array(z.string()),
})

export const gateCatalogue = z.object({ queries: z.array(gateQuery), purposes: z.array(gatePurpose) })
export type GateCatalogue = z.infer<typeof gateCatalogue>

/** What keeps connectors and queries from use. Empty lists: all fit. */
export const gateCheck = z.object({
  connectors: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      isReachable: z.boolean(),
      findings: z.array(z.object({ code: z.string(), detail: z.string() })),
    }),
  ),
  queries: z.array(
    z.object({
      id: z.string(),
      version: z.number(),
      file: z.string(),
      isFit: z.boolean(),
      faults: z.array(z.object({ line: z.number(), reason: z.string() })),
    }),
  ),
})
export type GateCheck = z.infer<typeof gateCheck>

export const traceRequest = z.object({
  code: z.string().min(1).max(40),
  reason: z.string().trim().min(2).max(200),
})
export type TraceRequest = z.infer<typeof traceRequest>

export const traceAnswer = z.object({
  code: z.string(),
  at: z.string(),
  who: z.object({ account: z.string(), name: z.string(), unit: z.string(), post: z.string() }),
  agency: z.string(),
  act: z.string(),
  query: z.string(),
  queryTitle: z.string(),
  queryTitleEn: z.string(),
  purposeTitle: z.string(),
  purposeTitleEn: z.string(),
  caseNumber: z.string(),
  /** pseudonym of whom the question was about */
  subject: z.string(),
  maskLevel: z.string(),
  outcome: z.string(),
  approval: z.string(),
  state: z.string(),
  recordedRows: z.number(),
  deliveredRows: z.number().nullable(),
  eventId: z.string(),
  /** `sealed`: as recorded then; `table`: the record was erased with its month, and what stands here is not proved */
  source: z.enum(['sealed', 'table']),
  /** what the tables beside say now otherwise than was sealed, by name; the ledger page has the finding */
  differs: z.array(z.string()),
})
export type TraceAnswer = z.infer<typeof traceAnswer>

export const canaryRequest = z.object({
  kind: z.enum(['person', 'company', 'parcel']),
  /** the identifier itself; becomes a pseudonym at once and is kept nowhere */
  identifier: z.string().trim().min(3).max(40),
  note: z.string().trim().max(100).default(''),
})
export type CanaryRequest = z.infer<typeof canaryRequest>

export const canaryList = z.object({
  canaries: z.array(
    z.object({
      subject: z.string(),
      sealedAt: z.string(),
      sealedBy: z.string(),
      /** who that is in words; '' where the account is gone */
      sealedByName: z.string(),
      note: z.string(),
      reads: z.number(),
    }),
  ),
})
export type CanaryList = z.infer<typeof canaryList>
