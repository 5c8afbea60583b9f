import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'

export interface AccountOptions {
  readonly name: string
  readonly unit: string
  readonly title: string
  readonly role: string
  readonly agency: string
}

/** Adds a person; the password comes from standard input and never stands in the command's arguments. */
export async function addAccount(
  connection: Connection,
  context: CommandContext,
  account: string,
  options: AccountOptions,
): Promise<number> {
  const password = await context.readSecret('密碼（至少十二字元） password (twelve characters or more): ')
  const { name, unit, title, role, agency } = options
  const body = { account, name, unit, title, role, agency, password }
  const { changeId } = await connection.post<{ changeId?: string }>('/api/accounts', body)
  if (changeId === undefined) context.talk(`已新增 ${account} added\n`)
  else
    context.talk(
      `已提出，待政風、資安或首長核准；所打的密碼不用，一次性密碼由核准的人領取。\n` +
        `Proposed, waits for ethics, security or the head, who fetches a one-time password; the one typed is not used: ${changeId}\n`,
    )
  return exitCodes.done
}
