import type { Queryable } from '../database/database.ts'

/** Names of these accounts as people read them, with unit and title; an account that is gone has none. */
export async function namesOf(database: Queryable, accounts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ account: string; name: string; unit: string; title: string }>(
    'SELECT account, name, unit, title FROM account WHERE account = ANY($1)',
    [[...new Set(accounts)]],
  )
  return new Map(rows.map(({ account, name, unit, title }) => [account, `${name}　${unit}${title}`]))
}

/** The one form of an account's name: wide letters and capitals are the same letters. */
export const foldName = (name: string): string => name.normalize('NFKC').trim().toLowerCase()
