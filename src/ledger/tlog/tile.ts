import { assert } from '../../base/assert.ts'
import { HASH_BYTES } from './hash.ts'
import type { NodeId } from './tree.ts'

/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles: height 8). */
export const TILE_WIDTH = 256
export const FULL_TILE_BYTES = TILE_WIDTH * HASH_BYTES
const TILE_HEIGHT = 8
const MAX_LEVEL = 63

/** A tile: `level` counts tiles from the leaves up; `width` 1–256, below 256 a partial one. */
export interface TileId {
  readonly level: number
  readonly index: number
  readonly width: number
}

/** Where a tile is served: `tile/0/x001/234.p/17`. */
export const tilePath = ({ level, index, width }: TileId): string => `tile/${level}/${indexPath(index, width)}`

/** Where a bundle of entries is served: `tile/entries/x001/234.p/17`. */
export const entriesPath = (index: number, width: number): string => `tile/entries/${indexPath(index, width)}`

function indexPath(index: number, width: number): string {
  assert(Number.isSafeInteger(index) && index >= 0 && width >= 1 && width <= TILE_WIDTH, 'a tile has a place')
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return width === TILE_WIDTH ? path : `${path}.p/${width}`
}

/** Reads `001`, `x001/234`, `x001/234.p/17`. Undefined for anything the format does not allow. */
export function parseTileIndex(path: string): { readonly index: number; readonly width: number } | undefined {
  const match = /^((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path)
  if (!match?.[1]) return undefined
  const index = Number(match[1].replaceAll(/[x/]/g, ''))
  const width = match[2] === undefined ? TILE_WIDTH : Number(match[2])
  // Written back it must be the same text: no leading zero groups, no width of 0 or 256.
  if (!Number.isSafeInteger(index) || width < 1 || width > TILE_WIDTH) return undefined
  return indexPath(index, width) === path ? { index, width } : undefined
}

/** Reads the level of a tile's path, 0–63 without leading zeros. */
export function parseTileLevel(text: string): number | undefined {
  return /^(0|[1-9]\d?)$/.test(text) && Number(text) <= MAX_LEVEL ? Number(text) : undefined
}

/** All tiles of a tree of this size, lowest level first; a partial last tile where the level does not end on one. */
export function* tilesOf(size: number): Generator<TileId> {
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < count; index++) {
      yield { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) }
    }
  }
}

/** The tile, in a tree of `size` leaves, that holds what is needed to compute this complete node. */
export function tileOfNode(node: NodeId, size: number): TileId & { readonly from: number; readonly to: number } {
  const level = Math.floor(node.level / TILE_HEIGHT)
  const leavesOfNode = 2 ** (node.level - level * TILE_HEIGHT)
  const first = node.index * leavesOfNode
  const index = Math.floor(first / TILE_WIDTH)
  const hashesAtLevel = Math.floor(size / TILE_WIDTH ** level)
  const width = Math.min(TILE_WIDTH, hashesAtLevel - index * TILE_WIDTH)
  const from = first - index * TILE_WIDTH
  assert(from + leavesOfNode <= width, 'the node is complete in a tree of this size')
  return { level, index, width, from, to: from + leavesOfNode }
}
