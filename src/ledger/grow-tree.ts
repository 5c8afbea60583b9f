import { assert } from '../base/assert.ts'
import { entryBounds } from './entries.ts'
import type { StoredBatch } from './log-store.ts'
import { HASH_BYTES, hashLeafInto } from './tlog/hash.ts'
import { entriesPath, TILE_WIDTH, tileOfNode, tilePath } from './tlog/tile.ts'
import { CompactRange, type NodeId, peakIds, rootOfLeafHashes } from './tlog/tree.ts'

const TILE_HEIGHT = 8
export type ReadTile = (path: string) => Promise<Buffer | undefined>

/** A file of the public log that has to be written, and whether its partial forerunners are no longer needed. */
export interface TileFile {
  readonly path: string
  readonly bytes: Buffer
  readonly isFull: boolean
}

/** A published file is missing, short, or not what the checkpoint commits to. */
export class TileDamaged extends Error {
  readonly path: string
  constructor(path: string) {
    super(`tile ${path} is missing or damaged`)
    this.path = path
  }
}

/** The peaks of a tree of this size, from its published right edge. Throws `TileDamaged`. */
export async function rangeFromTiles(size: number, readTile: ReadTile): Promise<CompactRange> {
  const peaks = await Promise.all(
    peakIds(size).map(async (id) => {
      const tile = tileOfNode(id, size)
      const bytes = await readWhole(readTile, tilePath(tile), tile.width * HASH_BYTES)
      return rootOfLeafHashes(bytes.subarray(tile.from * HASH_BYTES, tile.to * HASH_BYTES))
    }),
  )
  return new CompactRange(size, peaks)
}

async function readWhole(readTile: ReadTile, path: string, length: number): Promise<Buffer> {
  // A partial tile may have given way to its full one meanwhile; the beginning of that is the same.
  const bytes = (await readTile(path)) ?? (await readTile(path.replace(/\.p\/\d+$/, '')))
  if (bytes === undefined || bytes.length < length) throw new TileDamaged(path)
  return bytes.subarray(0, length)
}

/**
 * Grows the tree by these batches and answers the files to write. `range` grows with it; its size on entry is where the
 * batches go on. Cost: one hash and one node per entry, and the right edge read once.
 */
export async function growTree(
  range: CompactRange,
  batches: readonly StoredBatch[],
  readTile: ReadTile,
): Promise<readonly TileFile[]> {
  const from = range.size
  const levels: GrowingLevel[] = []
  const bundles = await growingBundles(from, readTile)
  appendBatches(range, batches, {
    onEntry: bundles.add,
    onNode: ({ level, index }, hash) => {
      if (level % TILE_HEIGHT === 0) growingLevel(levels, level / TILE_HEIGHT, index).hashes.push(hash)
    },
  })
  const tiles = await Promise.all(levels.map((level, i) => tileFiles(level, i, from, readTile)))
  return [...bundles.files(), ...tiles.flat()]
}

/** Hashes the entries of these batches onto the range. `onEntry` hears each with its length in front. */
export function appendBatches(
  range: CompactRange,
  batches: readonly StoredBatch[],
  listener: { onEntry?(entry: Buffer): void; onNode?(id: NodeId, hash: Buffer): void } = {},
): void {
  for (const batch of batches) {
    // INVARIANT: batches follow each other without a gap; a gap means the database lost rows.
    assert(batch.firstIndex === range.size, 'batches follow each other')
    const bounds = entryBounds(batch.entries, batch.count)
    assert(bounds !== undefined, `batch ${batch.firstIndex} holds its entries whole`)
    for (let i = 0; i < batch.count; i++) {
      const start = bounds[2 * i] ?? 0
      const end = bounds[2 * i + 1] ?? 0
      listener.onEntry?.(batch.entries.subarray(start - 2, end))
      const hash = Buffer.allocUnsafe(HASH_BYTES)
      hashLeafInto(batch.entries, start, end, hash, 0)
      range.append(hash, listener.onNode)
    }
  }
}

interface GrowingLevel {
  readonly first: number
  readonly hashes: Buffer[]
}

function growingLevel(levels: GrowingLevel[], level: number, index: number): GrowingLevel {
  const known = levels[level]
  if (known) return known
  const made = { first: index, hashes: [] }
  levels[level] = made
  return made
}

interface GrowingBundles {
  /** an entry with its length in front */
  add(entry: Buffer): void
  files(): TileFile[]
}

// Bundles start where the last partial one stopped: its bytes are read back, not remembered.
async function growingBundles(from: number, readTile: ReadTile): Promise<GrowingBundles> {
  const firstBundle = Math.floor(from / TILE_WIDTH)
  const width = from % TILE_WIDTH
  const begun = width === 0 ? [] : [await bundleBegun(readTile, firstBundle, width)]
  const bundles: { parts: Buffer[]; width: number }[] = [{ parts: begun, width }]
  return {
    add: (entry) => {
      let last = bundles.at(-1)
      if (!last || last.width === TILE_WIDTH) {
        last = { parts: [], width: 0 }
        bundles.push(last)
      }
      // Copied: the bytes lend a place to a hash prefix for a moment while they are hashed.
      last.parts.push(Buffer.from(entry))
      last.width++
    },
    files: () =>
      bundles.flatMap((bundle, i) =>
        bundle.width === 0
          ? []
          : [tileFile(entriesPath(firstBundle + i, bundle.width), Buffer.concat(bundle.parts), bundle.width)],
      ),
  }
}

async function bundleBegun(readTile: ReadTile, index: number, width: number): Promise<Buffer> {
  const path = entriesPath(index, width)
  const bytes = await readTile(path)
  if (bytes === undefined || entryBounds(bytes, width) === undefined) throw new TileDamaged(path)
  return bytes
}

async function tileFiles(level: GrowingLevel, number: number, from: number, readTile: ReadTile): Promise<TileFile[]> {
  const before = level.first % TILE_WIDTH
  const firstTile = (level.first - before) / TILE_WIDTH
  const edge = { level: number, index: firstTile, width: before }
  const begun = before === 0 ? [] : [await readWhole(readTile, tilePath(edge), before * HASH_BYTES)]
  assert(level.first <= from, 'a level goes on where it stopped')
  const all = Buffer.concat([...begun, ...level.hashes])
  const files: TileFile[] = []
  for (let at = 0; at < all.length; at += TILE_WIDTH * HASH_BYTES) {
    const bytes = all.subarray(at, at + TILE_WIDTH * HASH_BYTES)
    const width = bytes.length / HASH_BYTES
    const index = firstTile + at / (TILE_WIDTH * HASH_BYTES)
    files.push(tileFile(tilePath({ level: number, index, width }), Buffer.from(bytes), width))
  }
  return files
}

const tileFile = (path: string, bytes: Buffer, width: number): TileFile => ({
  path,
  bytes,
  isFull: width === TILE_WIDTH,
})
