import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Mapping } from '../wire/import.ts'
import { type Detected, detect } from './detect.ts'
import { SourceFailure } from './failure.ts'
import { frameRecords } from './frame-records.ts'
import { readOds } from './read-ods.ts'
import { newMeter, type ReadMeter, readBytes } from './read-text.ts'
import { openArchive, type SheetRow } from './read-workbook.ts'
import { readXlsx } from './read-xlsx.ts'
import { FIELD, INNER_LINE, type StagedChunk } from './staged-chunk.ts'

const SHEET_CHUNK_ROWS = 20_000

/** How the file is to be read, as far as the mapping says. */
export type Declared = Pick<Mapping, 'encoding' | 'format' | 'sheet' | 'skipRows'>

export interface Source {
  readonly detected: Detected
  /** column names; empty for JSON Lines. Known once the first chunk was asked for. */
  readonly header: () => readonly string[]
  readonly chunks: AsyncGenerator<StagedChunk>
  readonly meter: ReadMeter
}

/** Opens a file of any format. Throws SourceFailure when it cannot be read; reading on may throw one too. */
export async function openSource(path: string, fileName: string, declared: Declared): Promise<Source> {
  const detected = await detect(path, fileName, declared)
  const meter = newMeter()
  let header: readonly string[] = []
  const onHeader = (names: readonly string[]) => {
    header = names
  }
  const chunks =
    detected.format === 'xlsx' || detected.format === 'ods'
      ? sheetChunks(path, detected, declared, meter, onHeader)
      : frameRecords(readBytes(path, detected, meter), {
          shape: detected.format === 'jsonl' ? 'json' : 'delimited',
          delimiter: detected.format === 'tsv' ? '\t' : ',',
          skipRows: declared.skipRows ?? 0,
          onHeader,
        })
  return { detected, header: () => header, chunks, meter }
}

async function* sheetChunks(
  path: string,
  detected: Detected,
  declared: Declared,
  meter: ReadMeter,
  onHeader: (names: readonly string[]) => void,
): AsyncGenerator<StagedChunk> {
  const archive = await openArchive(path)
  try {
    const rows = detected.format === 'ods' ? readOds(archive, declared.sheet) : readXlsx(archive, declared.sheet)
    yield* stageRows(rows, declared.skipRows ?? 0, onHeader)
  } finally {
    archive.close()
  }
  // A workbook is read in the order of its parts, so its identity is taken from the file as a whole.
  await pipeline(createReadStream(path), async (bytes: AsyncIterable<Buffer>) => {
    for await (const chunk of bytes) {
      meter.hash.update(chunk)
      meter.bytesRead += chunk.length
    }
  })
}

async function* stageRows(
  rows: AsyncIterable<SheetRow>,
  skipRows: number,
  onHeader: (names: readonly string[]) => void,
): AsyncGenerator<StagedChunk> {
  let width = 0
  let lines: string[] = []
  let firstLine = 1
  for await (const row of rows) {
    if (row.line <= skipRows) continue
    if (width === 0) {
      width = row.cells.length
      onHeader(row.cells.map((name) => name.trim()))
      continue
    }
    if (lines.length === 0) firstLine = row.line
    lines.push(stageRow(row, width))
    if (lines.length === SHEET_CHUNK_ROWS) {
      yield sheetChunk(lines, firstLine)
      lines = []
    }
  }
  if (width === 0) throw new SourceFailure('empty', '工作表是空的。', 'The sheet is empty.')
  if (lines.length > 0) yield sheetChunk(lines, firstLine)
}

// Sheets drop empty cells at a row's end; they are put back so that every row has the header's width.
function stageRow(row: SheetRow, width: number): string {
  const cells =
    row.cells.length < width ? [...row.cells, ...Array<string>(width - row.cells.length).fill('')] : row.cells
  return [String(row.line), ...cells.map((cell) => cell.replaceAll('\n', INNER_LINE))].join(FIELD)
}

const sheetChunk = (lines: readonly string[], firstLine: number): StagedChunk => ({
  shape: 'numbered',
  delimiter: FIELD,
  bytes: Buffer.from(`${lines.join('\n')}\n`),
  firstLine,
  rows: lines.length,
  rejects: [],
})
