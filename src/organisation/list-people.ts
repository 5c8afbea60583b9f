import { formatIsoDay, taipeiDay } from '../base/roc-date.ts'
import type { Queryable } from '../database/database.ts'
import { heldOf, TERM_COLUMNS, type TermRow } from './term-store.ts'

export const PEOPLE_AT_ONCE = 50

interface Listed {
  readonly agency: string
  readonly deputyName: string
  readonly isDeputyActing: boolean
}

/** People in office of these agencies, by unit and title; `q` narrows by name, account, staff number, unit or title. */
export async function listPeople(
  database: Queryable,
  agencies: readonly string[],
  { q, offset, now }: { readonly q: string; readonly offset: number; readonly now: Date },
) {
  const where = `t.agency = ANY($1) AND t.until IS NULL AND ($2 = '' OR position(lower($2) IN
    lower(t.name || ' ' || t.account || ' ' || t.person || ' ' || t.unit || ' ' || t.title)) > 0)`
  const [count] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM term t WHERE ${where}`, [
    agencies,
    q,
  ])
  const rows = await database.query<TermRow & Listed>(
    `SELECT ${TERM_COLUMNS}, coalesce(d.name, '') AS "deputyName",
       coalesce(t.deputy_from <= $3::date AND coalesce(t.deputy_until, 'infinity') >= $3::date, false) AS "isDeputyActing"
     FROM term t LEFT JOIN term d ON d.agency = t.agency AND d.person = t.deputy AND d.until IS NULL
     WHERE ${where} ORDER BY t.agency, t.unit_code, t.role <> 'head', t.role <> 'supervisor', t.person
     LIMIT ${PEOPLE_AT_ONCE} OFFSET $4`,
    [agencies, q, formatIsoDay(taipeiDay(now)), offset],
  )
  return {
    total: count?.n ?? 0,
    people: rows.map(({ deputyName, isDeputyActing, ...row }) => ({
      ...{ agency: row.agency, term: heldOf(row), deputyName, isDeputyActing },
    })),
  }
}

/** Agencies known here, with how many people of theirs are in office. */
export function staffedAgencies(database: Queryable) {
  return database.query<{ agency: string; name: string; people: number }>(
    `SELECT agency, coalesce(a.name, agency) AS name, coalesce(s.people, 0)::int AS people
     FROM agency a FULL JOIN (SELECT agency, count(*) AS people FROM term WHERE until IS NULL GROUP BY 1) s USING (agency)
     ORDER BY agency`,
  )
}

const MAX_TERMS = 500

/** Every term a person ever held in an agency, newest first. */
export async function historyOf(database: Queryable, agency: string, person: string) {
  const rows = await database.query<TermRow & { recordedAt: Date; source: string }>(
    `SELECT ${TERM_COLUMNS}, t.recorded_at AS "recordedAt", t.source FROM term t
     WHERE t.agency = $1 AND t.person = $2 ORDER BY t.since DESC, t.term_id DESC LIMIT ${MAX_TERMS}`,
    [agency, person],
  )
  return rows.map(({ recordedAt, source, ...row }) => ({ term: heldOf(row), recordedAt, source }))
}
