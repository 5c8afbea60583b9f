import type { IdentifierKind } from '../registry/port.ts'
import type { Cell, Row } from './connector.ts'
import type { MaskLevel } from './decision.ts'
import { maskValue, type Shape } from './mask.ts'
import { type Seen, type ShownChunk, seenPart } from './mask-union.ts'
import type { RegisteredQuery } from './register-query.ts'
import { type SubjectTokens, TOKEN_BYTES } from './subject-token.ts'

/** A chunk ready to leave: masked rows, the pseudonym of each row's subject, and what is shown of it. */
export interface MaskedChunk extends ShownChunk {
  readonly rows: readonly Row[]
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
  const shapes = shapeList()
  const maskers = maskersOf(query, level, shapes)
  const rowShapes = Buffer.allocUnsafe(rows.length * 2)
  let booked = ''
  const masked = rows.map((row, i) => {
    const value = row[at]
    booked += value === null || value === undefined ? NOBODY : tokens.binaryOf(kind, value)
    const out = maskers.map((mask, column) => mask(row[column] ?? null))
    rowShapes.writeUInt16BE(shapes.numberOfRow(), i * 2)
    return out
  })
  return { rows: masked, subjects: Buffer.from(booked, 'latin1'), rowShapes, shapes: shapes.all() }
}

/** What the row at hand shows, part by part, and the numbers of all that occurred. */
interface ShapeList {
  note(part: number, seen: Seen): void
  numberOfRow(): number
  all(): readonly Seen[]
}

function shapeList(): ShapeList {
  const parts: Seen[] = []
  // Row after row shows the same: only a change is looked up. A chunk has fewer rows than two bytes can number.
  let hasChanged = true
  let number = 0
  const numbers = new Map<Seen, number>()
  return {
    note: (part, seen) => {
      if (parts[part] === seen) return
      parts[part] = seen
      hasChanged = true
    },
    numberOfRow: () => {
      if (!hasChanged) return number
      hasChanged = false
      const text = parts.filter((each) => each !== '').join(';')
      number = numbers.get(text) ?? numbers.size
      numbers.set(text, number)
      return number
    },
    all: () => [...numbers.keys()],
  }
}

type Masker = (cell: Cell) => Cell

/** One masker a column, in order. Only the first column of an identifier kind is the subject's own. */
function maskersOf(query: RegisteredQuery, level: MaskLevel, shapes: ShapeList): readonly Masker[] {
  const counted: IdentifierKind[] = []
  return query.columns.map(({ identifier }) => {
    if (!PIECEABLE.has(identifier) || counted.includes(identifier)) {
      return (cell) => (cell === null ? null : maskValue(cell, identifier, level).text)
    }
    const part = counted.push(identifier) - 1
    return notingMasker(identifier, level, (seen) => shapes.note(part, seen))
  })
}

function notingMasker(identifier: IdentifierKind, level: MaskLevel, note: (seen: Seen) => void): Masker {
  let last: Shape = { length: -1, head: 0, tail: 0 }
  let seen: Seen = ''
  return (cell) => {
    if (cell === null) {
      note('')
      return null
    }
    const { text, shape } = maskValue(cell, identifier, level)
    if (shape.length !== last.length || shape.head !== last.head || shape.tail !== last.tail) {
      last = shape
      seen = seenPart(identifier, shape)
    }
    note(seen)
    return text
  }
}
