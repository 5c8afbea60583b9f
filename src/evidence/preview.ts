import { ok, type Result } from '../base/result.ts'
import type { DeclaredReading, ImportPreview } from '../wire/import.ts'
import { FORM_WORDS, formOf, looksPersonal } from './column-form.ts'
import { type EvidenceFailure, refuse, SourceFailure } from './failure.ts'
import { jsonMembers } from './json-object.ts'
import { isShown, maskCell } from './mask-cell.ts'
import { MAX_COLUMNS } from './read-header.ts'
import { openSource, type Source } from './read-source.ts'
import { readingOf } from './reading-of.ts'
import { REJECT_WORDS } from './rejects.ts'
import { sheetWarnings } from './sheet-findings.ts'
import { splitQuoted } from './split-quoted.ts'
import { FIELD, INNER_LINE, type Reject, type StagedChunk, textOf } from './staged-chunk.ts'
import { suggestMapping } from './suggest-mapping.ts'
import { findTarget, type Target } from './target.ts'

const PREVIEW_ROWS = 20
const MAX_CHUNKS = 50
const EXAMPLES = 3

export interface PreviewRequest {
  readonly filePath: string
  readonly fileName: string
  readonly target: string
  readonly agency: string
  /** what is said of its reading, such as its encoding; goes into the suggested mapping */
  readonly declared?: DeclaredReading
}

type Preview = Omit<ImportPreview, 'uploadId'>

/**
 * How a file reads: its header, its first rows and how each column will be read, and a mapping to start from. Shows no
 * citizen: values that may name somebody are shown by their form. Loads nothing.
 */
export async function previewFile(request: PreviewRequest): Promise<Result<Preview, EvidenceFailure>> {
  const target = findTarget(request.target)
  if (!target)
    return refuse(
      'unknown-target',
      `沒有「${request.target}」這種資料。`,
      `There is no kind of data named ${request.target}.`,
    )
  try {
    const source = await openSource(request.filePath, request.fileName, request.declared ?? {})
    return ok(previewOf(request, target, source, await firstRecords(source)))
  } catch (error) {
    if (error instanceof SourceFailure) return { ok: false, error: error.failure }
    throw error
  }
}

interface FirstRecords {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** fields of the longest row */
  readonly widest: number
  readonly rejects: readonly Reject[]
}

async function firstRecords(source: Source): Promise<FirstRecords> {
  const isJson = source.detected.format === 'jsonl'
  const records: string[][] = []
  const rejects: Reject[] = []
  let chunks = 0
  for await (const chunk of source.chunks) {
    records.push(...recordsOf(chunk, isJson).slice(0, PREVIEW_ROWS - records.length))
    rejects.push(...chunk.rejects.slice(0, PREVIEW_ROWS - rejects.length))
    if (records.length >= PREVIEW_ROWS || ++chunks >= MAX_CHUNKS) break
  }
  if (isJson) return { ...jsonTable(records.map(([text = '']) => text)), widest: 0, rejects }
  const header = source.header()
  if (header.length === 0) throw new SourceFailure('empty', '檔案沒有內容。', 'The file holds nothing.')
  const widest = Math.max(0, ...records.map((fields) => fields.findLastIndex((each) => each !== '') + 1))
  return { header, rows: records.map((fields) => fields.slice(0, header.length)), widest, rejects }
}

function recordsOf(chunk: StagedChunk, isJson: boolean): string[][] {
  const lines = textOf(chunk)
    .split('\n', PREVIEW_ROWS + 1)
    .filter((each) => each !== '')
  return lines.map((line) => {
    if (chunk.shape !== 'numbered') return isJson ? [line] : (splitQuoted(line, chunk.delimiter) ?? [])
    const fields = line.split(FIELD).slice(1)
    return isJson ? fields : fields.map((each) => each.replaceAll(INNER_LINE, '\n'))
  })
}

