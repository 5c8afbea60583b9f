import type { Queryable } from '../database/database.ts'
import type { RoleName } from '../wire/session.ts'
import type { Opening, Staff } from './plan-staff.ts'
import type { HeldTerm, Unit } from './term.ts'

/** A row of the table of terms as queries return it. */
export interface TermRow extends Record<string, unknown> {
  readonly agency: string
  readonly person: string
  readonly account: string
  readonly name: string
  readonly unitCode: string
  readonly unit: string
  readonly title: string
  readonly duty: string
  readonly role: RoleName
  readonly manager: string
  readonly deputy: string
  readonly deputyFrom: string
  readonly deputyUntil: string
  readonly portfolio: readonly string[]
  readonly subject: string
  readonly since: Date
  readonly until: Date | null
}

/** Columns of `term t` under the names of the code. */
export const TERM_COLUMNS = `t.agency, t.person, t.account, t.name, t.unit_code AS "unitCode", t.unit, t.title, t.duty,
  t.role, t.manager, t.deputy, coalesce(t.deputy_from::text, '') AS "deputyFrom",
  coalesce(t.deputy_until::text, '') AS "deputyUntil", t.portfolio, t.subject, t.since, t.until`

export const heldOf = ({ agency: _, until, ...row }: TermRow): HeldTerm => ({ ...row, until: until ?? undefined })

/** Who is in office in an agency now, and its units. */
export async function staffInForce(database: Queryable, agency: string): Promise<Staff> {
  const terms = await database.query<TermRow>(
    `SELECT ${TERM_COLUMNS} FROM term t WHERE t.agency = $1 AND t.until IS NULL ORDER BY t.person`,
    [agency],
  )
  const units = await database.query<Unit & Record<string, unknown>>(
    'SELECT code, name, parent FROM unit WHERE agency = $1 AND until IS NULL ORDER BY code',
    [agency],
  )
  return { terms: terms.map(heldOf), units }
}

/** Where and when a change comes from. `at`: now; `asOf`: from when it holds. */
export interface Origin {
  readonly agency: string
  readonly at: Date
  readonly asOf: Date
  readonly source: string
}

export async function closeTerms(
  tx: Queryable,
  { agency, at }: Origin,
  ends: readonly { readonly person: string; readonly until: Date }[],
): Promise<void> {
  await tx.query(
    `UPDATE term SET until = s.until, closed_at = $4 FROM unnest($2::text[], $3::timestamptz[]) AS s (person, until)
     WHERE term.agency = $1 AND term.person = s.person AND term.until IS NULL`,
    [agency, ends.map(({ person }) => person), ends.map(({ until }) => until), at],
  )
}

export async function openTerms(tx: Queryable, origin: Origin, openings: readonly Opening[]): Promise<void> {
  const texts = (
    ['person', 'account', 'name', 'unitCode', 'unit', 'title', 'duty', 'role', 'manager', 'deputy', 'subject'] as const
  ).map((key) => openings.map(({ term }) => term[key]))
  const days = (['deputyFrom', 'deputyUntil'] as const).map((key) => openings.map(({ term }) => term[key] || null))
  await tx.query(
    `INSERT INTO term (agency, person, account, name, unit_code, unit, title, duty, role, manager, deputy, subject,
       deputy_from, deputy_until, portfolio, since, source, recorded_at)
     SELECT $1, person, account, name, unit_code, unit, title, duty, role, manager, deputy, subject,
       deputy_from, deputy_until, ARRAY(SELECT jsonb_array_elements_text(portfolio)), since, $2, $3
     FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
         $12::text[], $13::text[], $14::text[], $15::date[], $16::date[], $17::jsonb[], $18::timestamptz[])
       AS s (person, account, name, unit_code, unit, title, duty, role, manager, deputy, subject, deputy_from,
         deputy_until, portfolio, since)`,
    [
      ...[origin.agency, origin.source, origin.at, ...texts, ...days],
      openings.map(({ term }) => JSON.stringify(term.portfolio)),
      openings.map(({ since }) => since),
    ],
  )
}

export async function replaceUnits(
  tx: Queryable,
  { agency, asOf, source }: Origin,
  { opened, closed }: { readonly opened: readonly Unit[]; readonly closed: readonly string[] },
): Promise<void> {
  await tx.query('UPDATE unit SET until = greatest(since, $3) WHERE agency = $1 AND code = ANY($2) AND until IS NULL', [
    agency,
    closed,
    asOf,
  ])
  await tx.query(
    `INSERT INTO unit (agency, code, name, parent, since, source)
     SELECT $1, code, name, parent, $5, $6 FROM unnest($2::text[], $3::text[], $4::text[]) AS s (code, name, parent)`,
    [
      ...[agency, opened.map(({ code }) => code), opened.map(({ name }) => name)],
      ...[opened.map(({ parent }) => parent), asOf, source],
    ],
  )
}

/** Which of these accounts were once another person's: an account is never handed on. */
export async function accountsOfOthers(
  database: Queryable,
  agency: string,
  given: readonly { readonly account: string; readonly person: string }[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ account: string }>('SELECT account FROM accounts_of_others($1, $2, $3)', [
    agency,
    given.map(({ account }) => account),
    given.map(({ person }) => person),
  ])
  return new Set(rows.map(({ account }) => account))
}
