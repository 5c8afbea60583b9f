import type { IdentifierKind } from '../registry/port.ts'
import type { Cell, Row } from './connector.ts'
import type { MaskLevel } from './decision.ts'
import { maskValue } from './mask.ts'
import { type ChunkSeen, type Seen, seenPart, uniteSeen } from './mask-union.ts'
import type { RegisteredQuery } from './register-query.ts'
import { type SubjectTokens, TOKEN_BYTES } from './subject-token.ts'

/** A chunk ready to leave: masked rows, the pseudonym of each row's subject, and what is shown of each subject. */
export interface MaskedChunk {
  readonly rows: readonly Row[]
  /** 16 bytes a row, in row order */
  readonly subjects: Buffer
  readonly seen: ChunkSeen
  /** two views within this very chunk already reveal too much together */
  readonly isTooMuch: boolean
}

// Only partly covered identifiers can be pieced together from two masks; the rest is shown or not.
const PIECEABLE: ReadonlySet<IdentifierKind> = new Set([
  'national-id',
  'person-name',
  'birth-date',
  'phone',
  'address',
  'plate',
])
const NOBODY = '\0'.repeat(TOKEN_BYTES)

/** Masks a chunk at a level. A row without a subject is booked under the pseudonym of nobody (zero bytes). */
export function maskChunk(
  query: RegisteredQuery,
  level: MaskLevel,
  tokens: SubjectTokens,
  rows: readonly Row[],
): MaskedChunk {
  const kind = query.subjectColumn?.kind ?? ''
  const at = query.columns.findIndex(({ name }) => name === query.subjectColumn?.column)
  const maskers = maskersOf(query, level)
  const seen = new Map<string, Seen>()
  const booked: string[] = []
  let isTooMuch = false
  const masked = rows.map((row) => {
    const value = row[at]
    const token = value === null || value === undefined ? NOBODY : tokens.binaryOf(kind, value)
    booked.push(token)
    const shown: Shown = { text: '' }
    const out = maskers.map((mask, i) => mask(row[i] ?? null, shown))
    const union = uniteSeen(seen.get(token) ?? '', shown.text)
    if (union.ok) seen.set(token, union.value)
    else isTooMuch = true
    return out
  })
  return { rows: masked, subjects: Buffer.from(booked.join(''), 'latin1'), seen, isTooMuch }
}

interface Shown {
  text: Seen
}
type Masker = (cell: Cell, shown: Shown) => Cell

/** One masker a column, in order. Only the first column of an identifier kind is the subject's own. */
function maskersOf(query: RegisteredQuery, level: MaskLevel): readonly Masker[] {
  const counted = new Set<IdentifierKind>()
  return query.columns.map(({ identifier }) => {
    const counts = PIECEABLE.has(identifier) && !counted.has(identifier)
    counted.add(identifier)
    return (cell, shown) => {
      if (cell === null) return null
      const { text, shape } = maskValue(cell, identifier, level)
      if (counts) shown.text += (shown.text === '' ? '' : ';') + seenPart(identifier, shape)
      return text
    }
  })
}
