import type { Command } from 'commander'
import type { RowProofView } from '../wire/import.ts'
import type { LedgerStatusView } from '../wire/ledger.ts'
import { AS_OPTION, asPerson } from './as-person.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import { type Connection, RequestRefused } from './connection.ts'
import { type VerifyOptions, verifyFiles } from './verify-files.ts'
import { verifyLedger, verifyOwnLedger } from './verify-ledger.ts'
import { writeNewFile } from './write-new-file.ts'

type WithWork = (work: (connection: Connection) => Promise<number>) => Promise<void>
/** Runs a command that needs no program: its exit code goes out. */
export type Alone = (work: () => Promise<number>) => Promise<void>

/** `shoumi ledger …`: what a reader of the log does. */
export function addLedgerCommands(program: Command, context: CommandContext, withWork: WithWork, alone: Alone): void {
  const ledger = program.command('ledger').description('紀錄簿：核驗與證明 The event log: verify, prove')
  ledger
    .command('status')
    .description('紀錄簿現況 Where the log stands')
    .action(() =>
      withWork(async (connection) => {
        const status = await connection.get<LedgerStatusView>('/api/ledger')
        const { checkpoint, ...rest } = status
        context.out(`${JSON.stringify(rest, null, 2)}\n${checkpoint}`)
        return status.state === 'writing' ? exitCodes.done : exitCodes.findings
      }),
    )
  ledger
    .command('key')
    .description(
      '印出公鑰與指紋，供公布、列印、電話核對 The key and its fingerprint as a sheet: to publish, print, read aloud',
    )
    .action(() =>
      withWork(async (connection) => {
        context.out(keySheet(await connection.get<LedgerStatusView>('/api/ledger')))
        return exitCodes.done
      }),
    )
  ledger
    .command('verify')
    .description('重算整本紀錄簿，指出不符之處 Derive the whole log again and say where it breaks')
    .argument('[source]', '資料夾或網址 folder or http(s) address; without it: the running program')
    .option('--key <vkey>', '紀錄簿公鑰 public key of the log (needed with a source)')
    .option('--json', '輸出 JSON')
    .action((source: string | undefined, options: { key?: string; json?: boolean }) => {
      const { key } = options
      if (source === undefined) return withWork((connection) => verifyOwnLedger(connection, context, options))
      if (key !== undefined) return alone(() => verifyLedger(context, source, { ...options, key }))
      context.talk('請以 --key 給紀錄簿公鑰 give the public key of the log with --key\n')
      return alone(async () => exitCodes.usage)
    })
  ledger
    .command('prove')
    .description('產生一筆紀錄的證明檔 Write the proof of one event (.tlog-proof)')
    .argument('<event-id>')
    .option('--out <file>', '輸出檔 file; without it: standard output')
    .action((id: string, options: { out?: string }) =>
      withWork((connection) => orNothing(context, NO_EVENT, () => prove(connection, context, id, options.out))),
    )
  ledger
    .command('prove-row')
    .description('證明匯入檔的一列 Prove one line of an imported file (hashes only)')
    .argument('<import-id>')
    .argument('<line>', '檔案中的列號 line in the file')
    .action((importId: string, line: string) =>
      withWork((connection) => orNothing(context, NO_ROW, () => proveRow(connection, context, { importId, line }))),
    )
  addSettle(ledger, context, withWork)
}

/** Two persons, one after the other; whoever has a passkey does it on the page of the ledger. */
function addSettle(ledger: Command, context: CommandContext, withWork: WithWork): void {
  ledger
    .command('settle')
    .description(
      '見證出示不相續的檢查點而確實無法還原時，由二人先後結案 Let a contradicted log go on: two persons, one after the other',
    )
    .requiredOption('--reason <text>', '事由（留存紀錄） why; recorded')
    .requiredOption(...AS_OPTION)
    .action((options: { reason: string; as: string }) =>
      withWork((own) =>
        asPerson(own, context, options.as, async (person) => {
          const { reason } = options
          const { state } = await person.post<{ state: 'proposed' | 'settled' }>('/api/ledger/settlement', { reason })
          context.talk(SETTLE_WORDS[state])
          return exitCodes.done
        }),
      ),
    )
}

