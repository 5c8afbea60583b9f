import { once } from 'node:events'
import type { VerdictList } from '../wire/verdict.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'
import { tableLine } from './table-line.ts'
import { taipeiTime } from './taipei-time.ts'

export interface VerdictOptions {
  readonly json?: boolean
  readonly verdict?: string
  readonly from?: string
  readonly to?: string
  readonly system?: string
  readonly limit: string
}

const MARKS = { contradicted: '✕ 相牴觸', unexplained: '○ 待說明', weak: '◐ 佐證薄弱', explained: '● 有據' } as const

/** Writes verdicts: all of them as JSON Lines, or the first rows by rank as a table. */
export async function listVerdicts(
  connection: Connection,
  context: CommandContext,
  options: VerdictOptions,
): Promise<number> {
  const filter = new URLSearchParams()
  for (const name of ['verdict', 'from', 'to', 'system'] as const) {
    const value = options[name]
    if (value !== undefined) filter.set(name, value)
  }
  if (options.json) return streamAll(connection, filter)
  filter.set('limit', options.limit)
  const list = await connection.get<VerdictList>(`/api/verdicts?${filter}`)
  for (const row of list.rows) {
    const cells = [taipeiTime(row.at), row.officerLabel, row.systemName, row.purpose, row.caseNo, row.why, row.accessId]
    context.out(tableLine(MARKS[row.verdict], ...cells))
  }
  context.talk(`共 ${list.total.toLocaleString()} 筆 rows\n`)
  return exitCodes.done
}

async function streamAll(connection: Connection, filter: URLSearchParams): Promise<number> {
  filter.set('format', 'jsonl')
  const { stdout } = process
  // Waits when the reader is slower than the server: memory stays bounded for any length.
  for await (const chunk of await connection.stream(`/api/verdicts/export?${filter}`)) {
    if (!stdout.write(chunk)) await once(stdout, 'drain')
  }
  return exitCodes.done
}
