import { asInstallation } from '../base/tenant.ts'
import type { Queryable } from '../database/database.ts'
import type { RoleName } from '../wire/session.ts'

/** Somebody of the office at this moment. */
export interface OfficePerson {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly post: string
  readonly agency: string
}

type Row = { account: string; name: string; unit: string; title: string; role: RoleName; agency: string }

const SELECT = 'SELECT account, name, unit, title, role, agency FROM account'
const MAX_APPROVERS = 200

/** Who acts, with roles and what the organisation gives him to handle; undefined when there is no such account. */
export async function askerFacts(database: Queryable, account: string) {
  const [row] = await database.query<Row>(`${SELECT} WHERE account = $1 AND ended_at IS NULL`, [account])
  if (!row) return undefined
  const { name, agency, unit, title: post, role } = row
  return { account, name, agency, unit, post, roles: [role], portfolio: [] as readonly string[], isOnDuty: true }
}

/**
 * Who may decide on his requests: supervisors of his own agency, the head where the template asks for him (the agency's,
 * or the county's when it has none). Two persons: supervisors and the head together. Never himself.
 */
export async function approversOf(
  database: Queryable,
  account: string,
  template: 'supervisor' | 'two-persons' | 'head',
): Promise<readonly OfficePerson[]> {
  const roles = { supervisor: ['supervisor'], 'two-persons': ['supervisor', 'head'], head: ['head'] }[template]
  // The county's head decides for agencies he does not belong to: who may decide is the office's answer, not a list of accounts.
  const rows = await asInstallation(() =>
    database.query<Row>(
      `SELECT a.account, a.name, a.unit, a.title, a.role, a.agency FROM account a, account o
     WHERE o.account = $1 AND a.account <> o.account AND a.ended_at IS NULL AND a.role = ANY($2)
       AND (a.agency = o.agency OR (a.role = 'head' AND a.agency = ''))
     ORDER BY a.unit = o.unit DESC, a.account LIMIT $3`,
      [account, roles, MAX_APPROVERS],
    ),
  )
  return rows.map(personOf)
}

/** The ethics officers who serve an agency: its own and the county's. */
export async function ethicsOf(database: Queryable, agency: string): Promise<readonly OfficePerson[]> {
  const rows = await asInstallation(() =>
    database.query<Row>(
      `${SELECT} WHERE role = 'ethics' AND ended_at IS NULL AND (agency IN ($1, '') OR $1 = ANY (serves)) ORDER BY account`,
      [agency],
    ),
  )
  return rows.map(personOf)
}

/** Accounts of who watches over an agency: its ethics officers and its head, and the county's. */
export async function watchersOf(database: Queryable, agency: string): Promise<readonly string[]> {
  const rows = await asInstallation(() =>
    database.query<{ account: string }>(
      `SELECT account FROM account WHERE role IN ('ethics', 'head') AND ended_at IS NULL
         AND (agency IN ($1, '') OR $1 = ANY (serves)) ORDER BY account`,
      [agency],
    ),
  )
  return rows.map(({ account }) => account)
}

/** Accounts of an agency whose post handles cases, at most 500. */
export async function officialsOf(database: Queryable, agency: string): Promise<readonly string[]> {
  const rows = await database.query<{ account: string }>(
    `SELECT account FROM account WHERE agency = $1 AND role IN ('officer', 'supervisor') AND ended_at IS NULL
     ORDER BY account LIMIT 500`,
    [agency],
  )
  return rows.map(({ account }) => account)
}

const personOf = ({ title, role: _, ...row }: Row): OfficePerson => ({ ...row, post: title })
