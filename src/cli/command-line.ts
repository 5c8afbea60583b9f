import { Command, CommanderError } from 'commander'
import type { Result } from '../base/result.ts'
import { type AccountOptions, addAccount } from './add-account.ts'
import { AS_OPTION, asPerson } from './as-person.ts'
import { addChangeCommands } from './change-commands.ts'
import { checkGate } from './check-gate.ts'
import { type Connection, RequestRefused } from './connection.ts'
import { explainAccess } from './explain-access.ts'
import { addImportsCommands } from './import-commands.ts'
import { type ImportOptions, importFiles } from './import-files.ts'
import { addLedgerCommands, addVerifyCommand } from './ledger-commands.ts'
import { listKinds } from './list-kinds.ts'
import { listVerdicts, type VerdictOptions } from './list-verdicts.ts'
import { addPeopleCommands } from './people-commands.ts'
import { addRebuildCommand, type RebuildRequest } from './rebuild-command.ts'
import { type ReconcileOptions, reconcile } from './reconcile.ts'
import { type SimulateOptions, simulatePolicies } from './simulate-policies.ts'
import { addSystemCommands } from './system-commands.ts'
import { traceCode } from './trace-code.ts'
import { addWitnessCommands } from './witness-commands.ts'

/** What the command line needs from the outside; tests give their own. */
export interface CommandContext {
  readonly serve: () => Promise<number>
  /** rebuilds the analytic store in this process; the exit code */
  readonly rebuild: (request: RebuildRequest) => Promise<number>
  readonly connect: () => Promise<Result<Connection, { readonly message: string }>>
  /** data, on standard output */
  readonly out: (text: string) => void
  /** talk, on standard error */
  readonly talk: (text: string) => void
  readonly isTerminal: boolean
  /** one line from standard input, without echo on a terminal */
  readonly readSecret: (prompt: string) => Promise<string>
}

/**
 * 0 done · 1 failed · 2 done with findings (records rejected, or none loaded of a file that has some) · 64 wrong usage ·
 * 69 the program could not be reached.
 */
export const exitCodes = { done: 0, failed: 1, findings: 2, usage: 64, unavailable: 69 } as const

