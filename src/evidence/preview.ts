import { ok, type Result } from '../base/result.ts'
import type { ImportPreview } from '../wire/import.ts'
import { type EvidenceFailure, refuse, SourceFailure } from './failure.ts'
import { openSource } from './read-source.ts'
import { REJECT_WORDS } from './rejects.ts'
import { sheetWarnings } from './sheet-findings.ts'
import { splitQuoted } from './split-quoted.ts'
import { FIELD, INNER_LINE, type StagedChunk, textOf } from './staged-chunk.ts'
import { suggestMapping } from './suggest-mapping.ts'
import { findTarget } from './target.ts'

const PREVIEW_ROWS = 20
const SHOWN_CHARACTERS = 4

export interface PreviewRequest {
  readonly filePath: string
  readonly fileName: string
  readonly target: string
  readonly agency: string
}

/** How a file reads: its header, its first rows with identifiers masked, and a mapping to start from. Loads nothing. */
export async function previewFile(
  request: PreviewRequest,
): Promise<Result<Omit<ImportPreview, 'uploadId'>, EvidenceFailure>> {
  const target = findTarget(request.target)
  if (!target)
    return refuse(
      'unknown-target',
      `沒有「${request.target}」這種資料。`,
      `There is no kind of data named ${request.target}.`,
    )
  try {
    const source = await openSource(request.filePath, request.fileName, {})
    const isJson = source.detected.format === 'jsonl'
    const rows: string[][] = []
    let header: readonly string[] = []
    const warnings: string[] = []
    for await (const chunk of source.chunks) {
      const records = recordsOf(chunk)
      header = isJson ? keysOf(records) : source.header()
      rows.push(
        ...records
          .slice(0, PREVIEW_ROWS)
          .map((record) => (isJson ? header.map((key) => jsonField(record, key)) : fieldsOf(chunk, record))),
      )
      for (const each of chunk.rejects.slice(0, PREVIEW_ROWS))
        warnings.push(`第 ${each.line} 列：${REJECT_WORDS[each.reason] ?? each.reason}`)
      break
    }
    warnings.push(...sheetWarnings(source.sheet()))
    const found = { encoding: source.detected.encoding, format: source.detected.format, header: [...header] }
    const suggestion = suggestMapping(target, request.agency, header, rows)
    return ok({
      ...found,
      fileName: request.fileName,
      rows: rows.map((row) => row.map(masked)),
      suggestion,
      warnings,
      targetColumns: target.columns.map(({ name, title, type, isRequired }) => ({ name, title, type, isRequired })),
    })
  } catch (error) {
    if (error instanceof SourceFailure) return { ok: false, error: error.failure }
    throw error
  }
}

function recordsOf(chunk: StagedChunk): string[] {
  return textOf(chunk)
    .split('\n', PREVIEW_ROWS + 1)
    .filter((each) => each !== '')
    .map((each) => (chunk.shape === 'numbered' ? each.slice(each.indexOf(FIELD) + 1) : each))
}

function fieldsOf(chunk: StagedChunk, record: string): string[] {
  if (chunk.shape === 'numbered') return record.split(FIELD).map((each) => each.replaceAll(INNER_LINE, '\n'))
  return splitQuoted(record, chunk.delimiter) ?? []
}

function keysOf(records: readonly string[]): string[] {
  return [...new Set(records.slice(0, PREVIEW_ROWS).flatMap((record) => Object.keys(objectOf(record))))]
}

function jsonField(record: string, key: string): string {
  const value = objectOf(record)[key]
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
}

function objectOf(record: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(record)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    // A broken line is shown as empty here and rejected by name when the file is loaded.
    return {}
  }
}

/** Hides the middle of what looks like a national ID: a mapping can be judged without reading anyone's number. */
function masked(text: string): string {
  return text.replace(/[A-Z][A-Z0-9]\d{8}/g, (id) => `${id.slice(0, SHOWN_CHARACTERS)}●●●●${id.slice(-2)}`)
}
