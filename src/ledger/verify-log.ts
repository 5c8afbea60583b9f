import { entryBounds } from './entries.ts'
import { openCheckpoint } from './tlog/checkpoint.ts'
import { HASH_BYTES, hashLeafInto, hashPairInto } from './tlog/hash.ts'
import type { NoteKey } from './tlog/note-key.ts'
import { entriesPath, FULL_TILE_BYTES, TILE_WIDTH, tilePath } from './tlog/tile.ts'
import { peaksOfHashes, rootOfPeaks } from './tlog/tree.ts'

/** Reads a file of a published log, from a folder or over HTTP. Undefined: it is not there. */
export type ReadLogFile = (path: string) => Promise<Buffer | undefined>

/** One place where the log is not what its checkpoint says. */
export interface LogBreak {
  /** `checkpoint`, a tile or a bundle, as served */
  readonly path: string
  readonly code: 'missing' | 'malformed' | 'bad-signature' | 'entry-differs' | 'hash-differs' | 'root-differs'
  /** index of the entry, where one can be named */
  readonly index?: number
}

export interface LogReport {
  readonly isWhole: boolean
  readonly size: number
  readonly breaks: readonly LogBreak[]
}

const MAX_BREAKS = 100

/**
 * Derives a whole published log again from its entries: every leaf hash, every tile, the root, the signature. Says where
 * it breaks and goes on, so that one damaged tile does not hide another. Imports no store: it works on copies, years
 * later, elsewhere. Linear; constant memory but for one hash per 65,536 entries. `progress` hears entries done.
 */
export async function verifyLog(
  read: ReadLogFile,
  key: NoteKey,
  progress?: (done: number, of: number) => void,
): Promise<LogReport> {
  const note = await read('checkpoint')
  if (!note) return broken({ path: 'checkpoint', code: 'missing' })
  const opened = openCheckpoint(note, key)
  if (!opened.ok)
    return broken({ path: 'checkpoint', code: opened.error === 'malformed' ? 'malformed' : 'bad-signature' })
  const { size, root } = opened.value.checkpoint
  const breaks: LogBreak[] = []
  const derived = await deriveRoot(read, size, breaks, progress)
  if (derived && !derived.equals(root)) breaks.push({ path: 'checkpoint', code: 'root-differs' })
  return { isWhole: breaks.length === 0, size, breaks: breaks.slice(0, MAX_BREAKS) }
}

const broken = (one: LogBreak): LogReport => ({ isWhole: false, size: 0, breaks: [one] })

/** One level of tiles being filled: hashes gathered since its last full tile. */
interface Level {
  readonly hashes: Buffer
  count: number
  tiles: number
}

// Undefined: a bundle was missing, so there is no root to compare.
async function deriveRoot(
  read: ReadLogFile,
  size: number,
  breaks: LogBreak[],
  progress?: (done: number, of: number) => void,
): Promise<Buffer | undefined> {
  const levels: Level[] = []
  let isWhole = true
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    const hashes = await hashBundle(read, index, width, breaks)
    isWhole &&= hashes !== undefined
    await addTile(read, levels, 0, hashes ?? Buffer.alloc(width * HASH_BYTES), width, breaks)
    progress?.(index * TILE_WIDTH + width, size)
  }
  for (const [number, level] of levels.entries()) {
    if (level.count > 0 && number > 0) await compareTile(read, number, level.tiles, level.hashes, level.count, breaks)
  }
  const peaks = levels
    .toReversed()
    .flatMap(({ hashes, count }) => peaksOfHashes(hashes.subarray(0, count * HASH_BYTES)))
  return isWhole ? rootOfPeaks(peaks) : undefined
}

async function hashBundle(
  read: ReadLogFile,
  index: number,
  width: number,
  breaks: LogBreak[],
): Promise<Buffer | undefined> {
  const path = entriesPath(index, width)
  const bundle = await read(path)
  if (!bundle) {
    breaks.push({ path, code: 'missing' })
    return undefined
  }
  const bounds = entryBounds(bundle, width)
  if (!bounds) {
    breaks.push({ path, code: 'malformed' })
    return undefined
  }
  const hashes = Buffer.allocUnsafe(width * HASH_BYTES)
  for (let i = 0; i < width; i++)
    hashLeafInto(bundle, bounds[2 * i] ?? 0, bounds[2 * i + 1] ?? 0, hashes, i * HASH_BYTES)
  return hashes
}

async function addTile(
  read: ReadLogFile,
  levels: Level[],
  number: number,
  hashes: Buffer,
  count: number,
  breaks: LogBreak[],
): Promise<void> {
  levels[number] ??= { hashes: Buffer.alloc(FULL_TILE_BYTES), count: 0, tiles: 0 }
  const level = levels[number]
  hashes.copy(level.hashes, level.count * HASH_BYTES, 0, count * HASH_BYTES)
  level.count += count
  if (number === 0) await compareTile(read, 0, level.tiles, level.hashes, level.count, breaks)
  if (level.count < TILE_WIDTH) return
  if (number > 0) await compareTile(read, number, level.tiles, level.hashes, TILE_WIDTH, breaks)
  foldTile(level.hashes)
  level.count = 0
  level.tiles++
  await addTile(read, levels, number + 1, level.hashes, 1, breaks)
}

// In place: the root of the full tile ends up in its first 32 bytes.
function foldTile(hashes: Buffer): void {
  for (let count = TILE_WIDTH / 2; count >= 1; count /= 2) {
    for (let i = 0; i < count; i++) hashPairInto(hashes, 2 * i * HASH_BYTES, hashes, i * HASH_BYTES)
  }
}

async function compareTile(
  read: ReadLogFile,
  number: number,
  index: number,
  derived: Buffer,
  count: number,
  breaks: LogBreak[],
): Promise<void> {
  if (breaks.length >= MAX_BREAKS) return
  const path = tilePath({ level: number, index, width: count })
  const tile = await read(path)
  const expected = derived.subarray(0, count * HASH_BYTES)
  if (!tile) breaks.push({ path, code: 'missing' })
  else if (tile.length !== expected.length) breaks.push({ path, code: 'malformed' })
  else if (!tile.equals(expected)) breaks.push(differing(path, number, index, tile, expected))
}

function differing(path: string, number: number, index: number, tile: Buffer, expected: Buffer): LogBreak {
  const at = tile.findIndex((byte, i) => byte !== expected[i])
  const place = index * TILE_WIDTH + Math.floor(at / HASH_BYTES)
  return number === 0 ? { path, code: 'entry-differs', index: place } : { path, code: 'hash-differs', index: place }
}

/** One entry of a published log, from a copy of it or over HTTP; not verified. Undefined: it is not there. */
export async function readLeaf(read: ReadLogFile, index: number, size: number): Promise<Buffer | undefined> {
  const tile = Math.floor(index / TILE_WIDTH)
  const width = Math.min(TILE_WIDTH, size - tile * TILE_WIDTH)
  if (width <= index - tile * TILE_WIDTH) return undefined
  // Once the tile is full, a copy need not keep it as it was when it was shorter.
  const bundle = (await read(entriesPath(tile, TILE_WIDTH))) ?? (await read(entriesPath(tile, width)))
  const at = 2 * (index - tile * TILE_WIDTH)
  const bounds = bundle && (entryBounds(bundle, TILE_WIDTH) ?? entryBounds(bundle, width))
  return bounds && bundle.subarray(bounds[at], bounds[at + 1])
}
