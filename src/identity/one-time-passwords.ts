import { randomBytes } from 'node:crypto'
import type { Queryable } from '../database/database.ts'
import { hashPassword } from './password.ts'

const PASSWORD_BYTES = 12

export interface OneTimePasswords {
  readonly passwords: readonly { readonly account: string; readonly password: string }[]
  /** keeps their hashes; each has to be changed at the first sign-in */
  write(tx: Queryable): Promise<void>
}

/**
 * Draws a password for one use for each of these accounts that nobody has ever come in by and that has no other way in
 * here. A tenth of a second each; nothing but the caller's answer holds them.
 */
export async function drawPasswords(database: Queryable, accounts: readonly string[]): Promise<OneTimePasswords> {
  const rows = await database.query<{ account: string }>(
    `SELECT account FROM account WHERE account = ANY($1) AND ended_at IS NULL AND password_hash = ''
       AND last_sign_in_at IS NULL ORDER BY account`,
    [accounts],
  )
  const drawn: { account: string; password: string; hash: string }[] = []
  for (const { account } of rows) {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url')
    drawn.push({ account, password, hash: await hashPassword(password) })
  }
  return {
    passwords: drawn.map(({ account, password }) => ({ account, password })),
    write: async (tx) => {
      await tx.query(
        `UPDATE account SET password_hash = s.hash, password_must_change = true
         FROM unnest($1::text[], $2::text[]) AS s (account, hash)
         WHERE account.account = s.account AND account.password_hash = '' AND account.ended_at IS NULL`,
        [drawn.map(({ account }) => account), drawn.map(({ hash }) => hash)],
      )
    },
  }
}
