import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Mapping } from '../wire/import.ts'
import { type Detected, detect } from './detect.ts'
import { frameRecords } from './frame-records.ts'
import { readInThread, type ThreadListener } from './read-in-thread.ts'
import { newMeter, type ReadMeter, readBytes } from './read-text.ts'
import type { SheetNotes } from './sheet-row.ts'
import type { StagedChunk } from './staged-chunk.ts'

/** How the file is to be read, as far as the mapping says. */
export type Declared = Pick<Mapping, 'encoding' | 'format' | 'sheet' | 'skipRows'>

export interface Source {
  readonly detected: Detected
  /** column names; empty for JSON Lines. Known once the first chunk was asked for. */
  readonly header: () => readonly string[]
  /** which sheet of a workbook is read and what is known of it; undefined for other files and before the first chunk */
  readonly sheet: () => SheetNotes | undefined
  readonly chunks: AsyncGenerator<StagedChunk>
  readonly meter: ReadMeter
}

/** Opens a file of any format. Throws SourceFailure when it cannot be read; reading on may throw one too. */
export async function openSource(path: string, fileName: string, declared: Declared): Promise<Source> {
  const detected = await detect(path, fileName, declared)
  const meter = newMeter()
  let header: readonly string[] = []
  let sheet: SheetNotes | undefined
  const onNotes = (notes: SheetNotes) => {
    sheet = notes
  }
  const onHeader = (names: readonly string[]) => {
    header = names
  }
  const chunks =
    detected.format === 'xlsx' || detected.format === 'ods'
      ? sheetChunks(path, declared, meter, { onHeader, onNotes })
      : frameRecords(readBytes(path, detected, meter), {
          shape: detected.format === 'jsonl' ? 'json' : 'delimited',
          delimiter: detected.format === 'tsv' ? '\t' : ',',
          skipRows: declared.skipRows ?? 0,
          onHeader,
        })
  return { detected, header: () => header, sheet: () => sheet, chunks, meter }
}

async function* sheetChunks(
  path: string,
  declared: Declared,
  meter: ReadMeter,
  listener: ThreadListener,
): AsyncGenerator<StagedChunk> {
  yield* readInThread({ path, sheet: declared.sheet, skipRows: declared.skipRows ?? 0 }, listener)
  // A workbook is read in the order of its parts, so its identity is taken from the file as a whole.
  await pipeline(createReadStream(path), async (bytes: AsyncIterable<Buffer>) => {
    for await (const chunk of bytes) {
      meter.hash.update(chunk)
      meter.bytesRead += chunk.length
    }
  })
}
