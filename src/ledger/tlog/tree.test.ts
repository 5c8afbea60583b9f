import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyRoot, hashChildren, hashLeaf, hashLeafInto, hashPairInto } from './hash.ts'
import {
  CompactRange,
  consistencySteps,
  inclusionSteps,
  type NodeId,
  peakIds,
  rootOfLeafHashes,
  rootOfPeaks,
} from './tree.ts'
import { isConsistent, isIncluded } from './verify-proof.ts'

const leaf = (i: number): Buffer => hashLeaf(Buffer.from(`entry ${i}`))
const leaves = Array.from({ length: 600 }, (_, i) => leaf(i))

/** The definition, word for word (RFC 6962 §2.1): slow and plainly right. */
function naiveRoot(from: number, to: number): Buffer {
  if (from === to) return emptyRoot()
  if (to - from === 1) return leaves[from] ?? emptyRoot()
  let split = 1
  while (split * 2 < to - from) split *= 2
  return hashChildren(naiveRoot(from, from + split), naiveRoot(from + split, to))
}

const nodeHash = ({ level, index }: NodeId): Buffer => naiveRoot(index * 2 ** level, (index + 1) * 2 ** level)
const fold = (steps: readonly (readonly NodeId[])[]): Buffer[] => steps.map((ids) => rootOfPeaks(ids.map(nodeHash)))
const sizes = fc.integer({ min: 1, max: 600 })

test('a compact range has the root of the definition at every size, and so has the root of many leaves at once', () => {
  const range = new CompactRange()
  for (let size = 0; size <= 300; size++) {
    expect(range.root().equals(naiveRoot(0, size))).toBe(true)
    expect(rootOfLeafHashes(Buffer.concat(leaves.slice(0, size))).equals(range.root())).toBe(true)
    range.append(leaf(size))
  }
})

test('a compact range goes on from its stored peaks as if it had never stopped', () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const resumed = new CompactRange(size, peakIds(size).map(nodeHash))
      resumed.append(leaf(size))
      const whole = new CompactRange()
      for (let i = 0; i <= size; i++) whole.append(leaf(i))
      return resumed.root().equals(whole.root())
    }),
    { numRuns: 40 },
  )
})

test('every leaf of every tree can be proved, and no other leaf, place or size with the same proof', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (size, seed) => {
      const index = seed % size
      const proof = fold(inclusionSteps(index, size))
      const claim = { index, size, leafHash: leaf(index), root: naiveRoot(0, size), proof }
      expect(isIncluded(claim)).toBe(true)
      expect(isIncluded({ ...claim, leafHash: leaf(index + 1) })).toBe(false)
      expect(isIncluded({ ...claim, index: index + 1 })).toBe(false)
      expect(isIncluded({ ...claim, proof: [...proof, leaf(0)] })).toBe(false)
      if (proof.length > 0) expect(isIncluded({ ...claim, proof: proof.slice(1) })).toBe(false)
    }),
    { numRuns: 150 },
  )
})

test('every tree is proved to be the beginning of every later one, and a changed one is not', () => {
  fc.assert(
    fc.property(sizes, sizes, (a, b) => {
      const [oldSize, size] = a < b ? [a, b] : [b, a]
      const proof = fold(consistencySteps(oldSize, size))
      const claim = { oldSize, size, oldRoot: naiveRoot(0, oldSize), root: naiveRoot(0, size), proof }
      expect(isConsistent(claim)).toBe(true)
      expect(isConsistent({ ...claim, oldRoot: leaf(1_000) })).toBe(false)
      expect(isConsistent({ ...claim, root: leaf(1_000) })).toBe(false)
    }),
    { numRuns: 150 },
  )
})

test('the fast forms of hashing answer as the plain ones and leave their source as it was', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), (entry) => {
      const source = Buffer.concat([Buffer.of(9, 8), entry])
      const before = Buffer.from(source)
      const target = Buffer.alloc(40)
      hashLeafInto(source, 2, source.length, target, 5)
      expect(target.subarray(5, 37).equals(hashLeaf(entry))).toBe(true)
      expect(source.equals(before)).toBe(true)
    }),
  )
  const pair = Buffer.concat([leaf(1), leaf(2)])
  hashPairInto(pair, 0, pair, 0)
  expect(pair.subarray(0, 32).equals(hashChildren(leaf(1), leaf(2)))).toBe(true)
})

test('known answers hold without outside vectors', () => {
  expect(emptyRoot().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hashLeaf(Buffer.from('L123456')).toString('hex')).toBe(
    '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
  )
})
