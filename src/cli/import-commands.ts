import type { Command } from 'commander'
import type { ChangePage } from '../wire/change.ts'
import type { ImportRecord } from '../wire/import.ts'
import { AS_OPTION, asPerson } from './as-person.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'
import { tableLine } from './table-line.ts'
import { taipeiTime } from './taipei-time.ts'

interface UndoOptions {
  readonly as: string
  readonly reason: string
}

/** What is done with imports that are there: undoing one is proposed here, and approved by somebody else on the web page. */
export function addImportsCommands(
  program: Command,
  context: CommandContext,
  withWork: (work: (connection: Connection) => Promise<number>) => Promise<void>,
): void {
  const imports = program.command('imports').description('已匯入的檔案 Imports that are there')
  imports
    .command('list')
    .description('列出匯入，新的在前 List them, newest first')
    .option('--json', '每列一個 JSON 物件 one JSON object a line')
    .action((options: { json?: boolean }) => withWork((own) => listImports(own, context, options.json ?? false)))
  imports
    .command('undo')
    .description(
      '提出撤銷一次匯入；由另一人在網頁核准 Propose to undo an import; somebody else approves on the web page',
    )
    .argument('<import-id>')
    .requiredOption('--reason <text>', '撤銷事由（留存紀錄） why; recorded')
    .requiredOption(...AS_OPTION)
    .action((importId: string, options: UndoOptions) =>
      withWork((own) =>
        asPerson(own, context, options.as, (person) => proposeUndo(person, context, importId, options.reason)),
      ),
    )
}

async function listImports(connection: Connection, context: CommandContext, isJson: boolean): Promise<number> {
  const { imports } = await connection.get<{ imports: ImportRecord[] }>('/api/imports')
  for (const each of imports) {
    const { importId, startedAt, state, target, agency, system, fileName, rowsLoaded, rowsRejected, rowsDuplicate } =
      each
    if (isJson) context.out(`${JSON.stringify(each)}\n`)
    else
      context.out(
        tableLine(
          ...[importId, taipeiTime(startedAt), state, target, system ?? agency, fileName],
          `載入 ${rowsLoaded}　退件 ${rowsRejected}　重複 ${rowsDuplicate}`,
        ),
      )
  }
  if (imports.length === 0) context.talk('尚無匯入。 Nothing has been imported.\n')
  return exitCodes.done
}

async function proposeUndo(
  connection: Connection,
  context: CommandContext,
  importId: string,
  reason: string,
): Promise<number> {
  const { changeId } = await connection.post<{ changeId: string }>('/api/changes', {
    ...{ kind: 'import-undo', value: { importId }, reason },
  })
  const page = await connection.get<ChangePage>(`/api/changes/${encodeURIComponent(changeId)}`)
  for (const { zh, en } of page.consequences) context.out(`${zh} ${en}\n`)
  context.talk(`已提出，待他人核准 proposed, waits for somebody else: ${changeId}\n`)
  return exitCodes.done
}
