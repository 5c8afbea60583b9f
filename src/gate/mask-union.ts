import { fail, ok, type Result } from '../base/result.ts'
import type { Queryable } from '../database/database.ts'
import type { IdentifierKind } from '../registry/port.ts'
import { candidateFloor, candidates, type Masked } from './mask.ts'

/** One value about to be shown: which characters of which identifier. `isWhole`: shown in full by decision, not by mask. */
export interface Showing {
  readonly identifier: IdentifierKind
  readonly length: number
  readonly shown: Masked['shown']
}

/** What a viewer has seen of one subject: identifier → positions, as a bit mask in hex. */
export type Seen = Readonly<Partial<Record<IdentifierKind, string>>>

/**
 * Adds what is about to be shown to what was seen before. Fails when two partial views would together leave fewer
 * possible values than the floor of that identifier, although neither shows it whole (gateways.md §d6).
 */
export function uniteSeen(before: Seen, showings: readonly Showing[]): Result<Seen, 'mask-union'> {
  const after: Partial<Record<IdentifierKind, string>> = { ...before }
  for (const { identifier, length, shown } of showings) {
    const earlier = bitsOf(after[identifier])
    const now = shown.reduce((bits, position) => bits | (1n << BigInt(position)), 0n)
    const union = earlier | now
    const isWhole = shown.length >= length
    const left = candidates(identifier, length, countBits(union))
    if (!isWhole && union !== earlier && earlier !== 0n && left < candidateFloor(identifier)) return fail('mask-union')
    after[identifier] = union.toString(16)
  }
  return ok(after)
}

const bitsOf = (hex: string | undefined): bigint => (hex === undefined ? 0n : BigInt(`0x${hex}`))

function countBits(bits: bigint): number {
  let count = 0
  for (let rest = bits; rest > 0n; rest &= rest - 1n) count += 1
  return count
}

/** A subject's showings in one chunk, merged per subject. Key: token as latin1 text, cheap to compare. */
export type ChunkShowings = ReadonlyMap<string, readonly Showing[]>

/** Checks and stores the union for every subject of a chunk, inside the chunk's own transaction. */
export async function guardMaskUnion(
  tx: Queryable,
  account: string,
  chunk: ChunkShowings,
): Promise<Result<undefined, 'mask-union'>> {
  const subjects = [...chunk.keys()].map((key) => Buffer.from(key, 'latin1'))
  const rows = await tx.query<{ subject: Buffer; shown: Seen }>(
    'SELECT subject, shown FROM mask_seen WHERE account = $1 AND subject = ANY($2::bytea[])',
    [account, subjects],
  )
  const before = new Map(rows.map((row) => [row.subject.toString('latin1'), row.shown]))
  const changed: { readonly subject: Buffer; readonly shown: string }[] = []
  for (const [key, showings] of chunk) {
    const earlier = before.get(key) ?? {}
    const union = uniteSeen(earlier, showings)
    if (!union.ok) return union
    if (!isSame(earlier, union.value)) {
      changed.push({ subject: Buffer.from(key, 'latin1'), shown: JSON.stringify(union.value) })
    }
  }
  if (changed.length > 0) await storeSeen(tx, account, changed)
  return ok(undefined)
}

const isSame = (a: Seen, b: Seen): boolean =>
  Object.entries(b).every(([identifier, bits]) => a[identifier as IdentifierKind] === bits)

async function storeSeen(
  tx: Queryable,
  account: string,
  changed: readonly { readonly subject: Buffer; readonly shown: string }[],
): Promise<void> {
  // Sorted, so that two disclosures to one viewer lock rows in the same order.
  const sorted = [...changed].sort((a, b) => a.subject.compare(b.subject))
  await tx.query(
    `INSERT INTO mask_seen (account, subject, shown)
     SELECT $1, subject, shown::jsonb FROM unnest($2::bytea[], $3::text[]) AS new (subject, shown)
     ON CONFLICT (account, subject) DO UPDATE SET shown = excluded.shown`,
    [account, sorted.map(({ subject }) => subject), sorted.map(({ shown }) => shown)],
  )
}
