import { assert } from '../base/assert.ts'
import type { Reject, StagedChunk } from './staged-chunk.ts'

/** Small at first, so that a small file keeps both reader and database busy; then large, as each batch has a fixed cost. */
const FIRST_BATCH_BYTES = 8 * 1024 * 1024
const MAX_BATCH_BYTES = 64 * 1024 * 1024

/** Chunks of one shape that follow each other, loaded at once. */
export interface StagedBatch extends Pick<StagedChunk, 'shape' | 'delimiter' | 'firstLine' | 'rows'> {
  readonly parts: readonly Buffer[]
  readonly rejects: readonly Reject[]
}

/** Joins chunks into batches, in order. Memory: one batch. */
export async function* joinChunks(chunks: AsyncIterable<StagedChunk>): AsyncGenerator<StagedBatch> {
  let held: StagedChunk[] = []
  let heldBytes = 0
  let maxBytes = FIRST_BATCH_BYTES
  for await (const chunk of chunks) {
    const isOther = held[0] !== undefined && held[0].shape !== chunk.shape
    if (isOther || heldBytes >= maxBytes) {
      yield batchOf(held)
      if (!isOther) maxBytes = Math.min(maxBytes * 3, MAX_BATCH_BYTES)
      held = []
      heldBytes = 0
    }
    held.push(chunk)
    heldBytes += chunk.bytes.length
  }
  if (held.length > 0) yield batchOf(held)
}

function batchOf(chunks: readonly StagedChunk[]): StagedBatch {
  const [first] = chunks
  assert(first, 'a batch has a chunk')
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0)
  const last = chunks.at(-1) ?? first
  // INVARIANT: where lines are numbered by their place, none is missing between two chunks.
  assert(first.shape === 'numbered' || last.firstLine + last.rows === first.firstLine + rows, 'lines follow each other')
  return {
    shape: first.shape,
    delimiter: first.delimiter,
    firstLine: first.firstLine,
    rows,
    parts: chunks.map((chunk) => chunk.bytes),
    rejects: chunks.flatMap((chunk) => chunk.rejects),
  }
}
