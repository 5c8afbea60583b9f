import { verifyLog } from '../ledger/port.ts'
import type { LedgerStatusView } from '../wire/ledger.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'
import { LogUnreachable, logReader } from './log-source.ts'
import { keyOf } from './verify-files.ts'

const WORDS = {
  missing: '缺漏 missing',
  malformed: '格式不符 malformed',
  'bad-signature': '簽章不符 bad signature',
  'entry-differs': '紀錄與雜湊不符 entry and hash differ',
  'hash-differs': '雜湊不符 hash differs',
  'root-differs': '樹根不符 root differs',
} as const

/** What is said when a copy of the log cannot be read at all. */
export const UNREACHABLE =
  '讀不到紀錄簿；請確認網址或資料夾與連線後再試。 The log cannot be read; check the address or folder and try again.\n'

/**
 * Derives a published log again and says where it breaks. `source` is a folder or an http(s) address; with `--key` no
 * server, database or data folder of ours is asked at all.
 */
export async function verifyLedger(
  context: CommandContext,
  source: string,
  options: { readonly key: string; readonly json?: boolean },
): Promise<number> {
  const key = await keyOf(options.key)
  if (!key) {
    context.talk('金鑰格式不符 not a key: NAME+ID+BASE64\n')
    return exitCodes.usage
  }
  const report = await verifyLog(logReader(source), key, (done, of) => {
    if (context.isTerminal) context.talk(`\r${Math.floor((100 * done) / of)}%\u001b[K`)
  }).catch((error: unknown) => {
    if (error instanceof LogUnreachable) return undefined
    throw error
  })
  if (!report) {
    context.talk(UNREACHABLE)
    return exitCodes.unavailable
  }
  if (context.isTerminal) context.talk('\r\u001b[K')
  if (options.json) context.out(`${JSON.stringify(report)}\n`)
  for (const each of report.breaks) {
    const place = each.index === undefined ? '' : ` #${each.index}`
    context.talk(`✗ ${each.path}${place}　${WORDS[each.code]}\n`)
  }
  if (report.isWhole)
    context.talk(`✓ ${report.size.toLocaleString()} 筆紀錄，全部重算相符 entries, all derived again\n`)
  return report.isWhole ? exitCodes.done : exitCodes.failed
}

/** Verifies the log of the program one is connected to, with the key it names. Outsiders bring the key themselves. */
export async function verifyOwnLedger(
  connection: Connection,
  context: CommandContext,
  options: { readonly json?: boolean },
): Promise<number> {
  const status = await connection.get<LedgerStatusView>('/api/ledger')
  context.talk(`${status.origin}\n${status.vkey}\n`)
  // Before the sweep, which derives damaged files again.
  const files = await verifyLedger(context, `${connection.address}/log`, { ...options, key: status.vkey })
  const { open } = await connection.post<{ open: number }>('/api/ledger/sweep', {})
  if (open === 0) {
    context.talk('✓ 紀錄與資料表均與封存相符 records and tables are what was sealed\n')
    return files
  }
  context.talk(
    `✗ ${open} 處紀錄、資料表或檔案與封存、簽署時不同；政風、資安人員請到「帳冊」頁查明並註記\n` +
      `  ${open} records, tables or files are not what was sealed and signed; see the ledger page\n`,
  )
  return exitCodes.failed
}
