import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { CallingSystemList, ShadowReport } from '../wire/authzen.ts'
import type { ChangeSlip } from '../wire/change.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'
import { tableLine } from './table-line.ts'
import { writeNewFile } from './write-new-file.ts'

interface AddOptions {
  readonly name: string
  readonly agency: string
  readonly shadow?: boolean
  readonly provisioner?: boolean
  readonly certificate?: string
  readonly newKey?: boolean
}

/** Commands for other systems that ask the gate for decisions (AuthZEN). */
export function addSystemCommands(
  program: Command,
  context: CommandContext,
  withWork: (work: (connection: Connection) => Promise<number>) => Promise<void>,
): void {
  const system = program
    .command('system')
    .description('介接系統：向守門詢問判定的其他系統 Other systems that ask for decisions')
  system
    .command('add')
    .description(
      '提出登錄、換發金鑰或變更設定；由另一人核准 Propose one, another key or other settings; somebody else approves',
    )
    .argument('<id>', '代號，例如 land-counter')
    .requiredOption('--name <name>', '名稱')
    .requiredOption('--agency <agency>', '所屬機關代號')
    .option('--shadow', '只觀察：一律回可，記下本來會擋下的 always answer yes, record what would have been stopped')
    .option('--provisioner', '人員目錄：經 SCIM 陳報現職人員，不詢問判定 a directory that states staff over SCIM')
    .option('--certificate <file>', '用戶端憑證（PEM），供雙向 TLS client certificate for mutual TLS')
    .option('--new-key', '換發既有系統的金鑰 another key for a system that is there')
    .action((id: string, options: AddOptions) => withWork((connection) => addSystem(connection, context, id, options)))
  system
    .command('key')
    .description('核准後領取金鑰；只顯示這一次 Fetch the key once it was approved; shown this once')
    .argument('<change>', '變更編號')
    .option('--out <file>', '把金鑰寫入新檔（只有本人可讀），不顯示 write the key to a new file only you can read')
    .action((id: string, options: { out?: string }) =>
      withWork((connection) => fetchKey(connection, context, id, options)),
    )
  system
    .command('list')
    .description('列出介接系統 List them')
    .action(() => withWork((connection) => listSystems(connection, context)))
  system
    .command('end')
    .description('立即終止：金鑰、權杖與憑證全部失效 End one at once')
    .argument('<id>')
    .action((id: string) => withWork((connection) => endSystem(connection, context, id)))
  system
    .command('shadow-report')
    .description('觀察中的系統本來會被擋下的查詢 What watched systems would have been refused')
    .option('--days <n>', '最近幾日', '30')
    .option('--json', '輸出 JSON')
    .action((options: { days: string; json?: boolean }) =>
      withWork((connection) => reportShadow(connection, context, options)),
    )
}

async function addSystem(
  connection: Connection,
  context: CommandContext,
  system: string,
  { name, agency, shadow = false, provisioner = false, certificate, newKey = false }: AddOptions,
): Promise<number> {
  const pem = certificate === undefined ? {} : { certificate: await readFile(certificate, 'utf8') }
  const body = { system, name, agency, isShadow: shadow, isProvisioner: provisioner, isNewKey: newKey, ...pem }
  const { changeId } = await connection.post<{ changeId: string }>('/api/calling-systems', body)
  context.talk(
    `已提出，待政風、資安或首長核准；核准後以 bin/shoumi system key ${changeId} 領取金鑰。\n` +
      'Proposed, waits for ethics, security or the head; then fetch the key with that command.\n',
  )
  context.out(`${changeId}\n`)
  return exitCodes.done
}

async function fetchKey(
  connection: Connection,
  context: CommandContext,
  changeId: string,
  { out }: { readonly out?: string },
): Promise<number> {
  const target = out === undefined ? undefined : await writeNewFile(context, out)
  if (target === 'refused') return exitCodes.usage
  const path = `/api/changes/${encodeURIComponent(changeId)}/slip`
  const { key } = await connection.post<ChangeSlip>(path, {}).catch(async (error) => {
    await target?.drop()
    throw error
  })
  if (target) {
    await target.fill(`${key}\n`)
    context.talk(`金鑰已寫入 the key was written to ${out}\n`)
    return exitCodes.done
  }
  context.talk('金鑰只顯示這一次，請立即存入該系統的密鑰保管處。 This key is shown once; store it now.\n')
  context.out(`${key}\n`)
  return exitCodes.done
}

async function listSystems(connection: Connection, context: CommandContext): Promise<number> {
  const { systems } = await connection.get<CallingSystemList>('/api/calling-systems')
  const lines = systems.map((each) =>
    tableLine(each.system, each.agency, each.isShadow ? '觀察 shadow' : '執行 enforced', each.name),
  )
  for (const line of lines) context.out(line)
  if (lines.length === 0) context.talk('尚無介接系統。 No systems yet: bin/shoumi system add\n')
  return exitCodes.done
}

async function endSystem(connection: Connection, context: CommandContext, system: string): Promise<number> {
  await connection.delete(`/api/calling-systems/${encodeURIComponent(system)}`)
  context.talk(`已終止 ended ${system}\n`)
  return exitCodes.done
}

async function reportShadow(
  connection: Connection,
  context: CommandContext,
  options: { readonly days: string; readonly json?: boolean },
): Promise<number> {
  const report = await connection.get<ShadowReport>(`/api/shadow-report?days=${encodeURIComponent(options.days)}`)
  if (options.json) {
    context.out(`${JSON.stringify(report)}\n`)
    return exitCodes.done
  }
  context.talk(`判定 ${report.evaluations} 次，本來會擋下 ${report.wouldBeStopped} 次 would have been stopped\n`)
  for (const { system, account, query, reason, count } of report.rows)
    context.out(tableLine(String(count), system, account, query, reason))
  return exitCodes.done
}
