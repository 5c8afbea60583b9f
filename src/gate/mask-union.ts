import { fail, ok, type Result } from '../base/result.ts'
import type { Queryable } from '../database/database.ts'
import { type IdentifierKind, identifierKinds } from '../registry/port.ts'
import { candidateFloor, candidates, type Shape } from './mask.ts'
import { TOKEN_BYTES } from './subject-token.ts'

/**
 * What a viewer sees, or has seen, of one subject, as text: `national-id=10:3f;person-name=3:5`, each identifier with its
 * length and a bit mask of the places shown, in hex. Text, since most looks show exactly what was seen before, and equal
 * text needs no reading.
 */
export type Seen = string

interface Places {
  readonly length: number
  readonly bits: bigint
}

const known = new Map<string, string>()

/** One identifier's part of what is seen. */
export function seenPart(identifier: IdentifierKind, shape: Shape): Seen {
  const key = `${identifier} ${shape.length} ${shape.head} ${shape.tail}`
  const found = known.get(key)
  if (found !== undefined) return found
  const head = (1n << BigInt(shape.head)) - 1n
  const tail = ((1n << BigInt(shape.tail)) - 1n) << BigInt(Math.max(shape.length - shape.tail, 0))
  const part = formatPart(identifier, { length: shape.length, bits: head | tail })
  // There are few shapes; a source of ever new lengths must not fill the memory.
  if (known.size < MAX_KNOWN_SHAPES) known.set(key, part)
  return part
}
const MAX_KNOWN_SHAPES = 10_000

/**
 * Adds what is about to be shown to what was seen before. Fails when two partial views would together leave fewer
 * possible values than the floor of that identifier, although neither shows it whole (gateways.md §d6).
 */
export function uniteSeen(before: Seen, now: Seen): Result<Seen, 'mask-union'> {
  if (before === now || now === '') return ok(before)
  if (before === '') return ok(now)
  const union = parseSeen(before)
  for (const [identifier, { length, bits }] of parseSeen(now)) {
    const earlier = union.get(identifier)?.bits ?? 0n
    const together = earlier | bits
    const isWhole = countBits(bits) >= length
    const left = candidates(identifier, length, countBits(together))
    const isNew = together !== earlier && earlier !== 0n && together !== bits
    if (!isWhole && isNew && left < candidateFloor(identifier)) return fail('mask-union')
    union.set(identifier, { length, bits: together })
  }
  return ok(
    [...union]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([identifier, places]) => formatPart(identifier, places))
      .join(';'),
  )
}

const formatPart = (identifier: IdentifierKind, { length, bits }: Places): Seen =>
  `${identifier}=${length}:${bits.toString(16)}`

function parseSeen(text: Seen): Map<IdentifierKind, Places> {
  const places = new Map<IdentifierKind, Places>()
  for (const part of text.split(';')) {
    const found = /^([a-z-]+)=(\d+):([0-9a-f]+)$/.exec(part)
    const identifier = identifierKinds.find((kind) => kind === found?.[1])
    if (identifier) places.set(identifier, { length: Number(found?.[2]), bits: BigInt(`0x${found?.[3] ?? '0'}`) })
  }
  return places
}

function countBits(bits: bigint): number {
  let count = 0
  for (let rest = bits; rest > 0n; rest &= rest - 1n) count += 1
  return count
}

/** A recorded or coming chunk: each row's subject, and by number what was shown of it. */
export interface ShownChunk {
  /** 16 bytes a row */
  readonly subjects: Buffer
  /** two bytes a row: which of `shapes` */
  readonly rowShapes: Buffer
  readonly shapes: readonly Seen[]
}

const MAX_EARLIER_CHUNKS = 100_000
const BATCH_CHUNKS = 200

/**
 * Unites a chunk with what this viewer saw of the same subjects before, from the record of his disclosures. Views under
 * the same mask rules need no look: canonical masks of one version never cross the floor together, at whatever levels
 * (a property test holds that). So the cost falls on viewers who saw something under earlier rules.
 */
export async function guardMaskUnion(
  tx: Queryable,
  account: string,
  rules: number,
  chunk: ShownChunk,
): Promise<Result<undefined, 'mask-union'>> {
  let wanted: Map<string, Seen> | undefined
  for (let from = 0; ; from += BATCH_CHUNKS) {
    const earlier = await tx.query<{ subjects: Buffer; shapes: string[]; row_shapes: Buffer }>(
      `SELECT subjects, shapes, row_shapes FROM disclosed_chunk
       WHERE account = $1 AND (mask_rules < $2 OR mask_rules > $2) ORDER BY code, chunk OFFSET $3 LIMIT $4`,
      [account, rules, from, BATCH_CHUNKS],
      'seen-under-other-rules',
    )
    for (const { subjects, shapes, row_shapes } of earlier) {
      wanted ??= new Map(shownOf(chunk))
      for (const [token, seen] of shownOf({ subjects, shapes, rowShapes: row_shapes })) {
        const now = wanted.get(token)
        if (now === undefined) continue
        const union = uniteSeen(seen, now)
        if (!union.ok) return union
        wanted.set(token, union.value)
      }
    }
    if (earlier.length < BATCH_CHUNKS) return ok(undefined)
    // More than can be looked through is more than can be vouched for.
    if (from >= MAX_EARLIER_CHUNKS) return fail('mask-union')
  }
}

function* shownOf({ subjects, shapes, rowShapes }: ShownChunk): Generator<readonly [token: string, seen: Seen]> {
  for (let row = 0; row < subjects.length / TOKEN_BYTES; row++) {
    const token = subjects.toString('latin1', row * TOKEN_BYTES, (row + 1) * TOKEN_BYTES)
    yield [token, shapes[rowShapes.readUInt16BE(row * 2)] ?? '']
  }
}
