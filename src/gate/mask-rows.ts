import type { QueryColumn } from './catalogue.ts'
import type { Row } from './connector.ts'
import type { MaskLevel } from './decision.ts'
import { maskValue } from './mask.ts'
import type { ChunkShowings, Showing } from './mask-union.ts'
import type { RegisteredQuery } from './register-query.ts'
import { type SubjectTokens, TOKEN_BYTES } from './subject-token.ts'

/** A chunk ready to leave: masked rows, the pseudonym of each row's subject, and what is shown of each subject. */
export interface MaskedChunk {
  readonly rows: readonly Row[]
  /** 16 bytes a row, in row order */
  readonly subjects: Buffer
  readonly showings: ChunkShowings
}

// Only identifiers can be pieced together from two masks; plain text and amounts are shown or not.
const PIECEABLE = new Set(['national-id', 'person-name', 'company-number', 'birth-date', 'phone', 'address', 'plate'])

/** Masks a chunk at a level. A row without a subject is booked under the pseudonym of nobody (zero bytes). */
export function maskChunk(
  query: RegisteredQuery,
  level: MaskLevel,
  tokens: SubjectTokens,
  rows: readonly Row[],
): MaskedChunk {
  const subjects = Buffer.alloc(rows.length * TOKEN_BYTES)
  const showings = new Map<string, Showing[]>()
  const at = query.columns.findIndex(({ name }) => name === query.subjectColumn?.column)
  const masked = rows.map((row, i) => {
    const value = row[at]
    if (value !== null && value !== undefined && query.subjectColumn) {
      tokens.bytesOf(query.subjectColumn.kind, value).copy(subjects, i * TOKEN_BYTES)
    }
    const key = subjects.toString('latin1', i * TOKEN_BYTES, (i + 1) * TOKEN_BYTES)
    const known = showings.get(key)
    const shown = known ?? []
    if (!known) showings.set(key, shown)
    return maskRow(query.columns, level, row, shown)
  })
  return { rows: masked, subjects, showings }
}

function maskRow(columns: readonly QueryColumn[], level: MaskLevel, row: Row, showings: Showing[]): Row {
  return columns.map((column, i) => {
    const value = row[i] ?? null
    if (value === null) return null
    const masked = maskValue(value, column.identifier, level)
    // The same identifier twice in one row (owner and applicant) would mix two people; the first one is the subject's.
    if (PIECEABLE.has(column.identifier) && !showings.some(({ identifier }) => identifier === column.identifier)) {
      showings.push({ identifier: column.identifier, length: [...value].length, shown: masked.shown })
    }
    return masked.text
  })
}
