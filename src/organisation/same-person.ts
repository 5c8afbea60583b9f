import { asInstallation } from '../base/tenant.ts'
import type { Queryable } from '../database/database.ts'

/**
 * Whether two accounts are one person's, as far as anybody ever stated: the same staff number of an agency, or the same
 * identity number wherever. Who has two accounts is still one of two persons.
 */
export async function isSamePerson(database: Queryable, one: string, other: string): Promise<boolean> {
  if (one === other) return true
  const rows = await asInstallation(() =>
    database.query(
      `SELECT 1 FROM term a JOIN term b ON (a.agency, a.person) = (b.agency, b.person)
         OR (a.subject <> '' AND a.subject = b.subject)
       WHERE a.account = $1 AND b.account = $2 LIMIT 1`,
      [one, other],
    ),
  )
  return rows.length > 0
}
