import { assert } from '../base/assert.ts'
import { ROW_SALT_BYTES } from './row-proof-file.ts'
import { HASH_BYTES, hashLeaf, hashLeafInto, sha256 } from './tlog/hash.ts'
import { CompactRange, inclusionSteps, type NodeId, rootOfPeaks } from './tlog/tree.ts'

const NEW_LINE = 0x0a

/** A Merkle tree over the lines of a text that comes in pieces: RFC 6962 over each line's bytes, in constant memory. */
export interface RowsTree {
  /** Adds whole lines of UTF-8, each ended by a newline or by the end of the text. */
  addLines(text: Buffer): void
  /** Adds leaves hashed elsewhere, side by side. */
  addLeaves(hashes: Buffer): void
  /** Adds 2^level leaves at once by the root over them. Asserts that they begin where such a subtree begins. */
  addSubtree(level: number, hash: Buffer): void
  readonly size: number
  root(): Buffer
}

/**
 * The salt of the row at this place: the first 16 bytes of SHA-256(key ‖ place in decimal). A proof hands out the salt of
 * its own row; those of its neighbours, whose hashes stand in it, stay unknown, so that nobody can try guesses on them.
 */
export const rowSalt = (key: Buffer, index: number): Buffer =>
  sha256(Buffer.concat([key, Buffer.from(String(index))])).subarray(0, ROW_SALT_BYTES)

/** `saltKey`: 32 secret bytes of this text alone; without it the leaves are of the lines alone, as they once were. */
export function createRowsTree(saltKey?: Buffer, onNode?: (id: NodeId, hash: Buffer) => void): RowsTree {
  const range = new CompactRange()
  return {
    addLines: (text) => {
      if (text.length === 0) return
      // One byte in front, which the first line lends to the hash prefix.
      const bytes = Buffer.concat([Buffer.of(NEW_LINE), text])
      const end = bytes[bytes.length - 1] === NEW_LINE ? bytes.length - 1 : bytes.length
      for (let start = 1; start <= end; ) {
        const found = bytes.indexOf(NEW_LINE, start)
        const stop = found === -1 || found > end ? end : found
        const hash = Buffer.allocUnsafe(HASH_BYTES)
        if (saltKey) hashLeaf(rowSalt(saltKey, range.size), bytes.subarray(start, stop)).copy(hash)
        else hashLeafInto(bytes, start, stop, hash, 0)
        range.append(hash, onNode)
        start = stop + 1
      }
    },
    addLeaves: (hashes) => {
      assert(hashes.length % HASH_BYTES === 0, 'leaf hashes are whole')
      for (let at = 0; at < hashes.length; at += HASH_BYTES)
        range.append(Buffer.from(hashes.subarray(at, at + HASH_BYTES)), onNode)
    },
    addSubtree: (level, hash) => range.appendSubtree(level, hash),
    get size() {
      return range.size
    },
    root: () => range.root(),
  }
}

export interface RowProof {
  readonly index: number
  readonly size: number
  /** of this row, where rows are salted */
  readonly salt?: Buffer
  readonly leafHash: Buffer
  /** leaf's sibling first (RFC 6962 §2.1.1) */
  readonly hashes: readonly Buffer[]
  readonly root: Buffer
}

/** Proves one row of a text that is read again: only the nodes of its path are kept. */
export async function proveRow(
  pieces: AsyncIterable<Buffer>,
  index: number,
  size: number,
  saltKey?: Buffer,
): Promise<RowProof> {
  const name = ({ level, index: at }: NodeId) => `${level} ${at}`
  const steps = inclusionSteps(index, size)
  const wanted = new Map<string, Buffer | undefined>(steps.flat().map((id) => [name(id), undefined]))
  let leafHash: Buffer = Buffer.alloc(HASH_BYTES)
  const tree = createRowsTree(saltKey, (id, hash) => {
    if (wanted.has(name(id))) wanted.set(name(id), hash)
    if (id.level === 0 && id.index === index) leafHash = hash
  })
  for await (const piece of pieces) tree.addLines(piece)
  const hashes = steps.map((ids) => rootOfPeaks(ids.map((id) => wanted.get(name(id)) ?? Buffer.alloc(HASH_BYTES))))
  return {
    index,
    size: tree.size,
    ...(saltKey && { salt: rowSalt(saltKey, index) }),
    leafHash,
    hashes,
    root: tree.root(),
  }
}
