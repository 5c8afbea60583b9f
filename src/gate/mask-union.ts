import { fail, ok, type Result } from '../base/result.ts'
import type { Queryable } from '../database/database.ts'
import { type IdentifierKind, identifierKinds } from '../registry/port.ts'
import { candidateFloor, candidates, type Shape } from './mask.ts'

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

/** What is shown of each subject in one chunk, by token (16 characters of one byte each). */
export type ChunkSeen = ReadonlyMap<string, Seen>

/** Checks and stores the union for every subject of a chunk, inside the chunk's own transaction. */
export async function guardMaskUnion(
  tx: Queryable,
  account: string,
  chunk: ChunkSeen,
): Promise<Result<undefined, 'mask-union'>> {
  const before = await seenBefore(tx, account, chunk)
  const subjects: Buffer[] = []
  const seen: Seen[] = []
  for (const [token, now] of chunk) {
    const earlier = before.get(token) ?? ''
    const union = uniteSeen(earlier, now)
    if (!union.ok) return union
    if (union.value === earlier) continue
    subjects.push(Buffer.from(token, 'latin1'))
    seen.push(union.value)
  }
  if (subjects.length > 0) {
    await tx.query(
      `INSERT INTO mask_seen (account, subject, shown)
       SELECT $1, subject, shown FROM unnest($2::bytea[], $3::text[]) AS new (subject, shown) ORDER BY subject
       ON CONFLICT (account, subject) DO UPDATE SET shown = excluded.shown`,
      [account, subjects, seen],
    )
  }
  return ok(undefined)
}

async function seenBefore(tx: Queryable, account: string, chunk: ChunkSeen): Promise<ReadonlyMap<string, Seen>> {
  const tokens = Buffer.from([...chunk.keys()].join(''), 'latin1')
  // One value carries all tokens: an array of a thousand takes longer to write and read than to look up.
  const rows = await tx.query<{ subjects: Buffer | null; shown: string[] | null }>(
    `SELECT string_agg(subject, ''::bytea) AS subjects, array_agg(shown) AS shown FROM mask_seen
     WHERE account = $1 AND subject = ANY (SELECT substring($2::bytea FROM 1 + 16 * i FOR 16)
       FROM generate_series(0, $3::int - 1) AS i)`,
    [account, tokens, chunk.size],
  )
  const subjects = rows[0]?.subjects?.toString('latin1') ?? ''
  return new Map((rows[0]?.shown ?? []).map((shown, i) => [subjects.slice(16 * i, 16 * i + 16), shown]))
}
