import type { CommandContext } from './command-line.ts'
import { type Connection, RequestRefused } from './connection.ts'

const PASSKEY =
  '此帳號設有（或須有）通行密鑰，命令列無法使用；請改由網頁操作。\nThis account has or needs a passkey, which the command line cannot use: use the web page.'

const NEEDS_PAGE: readonly string[] = ['passkey-needed', 'first-passkey-needed']

/**
 * Runs a command as a person: what it shows is cases, and the machine's own token sees none. The password comes from the
 * terminal or standard input; the session ends with the command.
 */
export async function asPerson(
  connection: Connection,
  context: CommandContext,
  account: string,
  work: (connection: Connection) => Promise<number>,
): Promise<number> {
  const password = await context.readSecret(`${account} 的密碼 password: `)
  const person = await connection.signedIn(account, password)
  try {
    return await work(person)
  } catch (error) {
    if (error instanceof RequestRefused && NEEDS_PAGE.includes(error.code))
      throw new RequestRefused(error.code, PASSKEY)
    throw error
  } finally {
    await person.close()
  }
}

/** The option every such command has. */
export const AS_OPTION = [
  '--as <account>',
  '以此帳號登入（政風、稽核）；密碼由終端機或標準輸入讀取 sign in as this person; password from terminal or standard input',
] as const