const SETTLE_WORDS = {
  proposed: '已提出；須由另一人再執行一次 said by one; another person runs it again\n',
  settled: '已結案；請重新啟動程式 settled; start the program again\n',
} as const
/** `shoumi verify FILE…`: what whoever was handed a proof does, without a server of ours. */
export function addVerifyCommand(program: Command, context: CommandContext, alone: Alone): void {
  program
    .command('verify')
    .description(
      '核驗證明檔：自證檔、.tlog-proof、資料列證明、檢查點與副署（不需伺服器） Check proof files: pages, proofs, rows, checkpoints, cosignatures; needs no server',
    )
    .argument('<files...>')
    // Repeated, not a list: a list would swallow the files after it.
    .option(
      '--key <vkey>',
      '信任之公鑰，或內含公鑰之檔 key to trust (log or witness), or a file that holds it',
      (key: string, others: string[]) => [...others, key],
      [],
    )
    .option('--policy <file>', '簽署政策：須有哪些見證 policy: whose signatures are asked for (C2SP tlog-policy)')
    .option('--log <source>', '紀錄簿副本之資料夾或網址 copy or address of the log, for proofs without a leaf')
    .option('--row <file>', '該列之原文，與資料列證明比對 text of the row, to be compared with its proof')
    .option('--json', '每檔一行 JSON one JSON object a file')
    .addHelpText('after', VERIFY_CODES)
    .action((files: string[], options: VerifyOptions) => alone(() => verifyFiles(context, files, options)))
}

const VERIFY_CODES = `
結束碼 Exit codes: 0 通過 good · 1 有檔案不符 one is bad · 2 有檔案未能核驗 one could not be checked · 64 用法有誤 usage
`

// Any line of it may be pasted where a key is asked for, and so may the whole.
const keySheet = ({ origin, vkey, fingerprint }: LedgerStatusView): string =>
  [
    `紀錄簿 Log：${origin}`,
    '公鑰 Public key：',
    vkey,
    '指紋（逐組朗讀） Fingerprint, read group by group：',
    fingerprint,
    '請公布於機關網站，並印出由保管人簽章留存；他人來電查對時逐組唸出。',
    'Publish this on the agency’s site, keep it in print with the keeper’s signature, and read it out to whoever calls.',
    '',
  ].join('\n')

interface RowArguments {
  readonly importId: string
  readonly line: string
}

const NO_EVENT =
  '查無此紀錄，或尚未入樹；編號見「帳冊」頁。 No such event, or not yet in the log; ids stand on the ledger page.\n'
const NO_ROW =
  '查無此匯入，或檔案沒有這一列；bin/shoumi imports list 列出匯入。 No such import, or its file has no such line; see bin/shoumi imports list.\n'

/** In the words of a terminal, where the program's are those of a page. */
async function orNothing(context: CommandContext, words: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.code !== 'not-found') throw error
    context.talk(words)
    return exitCodes.failed
  }
}

async function proveRow(
  connection: Connection,
  context: CommandContext,
  { importId, line }: RowArguments,
): Promise<number> {
  const path = `/api/imports/${encodeURIComponent(importId)}/rows/${encodeURIComponent(line)}/proof`
  context.out(`${JSON.stringify(await connection.get<RowProofView>(path), null, 2)}\n`)
  return exitCodes.done
}

async function prove(connection: Connection, context: CommandContext, id: string, out?: string): Promise<number> {
  const target = out === undefined ? undefined : await writeNewFile(context, out)
  if (target === 'refused') return exitCodes.usage
  const parts: Uint8Array[] = []
  try {
    for await (const part of await connection.stream(`/api/ledger/events/${encodeURIComponent(id)}/proof`))
      parts.push(part)
  } catch (error) {
    await target?.drop()
    throw error
  }
  const proof = Buffer.concat(parts)
  if (target) await target.fill(proof)
  else context.out(proof.toString())
  return exitCodes.done
}
