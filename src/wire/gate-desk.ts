import { z } from 'zod'

/** What an official typed. */
export const question = z.object({
  query: z.string().min(1).max(80),
  version: z.number().int().min(1).optional(),
  parameters: z.record(z.string().max(60), z.string().max(200)),
  purpose: z.string().min(1).max(80),
  caseNumber: z.string().max(60).default(''),
  act: z.enum(['query', 'export', 'print', 'copy']).default('query'),
})
export type QuestionBody = z.input<typeof question>

export const lookBody = question.extend({
  challenge: z.object({ id: z.uuid(), answer: z.string().max(500) }).optional(),
})
export type LookBody = z.input<typeof lookBody>

export const requestBody = question.extend({ justification: z.string().max(500) })
export const confirmationBody = z.object({ assertion: z.unknown() })
export const emergencyBody = requestBody.extend({ assertion: z.unknown() })
const fileFormat = z.enum(['csv', 'ods', 'pdf'])
export const exportBody = lookBody.extend({ format: fileFormat })
export const requestFileBody = z.object({ format: fileFormat })

const words = z.object({ zh: z.string(), en: z.string() })
const title = { title: z.string(), titleEn: z.string() }

/** The outcome of a question in words and codes: what the card on screen is drawn from. */
export const outcomeView = z.object({
  outcome: z.enum(['permit', 'needs-approval', 'break-glass', 'deny']),
  reason: z.string(),
  words,
  /** everything that stood in the way, as codes */
  all: z.array(z.string()),
  template: z.enum(['supervisor', 'two-persons', 'head']).nullable(),
  minutes: z.number().nullable(),
  /** prove presence with a passkey, then ask again */
  needsStepUp: z.boolean(),
  maskLevel: z.enum(['full', 'standard', 'strong']),
  /** 32 bytes as hex: what an approval or an emergency is signed over */
  binding: z.string(),
  policyVersion: z.string(),
})
export type OutcomeView = z.infer<typeof outcomeView>

export const shownView = z.object({
  code: z.string(),
  watermark: z.string(),
  rendering: z.enum(['overlay', 'server']),
  maskLevel: z.enum(['full', 'standard', 'strong']),
  at: z.string(),
  /** an amount is shown right-aligned with separators */
  columns: z.array(z.object({ name: z.string(), ...title, isAmount: z.boolean() })),
  /** empty where only the server may render */
  rows: z.array(z.array(z.string().nullable())),
  /** a sheet (PDF, base64) with the mark in its ground, where only the server may render */
  sheet: z.string().nullable(),
  isCut: z.boolean(),
})
export type ShownView = z.infer<typeof shownView>

/** `shown` with rows, `challenge` to be answered first, or `refused` with what can be done. */
export const lookAnswer = z.object({
  kind: z.enum(['shown', 'challenge', 'refused']),
  outcome: outcomeView,
  challenge: z.string().nullable(),
  shown: shownView.nullable(),
})
export type LookAnswerView = z.infer<typeof lookAnswer>

export const requestView = z.object({
  id: z.string(),
  kind: z.enum(['approval', 'emergency']),
  state: z.enum(['pending', 'approved', 'rejected', 'withdrawn', 'expired', 'used']),
  personName: z.string(),
  unit: z.string(),
  post: z.string(),
  agency: z.string(),
  query: z.string(),
  queryTitle: z.string(),
  queryTitleEn: z.string(),
  purposeTitle: z.string(),
  purposeTitleEn: z.string(),
  caseNumber: z.string(),
  act: z.string(),
  template: z.enum(['supervisor', 'two-persons', 'head']),
  reasons: z.array(z.object({ code: z.string(), ...words.shape })),
  justification: z.string(),
  binding: z.string(),
  askedAt: z.string(),
  expiresAt: z.string(),
  usableUntil: z.string().nullable(),
  approvals: z.array(
    z.object({
      name: z.string(),
      post: z.string(),
      verdict: z.enum(['approve', 'reject']),
      reason: z.string(),
      at: z.string(),
    }),
  ),
})
export type RequestView = z.infer<typeof requestView>
export const requestList = z.object({ requests: z.array(requestView) })
export type RequestList = z.infer<typeof requestList>

/** Everything needed to decide on one request. */
export const approvalPage = z.object({
  request: requestView,
  case: z
    .object({ isFound: z.boolean(), isOpen: z.boolean(), isSubjectParty: z.boolean(), isAskerAssigned: z.boolean() })
    .nullable(),
  recent: z.array(z.object({ at: z.string(), query: z.string(), purpose: z.string(), caseNumber: z.string() })),
  sample: z
    .object({
      code: z.string(),
      columns: z.array(z.object(title)),
      first: z.array(z.string().nullable()).nullable(),
      count: z.number(),
      isCut: z.boolean(),
      k: z.number(),
    })
    .nullable(),
})
export type ApprovalPage = z.infer<typeof approvalPage>

export const verdictBody = z.object({
  verdict: z.enum(['approve', 'reject']),
  reason: z.string().max(500).default(''),
  assertion: z.unknown(),
})

export const reviewView = z.object({
  request: z.string(),
  personName: z.string(),
  unit: z.string(),
  queryTitle: z.string(),
  queryTitleEn: z.string(),
  justification: z.string(),
  openedAt: z.string(),
  dueAt: z.string(),
  isOverdue: z.boolean(),
  isMine: z.boolean(),
  looks: z.number(),
  statement: z.string(),
  conclusion: z.enum(['', 'justified', 'unjustified']),
  remark: z.string(),
})
export type ReviewView = z.infer<typeof reviewView>
export const reviewList = z.object({ reviews: z.array(reviewView) })
export const statementBody = z.object({ statement: z.string().max(500) })
export const conclusionBody = z.object({
  conclusion: z.enum(['justified', 'unjustified']),
  remark: z.string().max(500),
})

export const noticeList = z.object({
  notices: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      request: z.string().nullable(),
      about: z.string(),
      at: z.string(),
      isRead: z.boolean(),
    }),
  ),
})
export type NoticeList = z.infer<typeof noticeList>

export const myCases = z.object({ cases: z.array(z.object({ number: z.string(), kind: z.string() })) })
export const assignmentBody = z.object({
  agency: z.string().min(1).max(40),
  caseNumber: z.string().min(1).max(60),
  reason: z.string().max(500),
})

/** A look to try on sample data: everything an official would have from the file on his desk. */
export const demoExamples = z.object({
  examples: z.array(
    z.object({ ...title, query: z.string(), purpose: z.string(), caseNumber: z.string(), value: z.string() }),
  ),
})
export type DemoExamples = z.infer<typeof demoExamples>
