import { randomFillSync } from 'node:crypto'
import { assert } from '../base/assert.ts'
import { canonicalJson, type Json } from '../base/canonical-json.ts'
import type { NewEvent } from './event.ts'
import { hashLeaf } from './tlog/hash.ts'

/** The sides of an event. Each is committed to with its own salt, so that one can be shown, or erased, without the others. */
export const FACETS = ['when', 'who', 'whom', 'what', 'why', 'where', 'result', 'attachments'] as const
export type FacetName = (typeof FACETS)[number]

/** What is erased with the citizen: the rest says only which official did what kind of thing when. */
export const PERSONAL_FACETS: ReadonlySet<FacetName> = new Set(['whom', 'why', 'where', 'result', 'attachments'])

export const FACET_SALT_BYTES = 16

/** A facet laid open: what is needed to compute its hash again. Empty bytes: this event has no such side. */
export interface OpenFacet {
  readonly name: FacetName
  readonly salt: Buffer
  readonly bytes: Buffer
}

const NOTHING = Buffer.alloc(0)

/** The exact bytes of each side: canonical JSON (RFC 8785), or nothing. */
export function facetBytes(event: NewEvent): Record<FacetName, Buffer> {
  return {
    when: jsonBytes({ at: event.at.toISOString() }),
    who: jsonBytes({ actor: event.actor, post: event.actorPost }),
    whom: event.person === undefined ? NOTHING : jsonBytes({ person: event.person }),
    what: jsonBytes({ kind: event.kind, subject: event.subjectRef }),
    why: event.reason === '' ? NOTHING : jsonBytes({ reason: event.reason }),
    where: event.place === undefined ? NOTHING : jsonBytes({ place: event.place }),
    result: isEmpty(event.detail) ? NOTHING : jsonBytes(event.detail),
    attachments: NOTHING,
  }
}

const jsonBytes = (value: Json): Buffer => Buffer.from(canonicalJson(value))
const isEmpty = (detail: Json): boolean =>
  detail === null || (typeof detail === 'object' && Object.keys(detail).length === 0)

const NAME_BYTES = Object.fromEntries(FACETS.map((name) => [name, Buffer.from(`${name}\0`)])) as Record<
  FacetName,
  Buffer
>

// That an event has no such side is no secret to whoever is shown its hashes, so these need no salt.
const ABSENT = Object.fromEntries(FACETS.map((name) => [name, hashLeaf(NAME_BYTES[name])])) as Record<FacetName, Buffer>

/** Hash of one facet: RFC 6962 leaf hash of salt ‖ name ‖ 0x00 ‖ bytes; of name ‖ 0x00 alone where there are no bytes. */
export function hashFacet({ name, salt, bytes }: OpenFacet): Buffer {
  if (bytes.length === 0) return ABSENT[name]
  assert(salt.length === FACET_SALT_BYTES, 'a facet has its salt')
  return hashLeaf(salt, NAME_BYTES[name], bytes)
}

// One system call for many salts: `randomBytes` for each costs forty times as much.
const POOL_BYTES = 64 * 1024
const pool = Buffer.alloc(POOL_BYTES)
let poolAt = POOL_BYTES

/** Fresh random bytes, a copy of their own. */
export function drawBytes(count: number): Buffer {
  if (poolAt + count > POOL_BYTES) {
    randomFillSync(pool)
    poolAt = 0
  }
  const drawn = Buffer.from(pool.subarray(poolAt, poolAt + count))
  // What was handed out must not be left behind for whoever reads this memory later.
  pool.fill(0, poolAt, poolAt + count)
  poolAt += count
  return drawn
}
