import { assert } from '../base/assert.ts'
import { growTree, rangeFromTiles } from './grow-tree.ts'
import type { HighWater } from './high-water.ts'
import type { LogStore } from './log-store.ts'
import { MAX_STEP_ENTRIES } from './recover.ts'
import type { TileStore } from './tile-store.ts'
import { type Checkpoint, formatCheckpoint, openCheckpoint } from './tlog/checkpoint.ts'
import { signNote } from './tlog/note.ts'
import type { NoteSigner } from './tlog/note-key.ts'
import { CompactRange } from './tlog/tree.ts'

export interface LogParts {
  readonly store: LogStore
  readonly tiles: TileStore
  readonly signer: NoteSigner
  readonly highWater: HighWater
}

/** What was signed and published. */
export interface Integrated {
  readonly checkpoint: Checkpoint
  readonly note: string
}

/**
 * Takes staged entries up into the tree, signs and publishes. Everything that is signed is derived from stored bytes:
 * the tree so far from the published right edge, which must make the root signed last; the new entries as the database
 * gives them back. Order: swap the signed checkpoint in the database, raise the mark beside the key, write tiles,
 * publish. A crash before the swap leaves nothing; after it, recovery derives the same files again.
 * Undefined: nothing was staged. Throws `FencedOut`, `TileDamaged`, or what the disk says; then run recovery.
 */
export async function integrate(
  { store, tiles, signer, highWater }: LogParts,
  epoch: number,
): Promise<Integrated | undefined> {
  const { checkpoint: signed, nextIndex } = await store.state()
  const last = lastOf(signed, signer)
  if (nextIndex === (last?.size ?? 0) && last) return undefined
  const range = last ? await rangeFromTiles(last.size, tiles.read) : new CompactRange()
  assert(!last || range.root().equals(last.root), 'the published tree is the one signed last')
  const batches = await store.batchesFrom(range.size, MAX_STEP_ENTRIES)
  const files = batches.length === 0 ? [] : await growTree(range, batches, tiles.read)
  const checkpoint = { origin: signer.key.name, size: range.size, root: range.root() }
  const note = signNote(formatCheckpoint(checkpoint), [signer])
  await store.swapCheckpoint(epoch, signed, note)
  await highWater.raise(checkpoint)
  for (const file of files) await tiles.write(file.path, file.bytes)
  await tiles.publish(note)
  for (const file of files) if (file.isFull) await tiles.dropPartials(file.path)
  return { checkpoint, note }
}

function lastOf(signed: string, signer: NoteSigner): Checkpoint | undefined {
  if (signed === '') return undefined
  const opened = openCheckpoint(signed, signer.key)
  assert(opened.ok, 'the stored checkpoint is signed by this log')
  return opened.value.checkpoint
}
