import { z } from 'zod'

/** How far an event has come. */
export const acknowledgement = z.enum(['durable', 'integrated', 'witnessed', 'stamped'])

/** Where the log stands: for people, and for outsiders who want to know what to verify with. */
export const ledgerStatus = z.object({
  origin: z.string(),
  vkey: z.string(),
  /** the key in eight groups of five digits, to be compared by voice or on paper */
  fingerprint: z.string(),
  size: z.number().int(),
  /** signed note as published; '' before the first */
  checkpoint: z.string(),
  queued: z.number().int(),
  state: z.enum(['waiting-for-lease', 'writing', 'stalled', 'refused', 'stopped']),
  /** why it is stalled or refused, or what is wrong with the clock */
  stateDetail: z.string(),
  isWitnessed: z.boolean().nullable(),
  seenBy: z.array(z.string()),
  /** how each witness stands, and since when */
  witnesses: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['not-asked', 'fine', 'silent', 'refuses', 'wrong', 'contradicts']),
      /** kind of the fault; '' for none */
      why: z.string(),
      since: z.string(),
    }),
  ),
  /** since when too few have signed, and until when the log goes on without them */
  unwitnessedSince: z.string().nullable(),
  unwitnessedUntil: z.string().nullable(),
  /** whether the policy lets two histories be confirmed, each by witnesses of its own */
  isSplitViewPossible: z.boolean(),
  lastStampAt: z.string().nullable(),
  /** what came of asking last; null: a stamp, or nobody is asked */
  stampFailure: z.enum(['unreachable', 'refused', 'wrong', 'wrong-time']).nullable(),
  stampState: z.enum(['none-asked', 'fine', 'degraded', 'refuse']),
  /** when records, tables and files were last held against what was sealed and signed; null: not since the start */
  sweptAt: z.string().nullable(),
  /** differences nobody has taken note of */
  openFindings: z.number().int(),
  /** keys lie within the data folder: whoever copies or puts back the folder has or puts back both */
  keysBesideData: z.boolean(),
})
export type LedgerStatusView = z.infer<typeof ledgerStatus>

/** Why a contradicted log shall go on; the second person's word settles it. */
export const settleBody = z.object({ reason: z.string().trim().min(4).max(500) })
export const settlement = z.object({ state: z.enum(['proposed', 'settled']) })

export const eventId = z.uuid()

/** One event in a list: what may be read without opening it. */
export const eventLine = z.object({
  eventId: z.string(),
  at: z.string(),
  kind: z.string(),
  actor: z.string(),
  /** who that is in words; '' where the account is gone or was no person */
  actorName: z.string(),
  subjectRef: z.string(),
  /** the person in words where it is about an account; '' otherwise */
  subjectName: z.string(),
  /** its row says other things than were sealed; what stands here was sealed */
  isChanged: z.boolean(),
})
export const eventList = z.object({
  events: z.array(eventLine),
  /** what to ask for the page after this one; null at the end. Both together: many events may share an instant */
  next: z.object({ before: z.string(), beforeId: z.string() }).nullable(),
})
export type EventList = z.infer<typeof eventList>
export type EventLine = z.infer<typeof eventLine>

/** An event with what was sealed in it, as far as it was not erased, and its place in the log. */
export const eventReceipt = z.object({
  eventId: z.string(),
  at: z.string(),
  kind: z.string(),
  level: acknowledgement,
  index: z.number().int().nullable(),
  /** whether the public leaf commits to exactly this */
  isTrue: z.boolean().nullable(),
  /** facet → canonical JSON; null: erased or withheld */
  facets: z.array(z.object({ name: z.string(), text: z.string().nullable() })),
})
export type EventReceiptView = z.infer<typeof eventReceipt>

/** `2031-12`: the first month in which the records may go. */
export const monthText = z.string().regex(/^20[2-9]\d-(0[1-9]|1[0-2])$/)
export const erasureBody = z.object({
  /** exactly one of the two: a month's records, or one citizen's part of all records (his pseudonym) */
  month: monthText.optional(),
  person: z.string().min(1).max(200).optional(),
  basis: z.string().trim().min(4).max(500),
})
export const erasure = z.object({
  requestId: z.string(),
  month: z.string().nullable(),
  basis: z.string(),
  askedBy: z.string(),
  /** who that is in words; '' where the account is gone */
  askedByName: z.string().default(''),
  askedAt: z.string(),
  state: z.enum(['open', 'done', 'withdrawn']),
  decidedBy: z.string().nullable(),
  events: z.number().int().nullable(),
  eventId: z.string().nullable(),
})
export const erasureList = z.object({ erasures: z.array(erasure) })

export const holdBody = z.object({
  month: monthText.optional(),
  person: z.string().min(1).max(200).optional(),
  reason: z.string().trim().min(4).max(500),
})
export const liftBody = z.object({ reason: z.string().trim().min(4).max(500) })

/** Where records, tables or files do not say what was sealed and signed. */
export const recordFinding = z.object({
  id: z.string(),
  code: z.string(),
  place: z.string(),
  /** names of columns and the like */
  detail: z.string(),
  foundAt: z.string(),
  /** who took note of it; null: nobody yet */
  notedBy: z.string().nullable(),
  notedByName: z.string(),
  notedAt: z.string().nullable(),
})
export type RecordFindingView = z.infer<typeof recordFinding>
export const recordFindings = z.object({ findings: z.array(recordFinding) })
export const noteBody = z.object({ reason: z.string().trim().min(4).max(500) })
/** What a sweep found that nobody had found before, and all that nobody has taken note of. */
export const sweepAnswer = z.object({ added: z.number().int(), open: z.number().int() })
