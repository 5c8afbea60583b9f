import { describe, expect, test } from 'vitest'
import { leafTile, readProof, sidesOf } from './walk-proof.ts'

/** Steps by the standard's own words (RFC 6962 §2.1.1): split at the largest power of two, go down on the leaf's side. */
function bySplitting(index: number, size: number): ('left' | 'right')[] {
  if (size === 1) return []
  let split = 1
  while (split * 2 < size) split *= 2
  return index < split ? [...bySplitting(index, split), 'right'] : [...bySplitting(index - split, size - split), 'left']
}

describe('a proof as the page reads it', () => {
  test('has the steps the standard splits off, for every leaf of every small tree', () => {
    for (let size = 1; size <= 70; size++) {
      for (let index = 0; index < size; index++) {
        expect(sidesOf(index, size)).toEqual(bySplitting(index, size))
      }
    }
  })

  test('stands left of the last leaf of an odd tree and right of its first', () => {
    expect(sidesOf(0, 7)).toEqual(['right', 'right', 'right'])
    expect(sidesOf(6, 7)).toEqual(['left', 'left'])
    expect(sidesOf(0, 1)).toEqual([])
  })

  test('finds the leaf in a full tile, a partial one and one past a thousand', () => {
    expect(leafTile(5, 300)).toBe('/log/tile/0/000')
    expect(leafTile(299, 300)).toBe('/log/tile/0/001.p/44')
    expect(leafTile(1_234_067 * 256, 1_234_067 * 256 + 1)).toBe('/log/tile/0/x001/x234/067.p/1')
  })

  test('is read from the file with or without hashes, and refused when it is another', () => {
    const note = 'localhost/log\n2\nAAAA\n\n— localhost/log sig\n'
    expect(readProof(`c2sp.org/tlog-proof@v1\nindex 1\nBBBB\n\n${note}`)).toMatchObject({
      index: 1,
      size: 2,
      hashes: ['BBBB'],
    })
    expect(readProof(`c2sp.org/tlog-proof@v1\nindex 0\n\n${note}`)?.hashes).toEqual([])
    expect(readProof(`c2sp.org/tlog-proof@v2\nindex 0\n\n${note}`)).toBeUndefined()
    expect(readProof('')).toBeUndefined()
  })
})
