import { assert } from '../base/assert.ts'
import { type ReadTile, TileDamaged } from './grow-tree.ts'
import { HASH_BYTES } from './tlog/hash.ts'
import type { LogProof } from './tlog/proof.ts'
import { tileOfNode, tilePath } from './tlog/tile.ts'
import {
  consistencySteps,
  inclusionSteps,
  type ProofStep,
  peakIds,
  rootOfLeafHashes,
  rootOfPeaks,
} from './tlog/tree.ts'

/** Proof that the entry at `index` stands in the tree of `size`, against this signed checkpoint. Reads O(log n) tiles. */
export async function proveInclusion(
  readTile: ReadTile,
  index: number,
  size: number,
  checkpoint: string,
  extra?: Buffer,
): Promise<LogProof> {
  const hashes = await hashesOf(readTile, inclusionSteps(index, size), size)
  return { index, hashes, checkpoint, ...(extra && { extra }) }
}

/** Hashes that prove the tree of `oldSize` to be the beginning of the tree of `size`. Nothing leads from an empty tree. */
export async function proveConsistency(readTile: ReadTile, oldSize: number, size: number): Promise<readonly Buffer[]> {
  return oldSize === 0 ? [] : hashesOf(readTile, consistencySteps(oldSize, size), size)
}

/** Root of the tree as it was at `oldSize`, from the tiles of today. */
export async function rootAt(readTile: ReadTile, oldSize: number, size: number): Promise<Buffer> {
  return rootOfPeaks(
    await hashesOf(
      readTile,
      peakIds(oldSize).map((id) => [id]),
      size,
    ),
  )
}

function hashesOf(readTile: ReadTile, steps: readonly ProofStep[], size: number): Promise<Buffer[]> {
  return Promise.all(
    steps.map(async (ids) => {
      const peaks = await Promise.all(
        ids.map(async (id) => {
          const tile = tileOfNode(id, size)
          const path = tilePath(tile)
          const bytes = (await readTile(path)) ?? (await readTile(path.replace(/\.p\/\d+$/, '')))
          if (!bytes) throw new TileDamaged(path)
          assert(bytes.length >= tile.to * HASH_BYTES, 'a tile has its width')
          return rootOfLeafHashes(bytes.subarray(tile.from * HASH_BYTES, tile.to * HASH_BYTES))
        }),
      )
      return rootOfPeaks(peaks)
    }),
  )
}
