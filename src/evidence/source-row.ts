import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '../base/result.ts'
import type { Mapping } from '../wire/import.ts'
import { type ArchiveFailure, restoreFile } from './archive.ts'
import { columnPlaces } from './column-places.ts'
import { archivePath, type EvidenceContext } from './import-job.ts'
import { readImport } from './import-store.ts'
import { openSource } from './read-source.ts'
import { splitQuoted } from './split-quoted.ts'
import { FIELD, type StagedChunk, textOf } from './staged-chunk.ts'

/** `not-found`: no such import or row. The others: its kept copy cannot be read. */
export interface SourceRowFailure {
  readonly code: 'not-found' | ArchiveFailure
}

/**
 * One row of an imported file as it was written, by Shoumi column: the only way back from a pseudonym to a value. The
 * kept copy is unpacked into a private file for the moment of reading. Who asks, and why, is recorded by the caller first.
 */
export async function readSourceRow(
  context: EvidenceContext,
  importId: string,
  line: number,
): Promise<Result<Readonly<Record<string, string>>, SourceRowFailure>> {
  const record = await readImport(context.database, importId)
  if (!record) return fail({ code: 'not-found' })
  const folder = join(context.dataFolder, 'staging')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const copy = join(folder, `look-${randomUUID()}`)
  try {
    const restored = await restoreFile(archivePath(context, importId), copy, context.archiveKey, importId)
    if (!restored.ok) return fail({ code: restored.error })
    const source = await openSource(copy, record.file_name, record.mapping)
    for await (const chunk of source.chunks) {
      const text = lineOf(chunk, line)
      if (text !== undefined)
        return ok(valuesOf(record.mapping, source.header(), source.detected.format === 'jsonl', text))
    }
    return fail({ code: 'not-found' })
  } finally {
    await rm(copy, { force: true })
  }
}

function lineOf(
  chunk: StagedChunk,
  line: number,
): { readonly fields: readonly string[]; readonly json: string } | undefined {
  if (chunk.shape === 'numbered') {
    const start = `${line}${FIELD}`
    const found = textOf(chunk)
      .split('\n')
      .find((each) => each.startsWith(start))
    const rest = found?.slice(start.length)
    return rest === undefined ? undefined : { fields: rest.split(FIELD), json: rest }
  }
  const index = line - chunk.firstLine
  if (index < 0 || index >= chunk.rows) return undefined
  const text = textOf(chunk).split('\n')[index] ?? ''
  return { fields: splitQuoted(text, chunk.delimiter) ?? [], json: text }
}

function valuesOf(
  mapping: Mapping,
  header: readonly string[],
  isJson: boolean,
  row: { readonly fields: readonly string[]; readonly json: string },
): Record<string, string> {
  const object = isJson ? (JSON.parse(row.json) as Record<string, unknown>) : {}
  const field = (name: string): string => {
    if (isJson) return Object.hasOwn(object, name) ? String(object[name] ?? '') : ''
    return row.fields[(columnPlaces(header, name)[0] ?? 0) - 1] ?? ''
  }
  return Object.fromEntries(
    Object.entries(mapping.columns).map(([column, from]) => [
      column,
      (from.join ?? (from.from === undefined ? [] : [from.from])).map(field).join(' ') || (from.value ?? ''),
    ]),
  )
}
