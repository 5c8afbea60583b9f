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

/**
 * Imports files one after the other, each with its progress; 1 when a file failed, 2 when any record was rejected or a file
 * with records added none.
 */
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
    else if (hasFindings(record) && worst === exitCodes.done) worst = exitCodes.findings
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

/** Records, not lines: a sum at the foot of a report is no fault. */
function hasFindings(record: ImportRecord): boolean {
  if (record.state !== 'done') return false
  return record.rowsRejected > record.rowsNotRecords || isEmptyHanded(record)
}

const isEmptyHanded = (record: ImportRecord): boolean =>
  record.rowsLoaded === 0 && record.rowsRead > record.rowsNotRecords

function summary(record: ImportRecord): string {
  if (record.state === 'repeated')
    return `${record.fileName}: 此檔案先前已以相同方式匯入，未重複載入。 Already imported in the same way; nothing loaded twice.`
  if (record.state === 'failed') return `${record.fileName}: ${record.error ?? '失敗 failed'}`
  const count = (n: number) => n.toLocaleString('en')
  const counts = `讀取 read ${count(record.rowsRead)}，載入 loaded ${count(record.rowsLoaded)}，退件 rejected ${count(record.rowsRejected)}，重複 duplicate ${count(record.rowsDuplicate)}`
  const none = isEmptyHanded(record) ? '\n  ! 沒有任何一列載入。 No row was loaded.' : ''
  const quality = record.quality
    .map((finding) => `\n  ${finding.severity === 'serious' ? '!' : '·'} ${finding.sentence} ${finding.sentenceEn}`)
    .join('')
  return `${record.fileName}: ${counts}（${record.importId}）${none}${rejects(record)}${quality}`
}

// The commonest reasons here; every line with its reason is in the file.
function rejects({ rowsRejected, rejectReasons, importId }: ImportRecord): string {
  if (rowsRejected === 0) return ''
  const reasons = rejectReasons.map(
    (each) => `\n  · ${each.count.toLocaleString('en')} 列 rows：${each.sentence}（${each.sentenceEn}）`,
  )
  return `${reasons.join('')}\n  · 逐列原因 each line with its reason：資料夾內 in the data folder rejects/${importId}.csv`
}
