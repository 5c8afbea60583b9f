import { assert } from '../../base/assert.ts'
import { emptyRoot, HASH_BYTES, hashChildren, hashPairInto } from './hash.ts'

/** A complete subtree: at `level` 0 a leaf, at `level` n the n-th power of two leaves, `index`-th of its size. */
export interface NodeId {
  readonly level: number
  readonly index: number
}

const half = (value: number): number => Math.floor(value / 2)
const isOdd = (value: number): boolean => value % 2 === 1

/** Largest power of two smaller than `size`; `size` ≥ 2. Sizes pass 2^32, so no bit operations. */
function splitPoint(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

/** Root of the tree over these leaf hashes, lying side by side (RFC 6962 §2.1). O(n), works in a copy. */
export function rootOfLeafHashes(leafHashes: Buffer): Buffer {
  const count = leafHashes.length / HASH_BYTES
  assert(Number.isInteger(count), 'leaf hashes are whole')
  return rootOfPeaks(peaksOfHashes(leafHashes))
}

/** As `rootOfLeafHashes` of a power of two of leaf hashes, destroying them: for many small trees. */
export function foldTree(hashes: Buffer): Buffer {
  for (let count = hashes.length / HASH_BYTES / 2; count >= 1; count /= 2) {
    for (let i = 0; i < count; i++) hashPairInto(hashes, 2 * i * HASH_BYTES, hashes, i * HASH_BYTES)
  }
  return nodeAt(hashes, 0)
}

/** Peaks of a range of hashes lying side by side, largest first. Level by level: pairs fold in place, an odd last is a peak. */
export function peaksOfHashes(range: Buffer): Buffer[] {
  const hashes = Buffer.from(range)
  const peaks: Buffer[] = []
  for (let count = hashes.length / HASH_BYTES; count > 0; count = half(count)) {
    if (isOdd(count)) peaks.unshift(Buffer.from(nodeAt(hashes, count - 1)))
    for (let i = 0; i < half(count); i++) hashPairInto(hashes, 2 * i * HASH_BYTES, hashes, i * HASH_BYTES)
  }
  return peaks
}

const nodeAt = (hashes: Buffer, index: number): Buffer => hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)

/** Root from the peaks of a tree, largest subtree first. No peaks: the empty root. */
export function rootOfPeaks(peaks: readonly Uint8Array[]): Buffer {
  const last = peaks.at(-1)
  if (!last) return emptyRoot()
  return peaks.slice(0, -1).reduceRight<Buffer>((right, left) => hashChildren(left, right), Buffer.from(last))
}

/** The peaks of a tree of `size` leaves, largest first: the nodes a compact range keeps. */
export function peakIds(size: number): NodeId[] {
  const peaks: NodeId[] = []
  for (let rest = size, level = 0; rest > 0; rest = half(rest), level++) {
    if (isOdd(rest)) peaks.unshift({ level, index: rest - 1 })
  }
  return peaks
}

/**
 * A tree that only remembers its peaks: enough to append and to know the root. Appending is O(1) amortised.
 * `onNode` hears every complete node as it comes into being.
 */
export class CompactRange {
  size: number
  readonly peaks: Buffer[]

  constructor(size = 0, peaks: readonly Uint8Array[] = []) {
    assert(peaks.length === peakIds(size).length, 'a range of this size has this many peaks')
    this.size = size
    this.peaks = peaks.map((peak) => Buffer.from(peak))
  }

  append(leafHash: Buffer, onNode?: (id: NodeId, hash: Buffer) => void): void {
    let node = leafHash
    let index = this.size
    onNode?.({ level: 0, index }, node)
    for (let level = 1; isOdd(index); level++) {
      const left = this.peaks.pop()
      assert(left !== undefined, 'an odd index has a left neighbour')
      node = hashChildren(left, node)
      index = half(index)
      onNode?.({ level, index }, node)
    }
    this.peaks.push(node)
    this.size++
  }

  /** As 2^level appends whose leaves have this root. Asserts that the range ends where such a subtree begins. */
  appendSubtree(level: number, hash: Buffer): void {
    const width = 2 ** level
    assert(this.size % width === 0, 'a subtree begins at a multiple of its width')
    let node = hash
    for (let index = this.size / width; isOdd(index); index = half(index)) {
      const left = this.peaks.pop()
      assert(left !== undefined, 'an odd index has a left neighbour')
      node = hashChildren(left, node)
    }
    this.peaks.push(node)
    this.size += width
  }

  root(): Buffer {
    return rootOfPeaks(this.peaks)
  }
}

/** One step of a proof: the complete subtrees whose hashes, folded as peaks, make one hash of the proof. */
export type ProofStep = readonly NodeId[]

/** The steps of an inclusion proof, leaf's sibling first (RFC 6962 §2.1.1). `index` < `size`. */
export function inclusionSteps(index: number, size: number): ProofStep[] {
  assert(index >= 0 && index < size, 'the index lies in the tree')
  const steps: ProofStep[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      steps.unshift(rangeIds(middle, end))
      end = middle
    } else {
      steps.unshift(rangeIds(start, middle))
      start = middle
    }
  }
  return steps
}

/** The steps of a consistency proof from `oldSize` to `size` (RFC 6962 §2.1.2). 0 < `oldSize` ≤ `size`. */
export function consistencySteps(oldSize: number, size: number): ProofStep[] {
  assert(oldSize > 0 && oldSize <= size, 'the old tree is the beginning of the new one')
  const steps: ProofStep[] = []
  let start = 0
  let end = size
  let isWholeOldTree = true
  while (oldSize !== end) {
    const middle = start + splitPoint(end - start)
    if (oldSize <= middle) {
      steps.unshift(rangeIds(middle, end))
      end = middle
    } else {
      steps.unshift(rangeIds(start, middle))
      start = middle
      isWholeOldTree = false
    }
  }
  if (!isWholeOldTree) steps.unshift(rangeIds(start, end))
  return steps
}

/** Complete subtrees that make up leaves `start`…`end`, in order; `start` is aligned as the split of a tree aligns it. */
function rangeIds(start: number, end: number): NodeId[] {
  const ids: NodeId[] = []
  let from = start
  for (const { level } of peakIds(end - start)) {
    const width = 2 ** level
    ids.push({ level, index: from / width })
    from += width
  }
  return ids
}
