import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import type { Reject, StagedChunk } from './staged-chunk.ts'

/** Small at first, so that a small file keeps both reader and database busy; then large, as each batch has a fixed cost. */
const FIRST_BATCH_BYTES = 8 * 1024 * 1024
const MAX_BATCH_BYTES = 64 * 1024 * 1024
const GROWTH = 3

/** Chunks of one shape that follow each other, written to one file to be loaded at once. */
export interface StagedBatch extends Pick<StagedChunk, 'shape' | 'delimiter' | 'firstLine'> {
  readonly path: string
  readonly rows: number
  readonly rejects: readonly Reject[]
}

interface OpenBatch extends StagedBatch {
  readonly file: FileHandle
  rows: number
  bytes: number
  readonly rejects: Reject[]
}

/**
 * Writes chunks into batches, in order. A batch's file is its reader's until the next but one is asked for. Memory: one
 * chunk.
 */
export async function* stageBatches(chunks: AsyncIterable<StagedChunk>, folder: string): AsyncGenerator<StagedBatch> {
  let held: OpenBatch | undefined
  let maxBytes = FIRST_BATCH_BYTES
  let turn = 0
  try {
    for await (const chunk of chunks) {
      const isOther = held !== undefined && held.shape !== chunk.shape
      if (held && (isOther || held.bytes >= maxBytes)) {
        if (!isOther) maxBytes = Math.min(maxBytes * GROWTH, MAX_BATCH_BYTES)
        yield await closed(held)
        held = undefined
        turn = 1 - turn
      }
      held ??= await openBatch(join(folder, `batch-${turn}`), chunk)
      await append(held, chunk)
    }
    if (held) yield await closed(held)
  } finally {
    await held?.file.close()
  }
}

async function openBatch(path: string, { shape, delimiter, firstLine }: StagedChunk): Promise<OpenBatch> {
  const file = await open(path, 'w', 0o600)
  return { shape, delimiter, firstLine, path, file, rows: 0, bytes: 0, rejects: [] }
}

async function append(batch: OpenBatch, chunk: StagedChunk): Promise<void> {
  // INVARIANT: where lines are numbered by their place, none is missing between two chunks.
  const isNext = chunk.firstLine === batch.firstLine + batch.rows
  assert(batch.shape === 'numbered' || isNext, 'lines follow each other')
  await batch.file.writeFile(chunk.bytes)
  batch.rows += chunk.rows
  batch.bytes += chunk.bytes.length
  for (const reject of chunk.rejects) batch.rejects.push(reject)
}

async function closed(batch: OpenBatch): Promise<StagedBatch> {
  await batch.file.close()
  return batch
}
