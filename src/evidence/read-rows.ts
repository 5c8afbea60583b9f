import { fail, ok, type Result } from '../base/result.ts'
import { type EvidenceFailure, SourceFailure } from './failure.ts'
import { NOT_A_RECORD } from './not-a-record.ts'
import { openSource } from './read-source.ts'
import { hasFieldsOf } from './record-end.ts'
import { splitQuoted } from './split-quoted.ts'
import { FIELD, INNER_LINE, type StagedChunk, textOf } from './staged-chunk.ts'

/** One row of a table: its line in the file (1 = first) and its cells by column name. */
export interface TableRow {
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

export interface Table {
  readonly header: readonly string[]
  readonly rows: readonly TableRow[]
  /** lines that could not be read as a row, with a code of why */
  readonly broken: readonly { readonly line: number; readonly reason: string }[]
}

/**
 * Reads a whole small table (CSV, TSV, XLSX, ODS; any encoding an import takes) into memory. Fails when the file cannot
 * be read or has more than `maxRows`; single bad lines are told in `broken`.
 */
export async function readTable(
  path: string,
  fileName: string,
  maxRows: number,
): Promise<Result<Table, EvidenceFailure>> {
  const rows: TableRow[] = []
  const broken: Table['broken'][number][] = []
  try {
    const source = await openSource(path, fileName, {})
    for await (const chunk of source.chunks) {
      const header = source.header()
      broken.push(...chunk.rejects.filter(({ reason }) => !NOT_A_RECORD.has(reason)))
      for (const [line, fields] of fieldsOf(chunk)) {
        if (!fields || !hasFieldsOf(header, fields)) broken.push({ line, reason: 'field-count' })
        else rows.push({ line, cells: Object.fromEntries(header.map((name, i) => [name, fields[i] ?? ''])) })
      }
      if (rows.length > maxRows) return fail(tooLong(maxRows))
    }
    return ok({ header: source.header(), rows, broken })
  } catch (error) {
    if (error instanceof SourceFailure) return fail(error.failure)
    throw error
  }
}

const tooLong = (maxRows: number): EvidenceFailure => ({
  code: 'too-large-inside',
  message: `檔案超過 ${maxRows} 列。`,
  messageEn: `The file has more than ${maxRows} rows.`,
})

function* fieldsOf(chunk: StagedChunk): Generator<[number, string[] | undefined]> {
  const { shape, delimiter } = chunk
  let line = chunk.firstLine
  for (const record of textOf(chunk).split('\n')) {
    if (record === '') continue
    if (shape === 'numbered') {
      const [number = '', ...fields] = record.split(FIELD)
      yield [Number(number), fields.map((each) => each.replaceAll(INNER_LINE, '\n'))]
    } else {
      yield [line, shape === 'json' ? undefined : splitQuoted(record, delimiter)]
      line += 1
    }
  }
}