function jsonTable(lines: readonly string[]): Pick<FirstRecords, 'header' | 'rows'> {
  const objects = lines.map(jsonMembers)
  const header = [...new Set(objects.flatMap((each) => [...(each?.keys() ?? [])]))]
  if (header.length > MAX_COLUMNS)
    throw new SourceFailure(
      'too-large-inside',
      `JSON 物件有 ${header.length} 個欄位，上限為 ${MAX_COLUMNS} 個；請只匯出需要的欄位。`,
      `The JSON objects have ${header.length} members, ${MAX_COLUMNS} at most: export only those needed.`,
    )
  if (header.length === 0)
    throw new SourceFailure(
      'unknown-format',
      '檔案開頭沒有可讀的 JSON 物件（每列一個、巢狀不超過 32 層）；請確認格式。',
      'No readable JSON object at the top of the file (one a line, nested at most 32 deep); check its format.',
    )
  return { header, rows: objects.map((each) => header.map((key) => each?.get(key) ?? '')) }
}

function previewOf(request: PreviewRequest, target: Target, source: Source, first: FirstRecords): Preview {
  const { detected } = source
  const named = detected.format === 'jsonl' ? { names: first.header, warnings: [] } : namesOf(first.header)
  const suggestion = suggestMapping(target, request.agency, named.names, first.rows)
  const columns = named.names.map((name, i) => {
    const values = first.rows.map((row) => row[i] ?? '')
    const form = formOf(values)
    const into = target.columns.filter(({ name: column }) => {
      const from = suggestion?.columns[column]
      return from?.from === name || from?.join?.includes(name)
    })
    // A column that fills several is shown when it may be in each.
    const isOpen =
      into.length === 0 ? isShown(form, undefined, values) : into.every((each) => isShown(form, each, values))
    const cells = values.map((value) => maskCell(value, isOpen, form))
    const [words, wordsEn] = FORM_WORDS[form]
    return {
      name,
      form: words,
      formEn: wordsEn,
      cells,
      examples: examplesOf(values).map((value) => maskCell(value, isOpen, form)),
    }
  })
  return {
    encoding: detected.encoding,
    format: detected.format,
    fileName: request.fileName,
    header: [...named.names],
    rows: first.rows.map((_, i) => columns.map(({ cells }) => cells[i] ?? '')),
    columns: columns.map(({ name, form, formEn, examples }) => ({ name, form, formEn, examples })),
    suggestion: suggestion && { ...suggestion, ...request.declared },
    warnings: [
      ...sheetWarnings(source.sheet()),
      ...named.warnings,
      ...titleWarnings(first),
      ...first.rejects.map((each) => `第 ${each.line} 列：${REJECT_WORDS[each.reason] ?? each.reason}`),
    ],
    targetColumns: target.columns.map((each) => {
      const { name, title, type, isRequired } = each
      return { name, title, type, isRequired, ...readingOf(each) }
    }),
  }
}

/** A title of the report above the header is one name over rows of several fields. */
const titleWarnings = ({ header, widest }: FirstRecords): readonly string[] =>
  header.filter((name) => name !== '').length === 1 && widest > 1
    ? [
        '第一列只有一欄，以下各列有多欄：第一列可能是報表名稱；請在「讀取方式」填標題列之前的列數（對應檔：skipRows）後重新讀取。',
      ]
    : []

const examplesOf = (values: readonly string[]): string[] =>
  [...new Set(values)].filter((value) => value.trim() !== '').slice(0, EXAMPLES)

/** Names to show and to map by. One that is empty, stands twice or is a value goes by its place. */
function namesOf(header: readonly string[]): {
  readonly names: readonly string[]
  readonly warnings: readonly string[]
} {
  const isValue = (name: string) =>
    (looksPersonal(name) && /\d/.test(name)) ||
    ['roc-date', 'western-date', 'clock', 'identifier'].includes(formOf([name]))
  const isData = header.some(isValue)
  const names = header.map((name, i) =>
    isData || name === '' || header.indexOf(name) !== header.lastIndexOf(name) ? `#${i + 1}` : name,
  )
  const warnings = [
    ...(isData ? ['第一列看似資料而非標題：各欄以位置（#1、#2…）表示，且第一列不會匯入；請補上標題列。'] : []),
    ...(!isData && new Set(header.filter(Boolean)).size < header.filter(Boolean).length
      ? ['標題列有同名的欄位，以位置（#1、#2…）表示。']
      : []),
  ]
  return { names, warnings }
}
