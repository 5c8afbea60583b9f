import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { parse } from 'yaml'
import { z } from 'zod'
import type { ChangePage } from '../wire/change.ts'
import { AS_OPTION, asPerson } from './as-person.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'

interface ProposeOptions {
  readonly as: string
  readonly reason: string
  readonly from?: string
}

const given = z.record(z.string(), z.unknown())

/** Changes that take two: proposed here, approved by somebody else on the web page with his passkey. */
export function addChangeCommands(
  program: Command,
  context: CommandContext,
  withWork: (work: (connection: Connection) => Promise<number>) => Promise<void>,
): void {
  program
    .command('change')
    .description('二人變更：職務、範本、政策、連線、保存期限、撤銷匯入 Changes that take two')
    .command('propose')
    .description('提出變更；由另一人在網頁核准 Propose; somebody else approves on the web page')
    .argument('<kind>', 'role · rule · policy · connector · retention · import-undo · calling-system · account-end')
    .argument('<file>', '變更內容（YAML；政策為 .cedar） what it shall be: YAML, or .cedar for a policy')
    .requiredOption('--reason <text>', '變更事由（留存紀錄） why; recorded')
    .option('--from <iso>', '生效時間 time from which it holds')
    .requiredOption(...AS_OPTION)
    .action((kind: string, file: string, options: ProposeOptions) =>
      withWork((own) =>
        asPerson(own, context, options.as, (person) => propose(person, context, { kind, file, options })),
      ),
    )
}

async function propose(
  connection: Connection,
  context: CommandContext,
  { kind, file, options }: { readonly kind: string; readonly file: string; readonly options: ProposeOptions },
): Promise<number> {
  const value = await readValue(file)
  if (!value) {
    context.talk(`${file}：讀不到，或不是 YAML 物件 cannot be read, or is no YAML object\n`)
    return exitCodes.usage
  }
  const body = {
    kind,
    value,
    reason: options.reason,
    ...(options.from !== undefined && { effectiveFrom: options.from }),
  }
  const { changeId } = await connection.post<{ changeId: string }>('/api/changes', body)
  const page = await connection.get<ChangePage>(`/api/changes/${changeId}`)
  for (const { before, after } of page.diff.filter((line) => line.before !== line.after)) {
    if (before !== null) context.out(`- ${before}\n`)
    if (after !== null) context.out(`+ ${after}\n`)
  }
  for (const { zh, en } of page.consequences) context.out(`${zh} ${en}\n`)
  context.talk(`已提出，待他人核准 proposed, waits for somebody else: ${changeId}\n`)
  return exitCodes.done
}

async function readValue(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  if (file.endsWith('.cedar')) return { file: basename(file, '.cedar'), text }
  const parsed = given.safeParse(parse(text))
  return parsed.success ? parsed.data : undefined
}
