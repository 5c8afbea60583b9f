import { assert } from '../base/assert.ts'
import { HASH_BYTES, sha256 } from './tlog/hash.ts'
import { foldTree } from './tlog/tree.ts'

const VERSION = 1
const LEAF_BYTES = 4 + HASH_BYTES
const COMMIT_LABEL = Buffer.from('shoumi/commit/v1')

/** What stands in public: no word about anybody, only a commitment that can be opened while its salt exists. */
export interface Leaf {
  readonly class: number
  /** first month in which the record behind it may go */
  readonly expiresMonth: number
  readonly commitment: Buffer
}

/** SHA-256(label ‖ salt ‖ root over the facet hashes). Without the salt nobody can test a guess. */
export function commit(salt: Buffer, facetHashes: readonly Buffer[]): Buffer {
  return sha256(Buffer.concat([COMMIT_LABEL, salt, foldTree(Buffer.concat(facetHashes))]))
}

/** u8 version ‖ u8 class ‖ u16 BE month ‖ commitment: 36 bytes. */
export function encodeLeaf(leaf: Leaf): Buffer {
  assert(leaf.commitment.length === HASH_BYTES, 'a commitment is a hash')
  const bytes = Buffer.allocUnsafe(LEAF_BYTES)
  bytes[0] = VERSION
  bytes[1] = leaf.class
  bytes.writeUInt16BE(leaf.expiresMonth, 2)
  bytes.set(leaf.commitment, 4)
  return bytes
}

/** Reads a leaf; undefined when it is none of ours. */
export function decodeLeaf(bytes: Buffer): Leaf | undefined {
  if (bytes.length !== LEAF_BYTES || bytes[0] !== VERSION) return undefined
  return { class: bytes[1] ?? 0, expiresMonth: bytes.readUInt16BE(2), commitment: bytes.subarray(4) }
}
