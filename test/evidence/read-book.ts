import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EvidenceFailure, SourceFailure } from '../../src/evidence/failure.ts'
import { type Declared, openSource } from '../../src/evidence/read-source.ts'
import { workbookChunks } from '../../src/evidence/read-workbook.ts'
import type { SheetNotes } from '../../src/evidence/sheet-row.ts'
import { FIELD, INNER_LINE, type Reject, type StagedChunk, textOf } from '../../src/evidence/staged-chunk.ts'

export interface ReadBook {
  readonly header: readonly string[]
  /** line number, then cells */
  readonly rows: readonly (readonly string[])[]
  readonly rejects: readonly Reject[]
  readonly notes: SheetNotes | undefined
}
/** Where reading is measured: how many bytes of the archive's parts were unpacked. */
export interface Gauge {
  bytes: number
}
export type Outcome = ReadBook | { readonly failure: EvidenceFailure }

async function onDisk<T>(content: Uint8Array | string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-book-'))
  try {
    await writeFile(join(folder, name), content)
    return await use(join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const rowsOf = (chunk: StagedChunk): string[][] =>
  textOf(chunk)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(FIELD).map((cell) => cell.replaceAll(INNER_LINE, '\n')))

async function collected(
  chunks: AsyncIterable<StagedChunk>,
  about: () => Omit<ReadBook, 'rows' | 'rejects'>,
): Promise<Outcome> {
  const rows: string[][] = []
  const rejects: Reject[] = []
  try {
    for await (const chunk of chunks) {
      rows.push(...rowsOf(chunk))
      rejects.push(...chunk.rejects)
    }
    return { ...about(), rows, rejects }
  } catch (error) {
    if (error instanceof SourceFailure) return { failure: error.failure }
    throw error
  }
}

/** Reads a workbook as its thread does, in this one. */
export const readBook = (
  content: Uint8Array,
  options: { sheet?: string; skipRows?: number; gauge?: Gauge } = {},
): Promise<Outcome> =>
  onDisk(content, 'book', (path) => {
    let header: readonly string[] = []
    let notes: SheetNotes | undefined
    const chunks = workbookChunks(
      { path, sheet: options.sheet, skipRows: options.skipRows ?? 0 },
      {
        onProgress: (bytes) => {
          if (options.gauge) options.gauge.bytes += bytes
        },
        onHeader: (names) => {
          header = names
        },
        onNotes: (known) => {
          notes = known
        },
      },
    )
    return collected(chunks, () => ({ header, notes }))
  })

/** Reads a file by the same road as an import and a preview. */
export const readFileAs = (content: Uint8Array | string, name: string, declared: Declared = {}): Promise<Outcome> =>
  onDisk(content, name, async (path) => {
    try {
      const source = await openSource(path, name, declared)
      return await collected(source.chunks, () => ({ header: source.header(), notes: source.sheet() }))
    } catch (error) {
      if (error instanceof SourceFailure) return { failure: error.failure }
      throw error
    }
  })

/** The cells of every row, without line numbers. Throws when the file was refused. */
export function cellsOf(outcome: Outcome): readonly (readonly string[])[] {
  if ('failure' in outcome) throw new Error(outcome.failure.messageEn)
  return outcome.rows.map(([, ...cells]) => cells)
}

export const refusal = (outcome: Outcome): string => ('failure' in outcome ? outcome.failure.message : 'was read')
