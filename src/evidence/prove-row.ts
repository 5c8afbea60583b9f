import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '../base/result.ts'
import { eventIdOf, proveRow, type RowProof } from '../ledger/port.ts'
import { type ArchiveFailure, restoreFile } from './archive.ts'
import { rowSaltKey } from './hash-rows.ts'
import { archivePath, type EvidenceContext } from './import-job.ts'
import { readImport } from './import-store.ts'
import { openSource } from './read-source.ts'
import { FIELD, type StagedChunk, textOf } from './staged-chunk.ts'

/** `not-found`: no such import, no such row, or it was rejected. `changed`: the kept file no longer makes the recorded root; the others: it cannot be read. */
export type RowProofFailure = 'not-found' | 'changed' | ArchiveFailure

/** With the event whose result holds the root; undefined once that month's records are gone. */
export interface SourceRowProof extends RowProof {
  readonly eventId: string | undefined
}

/**
 * Proves that one line of an imported file is covered by the root in the import's event. Reads the kept file twice: once
 * to find the row's place, once for the hashes on its path. No value of the row leaves, only hashes.
 */
export async function proveSourceRow(
  context: EvidenceContext,
  importId: string,
  line: number,
): Promise<Result<SourceRowProof, RowProofFailure>> {
  const record = await readImport(context.database, importId)
  if (!record?.rows_root || record.rows_in_tree === null) return fail('not-found')
  const saltKey = record.rows_tree === 1 ? undefined : rowSaltKey(context.archiveKey, importId)
  const folder = join(context.dataFolder, 'staging')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const copy = join(folder, `proof-${randomUUID()}`)
  const chunks = async () => (await openSource(copy, record.file_name, record.mapping)).chunks
  try {
    const restored = await restoreFile(archivePath(context, importId), copy, context.archiveKey, importId)
    if (!restored.ok) return fail(restored.error)
    const index = await placeOf(await chunks(), line)
    if (index === undefined) return fail('not-found')
    const proof = await proveRow(linesOf(await chunks()), index, Number(record.rows_in_tree), saltKey)
    if (!proof.root.equals(record.rows_root)) return fail('changed')
    return ok({ ...proof, eventId: await eventIdOf(context.database, 'import', `import:${importId}`) })
  } finally {
    await rm(copy, { force: true })
  }
}

async function placeOf(chunks: AsyncIterable<StagedChunk>, line: number): Promise<number | undefined> {
  let before = 0
  for await (const chunk of chunks) {
    const at = placeInChunk(chunk, line)
    if (at !== undefined) return before + at
    before += chunk.rows
  }
  return undefined
}

function placeInChunk(chunk: StagedChunk, line: number): number | undefined {
  if (chunk.shape !== 'numbered') {
    const at = line - chunk.firstLine
    return at >= 0 && at < chunk.rows ? at : undefined
  }
  const at = textOf(chunk)
    .split('\n')
    .findIndex((row) => row.startsWith(`${line}${FIELD}`))
  return at === -1 ? undefined : at
}

async function* linesOf(chunks: AsyncIterable<StagedChunk>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield chunk.bytes
}
