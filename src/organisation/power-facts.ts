import type { Queryable } from '../database/database.ts'
import { rolesHeld } from '../identity/port.ts'
import type { StaffPlan } from './plan-staff.ts'
import type { PowerFacts } from './power.ts'
import type { Unit } from './term.ts'

/** Looks up what `powerOf` has to know, in the transaction that holds the staff still. */
export async function powerFacts(tx: Queryable, agency: string, plan: StaffPlan): Promise<PowerFacts> {
  const opened = plan.joins.map(({ term }) => term)
  const changed = plan.changes.map(({ after }) => after.term)
  const persons = [...opened, ...changed].map(({ person }) => person)
  const accounts = [...opened, ...changed, ...plan.changes.map(({ before }) => before), ...plan.leaves].map(
    ({ account }) => account,
  )
  const known = await tx.query<{ account: string }>('SELECT account FROM account WHERE account = ANY($1)', [
    opened.map(({ account }) => account),
  ])
  const placed = await tx.query<{ person: string }>(
    "SELECT DISTINCT person FROM term WHERE agency = $1 AND person = ANY($2) AND unit_code <> ''",
    [agency, persons],
  )
  const named = await tx.query<{ person: string }>(
    "SELECT DISTINCT deputy AS person FROM term WHERE agency = $1 AND until IS NULL AND deputy <> '' AND deputy = ANY($2)",
    [agency, opened.map(({ person }) => person)],
  )
  const units =
    plan.unitsOpened.length === 0
      ? []
      : await tx.query<Unit & Record<string, unknown>>(
          'SELECT code, name, parent FROM unit WHERE agency = $1 AND until IS NULL',
          [agency],
        )
  return {
    known: new Set(known.map(({ account }) => account)),
    held: await rolesHeld(tx, accounts),
    placed: new Set(placed.map(({ person }) => person)),
    named: new Set(named.map(({ person }) => person)),
    units,
  }
}
