import { fail, ok, type Result } from '../../base/result.ts'
import type { Queryable } from '../../database/database.ts'
import type { HeldTerm } from '../term.ts'
import { heldOf, TERM_COLUMNS, type TermRow } from '../term-store.ts'
import type { Condition, ScimFailure, ScimKind } from './protocol.ts'

/** A person as a directory sees him: his latest term, in force or not. */
export interface UserRow {
  readonly term: HeldTerm
  readonly externalId: string
  readonly createdAt: Date
  readonly changedAt: Date
}

export interface Page {
  readonly startIndex: number
  readonly count: number
}

/** Where to look: SQL with its bound values. Conditions are alternatives of conditions that all hold. */
type Filter = readonly (readonly Condition[])[]

const USER_COLUMNS: Readonly<Record<string, string>> = {
  username: 't.account = lower(#)',
  externalid: "coalesce(r.external_id, '') = #",
  id: 't.person = #',
  displayname: 't.name = #',
  active: '(t.until IS NULL)::text = #',
}
const GROUP_COLUMNS: Readonly<Record<string, string>> = {
  displayname: 'u.name = #',
  externalid: "coalesce(r.external_id, '') = #",
  id: 'u.code = #',
}

// The latest term of each person who was not taken back.
const USERS = `FROM term t LEFT JOIN scim_resource r ON r.agency = t.agency AND r.kind = 'user' AND r.id = t.person
  WHERE t.agency = $1 AND NOT coalesce(r.is_gone, false)
    AND t.term_id = (SELECT max(n.term_id) FROM term n WHERE n.agency = t.agency AND n.person = t.person)`

/** People of an agency, by staff number, from `startIndex` (1 = first). */
export async function listUsers(
  database: Queryable,
  agency: string,
  filter: Filter,
  page: Page,
): Promise<Result<{ readonly total: number; readonly users: readonly UserRow[] }, ScimFailure>> {
  const where = whereOf(filter, USER_COLUMNS, [agency])
  if (!where.ok) return where
  const { sql, values } = where.value
  const [count] = await database.query<{ n: number }>(`SELECT count(*)::int AS n ${USERS}${sql}`, values)
  const rows = await database.query<TermRow & Omit<UserRow, 'term'>>(
    `SELECT ${TERM_COLUMNS}, coalesce(r.external_id, '') AS "externalId", coalesce(t.closed_at, t.recorded_at) AS "changedAt",
       (SELECT min(f.recorded_at) FROM term f WHERE f.agency = t.agency AND f.person = t.person) AS "createdAt"
     ${USERS}${sql} ORDER BY t.person LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
    [...values, page.count, page.startIndex - 1],
  )
  const users = rows.map(({ externalId, createdAt, changedAt, ...row }) => ({
    ...{ term: heldOf(row), externalId, createdAt, changedAt },
  }))
  return ok({ total: count?.n ?? 0, users })
}

export interface GroupRow extends Record<string, unknown> {
  readonly code: string
  readonly name: string
  readonly parent: string
  readonly since: Date
  readonly externalId: string
  readonly members: readonly { readonly person: string; readonly name: string }[]
}

/** Units of an agency with who is in them. `hasMembers` false leaves them out, as directories ask for big ones. */
export async function listGroups(
  database: Queryable,
  agency: string,
  filter: Filter,
  page: Page & { readonly hasMembers: boolean },
): Promise<Result<{ readonly total: number; readonly groups: readonly GroupRow[] }, ScimFailure>> {
  const where = whereOf(filter, GROUP_COLUMNS, [agency])
  if (!where.ok) return where
  const { sql, values } = where.value
  const from = `FROM unit u LEFT JOIN scim_resource r ON r.agency = u.agency AND r.kind = 'group' AND r.id = u.code
    WHERE u.agency = $1 AND u.until IS NULL${sql}`
  const [count] = await database.query<{ n: number }>(`SELECT count(*)::int AS n ${from}`, values)
  const members = `coalesce((SELECT jsonb_agg(jsonb_build_object('person', t.person, 'name', t.name) ORDER BY t.person)
    FROM term t WHERE t.agency = u.agency AND t.unit_code = u.code AND t.until IS NULL), '[]')`
  const groups = await database.query<GroupRow>(
    `SELECT u.code, u.name, u.parent, u.since, coalesce(r.external_id, '') AS "externalId",
       ${page.hasMembers ? members : "'[]'::jsonb"} AS members
     ${from} ORDER BY u.code LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
    [...values, page.count, page.startIndex - 1],
  )
  return ok({ total: count?.n ?? 0, groups })
}

function whereOf(
  filter: Filter,
  columns: Readonly<Record<string, string>>,
  bound: readonly unknown[],
): Result<{ readonly sql: string; readonly values: readonly unknown[] }, ScimFailure> {
  const values = [...bound]
  const alternatives: string[] = []
  for (const conditions of filter) {
    const all: string[] = []
    for (const { attribute, value } of conditions) {
      const column = columns[attribute.toLowerCase()]
      if (column === undefined)
        return fail({ status: 400, scimType: 'invalidFilter', detail: 'This attribute cannot be filtered by' })
      values.push(String(value))
      all.push(column.replace('#', `$${values.length}::text`))
    }
    alternatives.push(`(${all.join(' AND ')})`)
  }
  return ok({ sql: alternatives.length === 0 ? '' : ` AND (${alternatives.join(' OR ')})`, values })
}

/** Notes what a directory calls a resource, and whether it took it back. */
export async function noteResource(
  tx: Queryable,
  key: { readonly agency: string; readonly kind: ScimKind; readonly id: string },
  { externalId, isGone }: { readonly externalId: string; readonly isGone: boolean },
): Promise<void> {
  await tx.query(
    `INSERT INTO scim_resource (agency, kind, id, external_id, is_gone) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (agency, kind, id) DO UPDATE SET external_id = excluded.external_id, is_gone = excluded.is_gone`,
    [key.agency, key.kind, key.id, externalId, isGone],
  )
}

/** Terms in force that name a person as deputy or superior. */
export async function termsNaming(tx: Queryable, agency: string, person: string): Promise<readonly HeldTerm[]> {
  const rows = await tx.query<TermRow>(
    `SELECT ${TERM_COLUMNS} FROM term t WHERE t.agency = $1 AND t.until IS NULL AND (t.deputy = $2 OR t.manager = $2)
       AND $2 <> '' AND t.person <> $2`,
    [agency, person],
  )
  return rows.map(heldOf)
}

/** Terms in force in a unit. */
export async function termsIn(tx: Queryable, agency: string, unit: string): Promise<readonly HeldTerm[]> {
  const rows = await tx.query<TermRow>(
    `SELECT ${TERM_COLUMNS} FROM term t WHERE t.agency = $1 AND t.until IS NULL AND t.unit_code = $2 ORDER BY t.person`,
    [agency, unit],
  )
  return rows.map(heldOf)
}
