import { basename, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { readMapping } from '../evidence/port.ts'
import type { ImportRecord, Mapping } from '../wire/import.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'
import { progressLine } from './progress-line.ts'

const POLL_MS = 250

export interface ImportOptions {
  readonly mapping: string
  readonly system?: string
  readonly json?: boolean
}

/** Imports files one after the other, each with its progress; 2 when any row was rejected, 1 when a file failed. */
export async function importFiles(
  connection: Connection,
  context: CommandContext,
  files: readonly string[],
  options: ImportOptions & { readonly target: string },
): Promise<number> {
  const mapping = await readMapping(options.mapping)
  if (!mapping.ok) {
    context.talk(`${mapping.error.message}\n`)
    return exitCodes.usage
  }
  let worst: number = exitCodes.done
  for (const file of files) {
    const record = await importFile(connection, context, resolve(file), { ...options, mapping: mapping.value })
    if (options.json) context.out(`${JSON.stringify(record)}\n`)
    else context.talk(`${summary(record)}\n`)
    if (record.state === 'failed') worst = exitCodes.failed
    else if (record.rowsRejected > 0 && worst === exitCodes.done) worst = exitCodes.findings
  }
  return worst
}

async function importFile(
  connection: Connection,
  context: CommandContext,
  filePath: string,
  options: { readonly target: string; readonly system?: string; readonly mapping: Mapping },
): Promise<ImportRecord> {
  let record = await connection.post<ImportRecord>('/api/imports/local', {
    filePath,
    fileName: basename(filePath),
    target: options.target,
    agency: options.mapping.agency,
    mapping: options.mapping,
    ...(options.system !== undefined && { system: options.system }),
  })
  while (record.state === 'running') {
    if (context.isTerminal) context.talk(`\r${progressLine(record)}`)
    await setTimeout(POLL_MS)
    record = await connection.get<ImportRecord>(`/api/imports/${record.importId}`)
  }
  if (context.isTerminal) context.talk('\r\u001b[K')
  return record
}

function summary(record: ImportRecord): string {
  if (record.state === 'repeated')
    return `${record.fileName}: 此檔案先前已匯入，未重複載入。 Already imported; nothing loaded twice.`
  if (record.state === 'failed') return `${record.fileName}: ${record.error ?? '失敗 failed'}`
  const counts = `讀取 ${record.rowsRead.toLocaleString()}，載入 ${record.rowsLoaded.toLocaleString()}，退件 ${record.rowsRejected.toLocaleString()}，重複 ${record.rowsDuplicate.toLocaleString()}`
  const quality = record.quality
    .map((finding) => `\n  ${finding.severity === 'serious' ? '!' : '·'} ${finding.sentence} ${finding.sentenceEn}`)
    .join('')
  return `${record.fileName}: ${counts}（${record.importId}）${quality}`
}
