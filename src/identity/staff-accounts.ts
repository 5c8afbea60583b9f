import { assert } from '../base/assert.ts'
import type { Queryable } from '../database/database.ts'
import { type NewEvent, recordEvents } from '../ledger/port.ts'
import type { RoleName } from '../wire/session.ts'
import { accountEvent, type Doer } from './account-event.ts'

/** An account as the personnel office wants it. Without a password people sign in at the agency's provider or directory. */
export interface StaffAccount {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly title: string
  readonly role: RoleName
  readonly agency: string
}

export interface AccountChanges {
  /** new ones, and ended ones of the same person that come back; neither has a password yet (migration 100) */
  readonly opened: readonly StaffAccount[]
  readonly changed: readonly StaffAccount[]
  readonly ended: readonly string[]
}

const EVENTS_AT_ONCE = 1000

/**
 * Opens, changes and ends accounts in the transaction of the change of posts that asks for it, a statement for all of a
 * kind. Sessions of ended accounts and of those whose role changes die with it: rights follow the post. Returns how many.
 * Throws when an account to open is another agency's; callers ask `accountsElsewhere` first.
 */
export async function writeStaffAccounts(
  tx: Queryable,
  at: Date,
  doer: Doer,
  { opened, changed, ended }: AccountChanges,
): Promise<number> {
  const byChange = await endSessionsOfNewRoles(tx, [...opened, ...changed])
  const written = await tx.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash, password_must_change)
     SELECT account, name, unit, title, role, agency, '', false
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS s (account, name, unit, title, role, agency)
     ON CONFLICT (account) DO UPDATE SET name = excluded.name, unit = excluded.unit, title = excluded.title,
       role = CASE WHEN account.ended_at IS NULL AND account.role <> ALL ($7) THEN account.role ELSE excluded.role END,
       ended_at = NULL WHERE account.agency = excluded.agency RETURNING account`,
    [...columnsOf(opened), ORDINARY_ROLES],
  )
  assert(written.length === opened.length, 'no account of another agency is taken over')
  await tx.query(
    `UPDATE account SET name = s.name, unit = s.unit, title = s.title,
         role = CASE WHEN account.role = ANY ($7) THEN s.role ELSE account.role END
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS s (account, name, unit, title, role, agency)
     WHERE account.account = s.account AND account.agency = s.agency`,
    [...columnsOf(changed), ORDINARY_ROLES],
  )
  const byEnd = await tx.query('DELETE FROM session WHERE account = ANY($1) RETURNING id', [ended])
  await tx.query('UPDATE account SET ended_at = $2 WHERE account = ANY($1) AND ended_at IS NULL', [ended, at])
  await record(tx, [
    ...opened.map((each) => eventOf(at, doer, each, 'account-added')),
    ...changed.map((each) => eventOf(at, doer, each, 'account-changed')),
    ...ended.map(
      (account): NewEvent => ({
        ...accountEvent(doer, at, account),
        kind: 'account-ended',
        detail: { why: 'left-office' },
      }),
    ),
  ])
  return byChange + byEnd.length
}

/** What a personnel file or a directory may give and take; every other role is given and taken by two persons. */
export const ORDINARY_ROLES: readonly RoleName[] = ['officer', 'supervisor']

/** Roles that hold now, by account. */
export async function rolesHeld(
  database: Queryable,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, RoleName>> {
  const rows = await database.query<{ account: string; role: RoleName }>(
    'SELECT account, role FROM account WHERE account = ANY($1) AND ended_at IS NULL',
    [accounts],
  )
  return new Map(rows.map(({ account, role }) => [account, role]))
}

async function endSessionsOfNewRoles(tx: Queryable, accounts: readonly StaffAccount[]): Promise<number> {
  const rows = await tx.query(
    `DELETE FROM session USING account, unnest($1::text[], $2::text[]) AS s (account, role)
     WHERE session.account = s.account AND account.account = s.account AND account.role <> s.role
       AND account.role = ANY ($3) RETURNING session.id`,
    [accounts.map(({ account }) => account), accounts.map(({ role }) => role), ORDINARY_ROLES],
  )
  return rows.length
}

const columnsOf = (accounts: readonly StaffAccount[]) =>
  (['account', 'name', 'unit', 'title', 'role', 'agency'] as const).map((key) => accounts.map((each) => each[key]))

const eventOf = (
  at: Date,
  doer: Doer,
  { account, role, agency, unit, title }: StaffAccount,
  kind: 'account-added' | 'account-changed',
): NewEvent => ({ ...accountEvent(doer, at, account), kind, detail: { role, agency, post: `${unit} ${title}` } })

async function record(tx: Queryable, events: readonly NewEvent[]): Promise<void> {
  for (let i = 0; i < events.length; i += EVENTS_AT_ONCE) await recordEvents(tx, events.slice(i, i + EVENTS_AT_ONCE))
}

/** Which of these account names belong to another agency: those cannot be given to anybody of this one. */
export async function accountsElsewhere(
  database: Queryable,
  agency: string,
  accounts: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ account: string }>('SELECT account FROM accounts_elsewhere($1, $2)', [
    accounts,
    agency,
  ])
  return new Set(rows.map(({ account }) => account))
}
