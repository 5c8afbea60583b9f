import { hashChildren } from './hash.ts'

const half = (value: number): number => Math.floor(value / 2)
const isOdd = (value: number): boolean => value % 2 === 1
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Whether the proof shows the leaf at this index of the tree with this root (RFC 9162 §2.1.3.2). Never throws. */
export function isIncluded({ index, size, leafHash, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || leafHash.length !== 32) return false
  let position = index
  let last = size - 1
  let node: Uint8Array = leafHash
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== 32) return false
    if (isOdd(position) || position === last) {
      node = hashChildren(sibling, node)
      while (!isOdd(position) && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else node = hashChildren(node, sibling)
    position = half(position)
    last = half(last)
  }
  return last === 0 && Buffer.compare(node, root) === 0
}

interface ConsistencyClaim {
  readonly oldSize: number
  readonly size: number
  readonly oldRoot: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * Whether the proof shows that the old tree is the beginning of the new one (RFC 9162 §2.1.4.2). An empty old tree is
 * never accepted: callers for whom it means "anything may follow" say so themselves. Never throws.
 */
export function isConsistent({ oldSize, size, oldRoot, root, proof }: ConsistencyClaim): boolean {
  if (!isCount(oldSize) || !isCount(size) || oldSize === 0 || oldSize > size) return false
  if (proof.some((node) => node.length !== 32)) return false
  if (oldSize === size) return proof.length === 0 && Buffer.compare(oldRoot, root) === 0
  return foldConsistency({ oldSize, size, oldRoot, root, proof })
}

function foldConsistency({ oldSize, size, oldRoot, root, proof }: ConsistencyClaim): boolean {
  let position = oldSize - 1
  let last = size - 1
  while (isOdd(position)) {
    position = half(position)
    last = half(last)
  }
  // A whole old subtree starts from its own root, which the proof then leaves out.
  const [first, ...rest] = position === 0 ? [oldRoot, ...proof] : proof
  if (!first) return false
  let oldNode: Uint8Array = first
  let node: Uint8Array = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(position) || position === last) {
      oldNode = hashChildren(sibling, oldNode)
      node = hashChildren(sibling, node)
      while (!isOdd(position) && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else node = hashChildren(node, sibling)
    position = half(position)
    last = half(last)
  }
  return last === 0 && Buffer.compare(oldNode, oldRoot) === 0 && Buffer.compare(node, root) === 0
}
