import { z } from 'zod'

/**
 * How a source column becomes a Shoumi column. The same shape is written in YAML mapping files; what is no member here is
 * refused, so that nobody thinks it was heard.
 */
export const mappingColumn = z.strictObject({
  /** header text, or 1-based position as `#3` */
  from: z.string().min(1).max(200).optional(),
  /** several columns joined with a space before reading (a date and a time) */
  join: z.array(z.string().min(1).max(200)).max(4).optional(),
  /** fixed value where the file has no such column */
  value: z.string().max(200).optional(),
  /** word → word, applied after trimming */
  words: z.record(z.string(), z.string()).optional(),
  /** which of day and month comes first where the year is last (`5/11/2026`); without it such dates are not read */
  order: z.enum(['dmy', 'mdy']).optional(),
  /** what years of two digits count from; without it they are read as ROC years only beside years of three digits */
  era: z.enum(['roc', 'ce']).optional(),
})
export type MappingColumn = z.infer<typeof mappingColumn>

export const ENCODINGS = ['utf-8', 'big5', 'utf-16le', 'utf-16be', 'gb18030'] as const
const MAX_SKIPPED = 100

export const mapping = z.object({
  /** `access` or an evidence kind */
  target: z.string(),
  agency: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  /** omitted: detected; gb18030 (with GBK and GB2312) is read only where it is named */
  encoding: z.enum(ENCODINGS).optional(),
  format: z.enum(['csv', 'tsv', 'jsonl', 'xlsx', 'ods']).optional(),
  /** worksheet name for xlsx and ods; the first when omitted */
  sheet: z.string().optional(),
  /** rows above the header line, e.g. a report title */
  skipRows: z.number().int().min(0).max(MAX_SKIPPED).optional(),
  columns: z.record(z.string(), mappingColumn),
})
export type Mapping = z.infer<typeof mapping>

/** What is said of a file before it is seen, in the address of a preview; left out: as found. */
export const declaredReading = z.object({
  encoding: z.enum(ENCODINGS).optional(),
  sheet: z.string().min(1).max(64).optional(),
  skipRows: z.coerce.number().int().min(0).max(MAX_SKIPPED).optional(),
})
export type DeclaredReading = z.infer<typeof declaredReading>

/** Of the last import of this use that stands; null: there is none. */
export const rememberedMapping = z.object({ mapping: mapping.nullable() })

export const importPreview = z.object({
  uploadId: z.string(),
  fileName: z.string(),
  encoding: z.string(),
  format: z.string(),
  header: z.array(z.string()),
  /** first rows; values that may name somebody by their form only */
  rows: z.array(z.array(z.string())),
  /** each column of the file: what its values look like, and three of them as in `rows` */
  columns: z.array(z.object({ name: z.string(), form: z.string(), formEn: z.string(), examples: z.array(z.string()) })),
  suggestion: mapping.nullable(),
  /** Shoumi columns of the target, for the mapping screen */
  targetColumns: z.array(
    z.object({
      ...{ name: z.string(), title: z.string(), type: z.string(), isRequired: z.boolean() },
      /** how values that go into it are read */
      ...{ reading: z.string(), readingEn: z.string() },
    }),
  ),
  warnings: z.array(z.string()),
})
export type ImportPreview = z.infer<typeof importPreview>

export const qualityFinding = z.object({
  code: z.enum([
    'merged-cells',
    'error-cells',
    'gap',
    'missing-identifier',
    'duplicate-id',
    'same-id-other-content',
    'rows-withdrawn',
    'clock-jump',
    'unknown-officer',
    'rejected-rows',
    'future-time',
    'ambiguous-time',
    'out-of-window',
    'no-length',
    'overnight',
    'interval-reversed',
    'check-digit',
    'odd-form',
    'masked-identifier',
    'lost-digits',
    'bad-number',
    'broken-character',
  ]),
  severity: z.enum(['note', 'warning', 'serious']),
  count: z.number(),
  sentence: z.string(),
  sentenceEn: z.string(),
})
export type QualityFinding = z.infer<typeof qualityFinding>

/** One reason why rows were not loaded, with the rows it was said of. */
export const rejectReasonCount = z.object({
  /** '' where it is said of the whole line */
  column: z.string(),
  code: z.string(),
  count: z.number(),
  sentence: z.string(),
  sentenceEn: z.string(),
})
export type RejectReasonCount = z.infer<typeof rejectReasonCount>
/** How the times of one column were read. */
export const timeReading = z.object({
  column: z.string(),
  /** the forms found and how many loaded rows have each */
  forms: z.array(z.object({ form: z.string(), rows: z.number() })),
  /** years of two digits; '': none, or they could not be told */
  years: z.enum(['', 'roc', 'ce']),
  /** times of up to four digits without signs; '': none, or they could not be told */
  clock: z.enum(['', 'hhmm', 'hhmmss']),
  /** dates whose year is last */
  order: z.enum(['', 'dmy', 'mdy']),
})
export type TimeReadingView = z.infer<typeof timeReading>

export const importRecord = z.object({
  importId: z.string(),
  target: z.string(),
  targetTitle: z.string(),
  agency: z.string(),
  system: z.string().nullable(),
  fileName: z.string(),
  sha256: z.string(),
  state: z.enum(['running', 'done', 'failed', 'undone', 'repeated', 'withdrawing', 'withdrawn']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  startedBy: z.string(),
  /** who that is in words; '' where it is no person or the account is gone */
  startedByName: z.string().optional(),
  rowsRead: z.number(),
  rowsLoaded: z.number(),
  rowsRejected: z.number(),
  rowsDuplicate: z.number(),
  /** of the rejected: lines that are no records, such as a sum at the foot */
  rowsNotRecords: z.number(),
  /** the commonest reasons of rejects */
  rejectReasons: z.array(rejectReasonCount),
  /** 0–1 while running, null when the size is unknown */
  progress: z.number().nullable(),
  rowsPerSecond: z.number().nullable(),
  remainingSeconds: z.number().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  quality: z.array(qualityFinding),
  /** how each column of times was read */
  readings: z.array(timeReading),
  error: z.string().nullable(),
  /** who approved that it be undone */
  withdrawnBy: z.string().nullable(),
  withdrawnAt: z.string().nullable(),
  /** how it was read; left out in lists */
  mapping: mapping.optional(),
})
export type ImportRecord = z.infer<typeof importRecord>
export const importList = z.object({ imports: z.array(importRecord) })

/** Where a line of an imported file stands in the tree its event commits to (RFC 6962). Hashes in base64. */
export const rowProof = z.object({
  /** `shoumi-row-proof@v2`; left out with the salt for imports older than that */
  format: z.string().optional(),
  importId: z.string(),
  /** the event whose result holds the root: with its page the proof is whole */
  eventId: z.string().optional(),
  line: z.number().int(),
  index: z.number().int(),
  rowsInTree: z.number().int(),
  /** of this row alone */
  salt: z.string().optional(),
  leafHash: z.string(),
  /** leaf's sibling first */
  hashes: z.array(z.string()),
  rowsRoot: z.string(),
})
export type RowProofView = z.infer<typeof rowProof>
