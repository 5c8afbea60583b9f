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
  await connection.post('/api/accounts', { account, name, unit, title, role, agency, password })
  context.talk(`已新增 ${account} added\n`)
  return exitCodes.done
}
