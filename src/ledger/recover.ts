import { fail, ok, type Result } from '../base/result.ts'
import { appendBatches, growTree, type ReadTile, rangeFromTiles, TileDamaged, type TileFile } from './grow-tree.ts'
import type { HighWater } from './high-water.ts'
import { causeUnopened } from './log-key.ts'
import type { LogStore } from './log-store.ts'
import type { TileStore } from './tile-store.ts'
import { type Checkpoint, openCheckpoint } from './tlog/checkpoint.ts'
import { emptyRoot } from './tlog/hash.ts'
import type { NoteKey } from './tlog/note-key.ts'
import { CompactRange } from './tlog/tree.ts'

/** Entries taken up in one step: bounds memory, not the log. */
export const MAX_STEP_ENTRIES = 65_536

/**
 * Why the log does not go on; none of these is ever repaired by writing.
 * `restored-backup`: something outside this database has seen a larger log. `fork`: same size, other root.
 * `other-name`, `other-key`: what was signed last is of a log of another name, or by another key.
 * `unreadable-checkpoint`: it cannot be read. `entries-differ`: stored entries do not make the signed root.
 * `contradicted`: a witness shows what this log's key signed and this tree does not continue.
 */
export type RecoveryFailure = {
  readonly code:
    | 'restored-backup'
    | 'fork'
    | 'other-name'
    | 'other-key'
    | 'unreadable-checkpoint'
    | 'entries-differ'
    | 'contradicted'
  readonly detail: string
}

export interface Recovered {
  /** the last signed checkpoint; undefined for a log that has none */
  readonly checkpoint: Checkpoint | undefined
  /** files that were missing or damaged and have been derived again */
  readonly repaired: readonly string[]
}

interface Parts {
  readonly store: LogStore
  readonly tiles: TileStore
  readonly key: NoteKey
  readonly highWater: HighWater
}

/**
 * Brings the public files in step with the signed checkpoint in the database, which alone decides. Looks first whether
 * the checkpoint file, or the mark kept beside the signing key, has seen a larger log: then this database was restored
 * from a backup, and going on would sign a second history.
 */
export async function recoverLog(parts: Parts): Promise<Result<Recovered, RecoveryFailure>> {
  const { store, tiles, key, highWater } = parts
  const { checkpoint: signed } = await store.state()
  const published = await tiles.read('checkpoint')
  const current = signed === '' ? undefined : openCheckpoint(signed, key)
  const seen = published === undefined ? undefined : openCheckpoint(published, key)
  const mark = await highWater.read()
  if (mark && mark.origin !== key.name) return fail({ code: 'other-name', detail: `the log was named ${mark.origin}` })
  if (current?.ok === false) return fail({ code: causeUnopened(signed, key), detail: 'database' })
  if (seen?.ok === false)
    return fail({ code: causeUnopened(published?.toString() ?? '', key), detail: 'file checkpoint' })
  const checkpoint = current?.value.checkpoint
  const refusal = compare(checkpoint, seen?.value.checkpoint, mark)
  if (refusal) return fail(refusal)
  if (!checkpoint) return ok({ checkpoint, repaired: [] })
  return bringFilesInStep(parts, checkpoint, signed, seen?.value.checkpoint)
}

function compare(
  checkpoint: Checkpoint | undefined,
  published: Checkpoint | undefined,
  mark: Pick<Checkpoint, 'size' | 'root'> | undefined,
): RecoveryFailure | undefined {
  const size = checkpoint?.size ?? 0
  const largest = Math.max(published?.size ?? 0, mark?.size ?? 0)
  if (largest > size)
    return { code: 'restored-backup', detail: `the database stands at ${size}, ${largest} was signed before` }
  for (const other of [published, mark]) {
    if (other && checkpoint && other.size === size && !other.root.equals(checkpoint.root))
      return { code: 'fork', detail: `two roots for size ${size}` }
  }
  return undefined
}

async function bringFilesInStep(
  { store, tiles, highWater }: Parts,
  checkpoint: Checkpoint,
  note: string,
  published: Checkpoint | undefined,
): Promise<Result<Recovered, RecoveryFailure>> {
  const isWhole = (await hasRightEdge(checkpoint, tiles.read)) || (await catchUp(store, tiles, published, checkpoint))
  const repaired = isWhole ? [] : await deriveAgain(store, tiles, checkpoint)
  if (repaired === undefined)
    return fail({ code: 'entries-differ', detail: `stored entries do not make the root signed at ${checkpoint.size}` })
  await highWater.raise(checkpoint)
  if (published?.size !== checkpoint.size || repaired.length > 0) await tiles.publish(note)
  return ok({ checkpoint, repaired })
}

/** The usual case after a crash: tiles stand at the published size, the signed one is a little further. */
async function catchUp(
  store: LogStore,
  tiles: TileStore,
  published: Checkpoint | undefined,
  checkpoint: Checkpoint,
): Promise<boolean> {
  const from = published ?? { size: 0, root: emptyRoot() }
  if (from.size >= checkpoint.size || !(await hasRightEdge(from, tiles.read))) return false
  const range = await rangeFromTiles(from.size, tiles.read)
  const files: TileFile[] = []
  while (range.size < checkpoint.size) {
    const batches = await wholeBatches(store, range.size, checkpoint.size)
    // More than one step, or a gap: the long way round says what is wrong.
    if (batches.length === 0 || files.length > 0) return false
    files.push(...(await growTree(range, batches, tiles.read)))
  }
  if (!range.root().equals(checkpoint.root)) return false
  for (const file of files) {
    if ((await tiles.read(file.path))?.equals(file.bytes)) continue
    await tiles.repair(file.path, file.bytes)
  }
  return true
}

async function hasRightEdge(checkpoint: Pick<Checkpoint, 'size' | 'root'>, readTile: ReadTile): Promise<boolean> {
  try {
    return (await rangeFromTiles(checkpoint.size, readTile)).root().equals(checkpoint.root)
  } catch (error) {
    if (error instanceof TileDamaged) return false
    throw error
  }
}

/**
 * Derives every public file from the stored entries; answers those that held other bytes. Nothing is written before the root
 * is known to be the signed one; the second pass writes. Linear in the size of the log, and rare. Undefined: the entries do
 * not make the root.
 */
export async function deriveAgain(
  store: LogStore,
  tiles: TileStore,
  checkpoint: Checkpoint,
): Promise<string[] | undefined> {
  if (!(await rootFromEntries(store, checkpoint.size))?.equals(checkpoint.root)) return undefined
  const repaired: string[] = []
  const range = new CompactRange()
  while (range.size < checkpoint.size) {
    const batches = await wholeBatches(store, range.size, checkpoint.size)
    for (const file of await growTree(range, batches, tiles.read)) {
      const found = await tiles.read(file.path)
      if (found?.equals(file.bytes)) continue
      if (found !== undefined) repaired.push(file.path)
      await tiles.repair(file.path, file.bytes)
    }
  }
  return repaired
}

async function rootFromEntries(store: LogStore, size: number): Promise<Buffer | undefined> {
  const range = new CompactRange()
  while (range.size < size) {
    const batches = await wholeBatches(store, range.size, size)
    if (batches.length === 0) return undefined
    appendBatches(range, batches)
  }
  return range.root()
}

async function wholeBatches(store: LogStore, from: number, size: number) {
  const batches = await store.batchesFrom(from, Math.min(MAX_STEP_ENTRIES, size - from))
  return batches.filter((batch) => batch.firstIndex + batch.count <= size)
}
