import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRowsTree, proveRow, rowSalt } from './rows-tree.ts'
import { hashLeaf } from './tlog/hash.ts'
import { rootOfLeafHashes } from './tlog/tree.ts'
import { isIncluded } from './tlog/verify-proof.ts'

const rows = fc.array(
  fc.string().map((text) => text.replaceAll('\n', ' ')),
  { minLength: 1, maxLength: 60 },
)

test('has the root of its lines, however they come in pieces', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (lines, seed) => {
      const cut = seed % (lines.length + 1)
      const tree = createRowsTree()
      for (const part of [lines.slice(0, cut), lines.slice(cut)])
        if (part.length > 0) tree.addLines(Buffer.from(`${part.join('\n')}\n`))
      const expected = rootOfLeafHashes(Buffer.concat(lines.map((line) => hashLeaf(Buffer.from(line)))))
      return tree.size === lines.length && tree.root().equals(expected)
    }),
  )
})

test('has the same root when leaves or whole subtrees were hashed elsewhere', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 3 }), (lines, level) => {
      const hashes = lines.map((line) => hashLeaf(Buffer.from(line)))
      const tree = createRowsTree()
      const width = 2 ** level
      for (let at = 0; at < hashes.length; at += width) {
        const part = Buffer.concat(hashes.slice(at, at + width))
        if (at + width <= hashes.length) tree.addSubtree(level, rootOfLeafHashes(part))
        else tree.addLeaves(part)
      }
      return tree.size === lines.length && tree.root().equals(rootOfLeafHashes(Buffer.concat(hashes)))
    }),
  )
})

test('proves every row and no other', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.nat(), async (lines, seed) => {
      const index = seed % lines.length
      const pieces = (async function* () {
        for (const line of lines) yield Buffer.from(`${line}\n`)
      })()
      const { hashes, root, leafHash, size } = await proveRow(pieces, index, lines.length)
      const claim = { index, size, root, leafHash, proof: hashes }
      expect(isIncluded(claim)).toBe(true)
      expect(leafHash.equals(hashLeaf(Buffer.from(lines[index] ?? '')))).toBe(true)
      expect(isIncluded({ ...claim, leafHash: hashLeaf(Buffer.from('another row')) })).toBe(false)
    }),
    { numRuns: 50 },
  )
})

test('proves salted rows with the salt of their place alone', async () => {
  const key = Buffer.alloc(32, 5)
  await fc.assert(
    fc.asyncProperty(rows, fc.nat(), async (lines, seed) => {
      const index = seed % lines.length
      const pieces = (async function* () {
        yield Buffer.from(`${lines.join('\n')}\n`)
      })()
      const { hashes, root, leafHash, salt, size } = await proveRow(pieces, index, lines.length, key)
      expect(isIncluded({ index, size, root, leafHash, proof: hashes })).toBe(true)
      expect(salt).toEqual(rowSalt(key, index))
      expect(leafHash.equals(hashLeaf(rowSalt(key, index), Buffer.from(lines[index] ?? '')))).toBe(true)
    }),
    { numRuns: 50 },
  )
})