/** Runs one command and returns its exit code. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode: number = exitCodes.done
  const withWork = async (work: Work) => {
    exitCode = await withConnection(context, work)
  }
  const alone = async (work: () => Promise<number>) => {
    exitCode = await work()
  }
  const program = buildProgram(context, withWork, alone)
  addLedgerCommands(program, context, withWork, alone)
  addVerifyCommand(program, context, alone)
  addWitnessCommands(program, context, alone)
  addSystemCommands(program, context, withWork)
  addPeopleCommands(program, context, withWork)
  addChangeCommands(program, context, withWork)
  addRebuildCommand(program, context, alone)
  addImportsCommands(program, context, withWork)
  program
    .command('start')
    .description('啟動伺服器 Start the server')
    .action(async () => {
      exitCode = await context.serve()
    })
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
  return exitCode
}

interface As {
  readonly as: string
}

type Work = (connection: Connection) => Promise<number>

function buildProgram(context: CommandContext, withWork: WithWork, alone: Alone): Command {
  const program = new Command('shoumi')
    .description(
      '守密：每一次查詢，事前有據、事中有錄、事後說得清。\nEvery look justified before, recorded during, explained after.',
    )
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.talk })
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES)
  addImportCommands(program, context, withWork)
  program
    .command('reconcile')
    .description('勾稽：為每筆查詢作成判定 Give every access its verdict')
    .option('--from <iso>', '起（含）from, inclusive')
    .option('--to <iso>', '迄（不含）to, exclusive')
    .option('--json', '輸出 JSON')
    .action((options: ReconcileOptions) => withWork((connection) => reconcile(connection, context, options)))
  program
    .command('kinds')
    .description('列出可匯入之資料種類、欄位與用詞 List what can be imported: kinds, columns, words')
    .option('--json', '輸出 JSON')
    .action((options: { json?: boolean }) => alone(async () => listKinds(context, options)))
  program
    .command('verdicts')
    .description('列出判定 List verdicts')
    .option('--json', '每行一筆 JSON one JSON object a line')
    .option('--verdict <names>', '例 e.g. contradicted,unexplained')
    .option('--from <iso>', '起（含）from, inclusive')
    .option('--to <iso>', '迄（不含）to, exclusive')
    .option('--system <id>', '來源系統 source system')
    .option('--limit <n>', '筆數 rows (table only)', '30')
    .requiredOption(...AS_OPTION)
    .action((options: VerdictOptions & As) =>
      withWork((own) => asPerson(own, context, options.as, (person) => listVerdicts(person, context, options))),
    )
  program
    .command('explain')
    .description('說明一筆查詢 Explain one access')
    .argument('<access-id>')
    .option('--json', '輸出 JSON')
    .requiredOption(...AS_OPTION)
    .action((id: string, options: { json?: boolean } & As) =>
      withWork((own) => asPerson(own, context, options.as, (person) => explainAccess(person, context, id, options))),
    )
  addGateCommands(program, context, withWork, alone)
  addAccountCommand(program, context, withWork)
  return program
}

type WithWork = (work: Work) => Promise<void>
type Alone = (work: () => Promise<number>) => Promise<void>

function addImportCommands(program: Command, context: CommandContext, withWork: WithWork): void {
  const load = program.command('import').description('匯入查詢紀錄或佐證 Import access logs or evidence')
  load
    .command('accesses')
    .description('匯入查詢紀錄 Import access logs')
    .argument('<files...>')
    .requiredOption('--system <id>', '來源系統代號 source system')
    .requiredOption('--mapping <file>', '欄位對應檔 (YAML) mapping file')
    .option('--json', '輸出 JSON')
    .action((files: string[], options: ImportOptions) =>
      withWork((connection) => importFiles(connection, context, files, { ...options, target: 'access' })),
    )
  load
    .command('evidence')
    .description('匯入佐證 Import evidence')
    .argument('<files...>')
    .requiredOption('--kind <kind>', '佐證種類 kind, e.g. case, shift, leave')
    .requiredOption('--mapping <file>', '欄位對應檔 (YAML) mapping file')
    .option('--json', '輸出 JSON')
    .action((files: string[], options: ImportOptions & { kind: string }) =>
      withWork((connection) => importFiles(connection, context, files, { ...options, target: options.kind })),
    )
}

function addGateCommands(program: Command, context: CommandContext, withWork: WithWork, alone: Alone): void {
  program
    .command('trace')
    .description('由追查代碼查出何人、何時、為何查詢 Who saw it, when and why, from a disclosure code')
    .argument('<code>', '例 e.g. 7K2-QM9-4XD')
    .requiredOption('--reason <text>', '追查事由（留存紀錄） why; recorded')
    .option('--json', '輸出 JSON')
    .requiredOption(...AS_OPTION)
    .action((code: string, options: { reason: string; json?: boolean } & As) =>
      withWork((own) => asPerson(own, context, options.as, (person) => traceCode(person, context, code, options))),
    )
  const gate = program.command('gate').description('查詢閘門 The query gate')
  gate
    .command('simulate')
    .description('誰不經核准就看得到；兩套政策有何不同 Who gets in without approval; what a change of policies changes')
    .option('--policies <folder>', '政策資料夾 folder of policies; without it: those of the program')
    .option('--against <folder>', '與此資料夾比較 compare with those now in force: what becomes wider, what narrower')
    .option('--json', '輸出 JSON')
    .action((options: SimulateOptions) => alone(() => simulatePolicies(context, options)))
  gate
    .command('check')
    .description('檢查各機關連線帳號與查詢目錄 Examine logins and the catalogue of queries')
    .option('--json', '輸出 JSON')
    .action((options: { json?: boolean }) => withWork((connection) => checkGate(connection, context, options)))
}

function addAccountCommand(program: Command, context: CommandContext, withWork: WithWork): void {
  program
    .command('account')
    .description('新增人員；密碼由標準輸入讀取 Add a person; the password is read from standard input')
    .argument('<account>')
    .requiredOption('--name <name>', '姓名')
    .requiredOption('--unit <unit>', '單位')
    .requiredOption('--title <title>', '職稱')
    .requiredOption('--role <role>', 'ethics, auditor, head, it, officer …')
    .option('--agency <agency>', '所屬機關代號；全縣之職務留空 agency; empty for an office of the whole county', '')
    .action((account: string, options: AccountOptions) =>
      withWork((connection) => addAccount(connection, context, account, options)),
    )
}

async function withConnection(context: CommandContext, work: Work): Promise<number> {
  const connection = await context.connect()
  if (!connection.ok) {
    context.talk(`${connection.error.message}\n`)
    return exitCodes.unavailable
  }
  try {
    return await work(connection.value)
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error
    context.talk(`${error.message}\n`)
    return exitCodes.failed
  } finally {
    await connection.value.close()
  }
}

const EXAMPLES = `
例 Examples:
  $ bin/shoumi import accesses log-11510.csv --system ins-query --mapping sample/mappings/insurance-access.yaml
  $ bin/shoumi import evidence 分案.csv --kind assignment --mapping sample/mappings/insurance-assignment.yaml
  $ bin/shoumi reconcile
  $ bin/shoumi verdicts --as ethics --verdict contradicted
  $ bin/shoumi verdicts --as ethics --json > verdicts.jsonl
  $ bin/shoumi explain 0123456789abcdef0123456789abcdef --as ethics
  $ bin/shoumi ledger verify https://log.example.gov.tw/log --key NAME+ID+BASE64
  $ bin/shoumi verify 紀錄證明.html --key NAME+ID+BASE64
  $ bin/shoumi witness init ./witness audit.example.gov.tw
  $ bin/shoumi gate check
  $ bin/shoumi gate simulate --policies ./新政策 --against src/gate/policies
  $ bin/shoumi system add land-counter --name 地政櫃台系統 --agency land --shadow
  $ bin/shoumi people import 人事名冊.ods --agency land --dry-run
  $ bin/shoumi change propose role 職務.yaml --reason 職務調動 --as it
  $ bin/shoumi rebuild analytics
  $ bin/shoumi trace 7K2-QM9-4XD --reason 外流截圖 --as ethics

個案（判定、說明、追查）只給登入的政風、稽核人員；本機命令列本身看不到個案。
Cases are shown to ethics officers and auditors who sign in (--as); the machine's own command line sees none.

結束碼 Exit codes: 0 完成 done · 1 失敗 failed · 2 完成但有退件 done with rejects · 64 用法有誤 usage · 69 無法連上 unavailable
設定 Settings: SHOUMI_DATA, SHOUMI_PORT, SHOUMI_POSTGRES_URL, SHOUMI_CLICKHOUSE_URL … (docs/operations.md)
`
