import { formatIsoDay, taipeiDay } from '../base/roc-date.ts'
import type { Queryable } from '../database/database.ts'
import { accountsElsewhere, type Doer, lastOfTheirRole } from '../identity/port.ts'
import { recordEvent } from '../ledger/port.ts'
import { applyPlan, lockStaff } from './apply-plan.ts'
import { countsOf } from './bring-staff.ts'
import { staffEvent } from './import-staff.ts'
import { type Power, powerOf } from './power.ts'
import { powerFacts } from './power-facts.ts'
import { accountsOfOthers } from './term-store.ts'
import { findWaiting, inForceFor, linesOfTerms, touched, type Waiting } from './waiting.ts'

/** Why what two agreed on cannot be applied. */
export type AgreeFailure = 'changed' | 'older' | 'taken' | 'last'

/** What waits, as whoever decides has to see it. */
export interface DescribedWaiting extends Waiting {
  readonly powers: readonly Power[]
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** what is in force of whom it touches */
  readonly state: string
  /** accounts of those whose power it touches, and whom it puts above or in the place of others */
  readonly concerned: ReadonlySet<string>
}

export async function describeWaiting(database: Queryable, id: string): Promise<DescribedWaiting | undefined> {
  const waiting = await findWaiting(database, id)
  if (!waiting) return undefined
  const { plan, agency } = waiting
  const { terms, state } = await inForceFor(database, waiting)
  const powers = powerOf(plan, await powerFacts(database, agency, plan))
  const opened = [...plan.joins.map(({ term }) => term), ...plan.changes.map(({ after }) => after.term)]
  const units = plan.unitsOpened.map(({ code, name, parent }) => `${code}｜${name}｜${parent}`)
  const gone = new Set(plan.leaves.map(({ person }) => person))
  const about = new Set(powers.map((each) => each.about))
  const named = opened.filter(({ person }) => about.has(person)).flatMap(({ manager, deputy }) => [manager, deputy])
  const isConcerned = (person: string) => about.has(person) || named.includes(person)
  return {
    ...waiting,
    ...{ powers, state },
    before: linesOfTerms(terms.filter(({ person }) => !named.includes(person) || isTouched(waiting, person))),
    after: [...linesOfTerms(opened), ...plan.leaves.map(({ person, name }) => `${person}｜${name}｜離職`), ...units],
    concerned: new Set(
      [...terms, ...opened]
        .filter(({ person }) => isConcerned(person) || gone.has(person))
        .map(({ account }) => account),
    ),
  }
}

const isTouched = ({ plan }: Waiting, person: string): boolean =>
  [...plan.joins.map(({ term }) => term), ...plan.changes.map(({ before }) => before), ...plan.leaves].some(
    (each) => each.person === person,
  ) && touched(plan).has(person)

/**
 * Carries out what two agreed on, in the transaction of the second one's word. Refused when what is in force of those it
 * touches is no longer what both saw.
 */
export async function applyWaiting(
  tx: Queryable,
  waiting: Waiting & { readonly state: string },
  doer: Doer,
  at: Date,
): Promise<AgreeFailure | undefined> {
  await lockStaff(tx)
  const { id, agency, asOf, source, plan } = waiting
  if ((await inForceFor(tx, waiting)).state !== waiting.state) return 'changed'
  const opened = [...plan.joins.map(({ term }) => term), ...plan.changes.map(({ after }) => after.term)]
  const elsewhere = await accountsElsewhere(
    tx,
    agency,
    opened.map(({ account }) => account),
  )
  const others = await accountsOfOthers(tx, agency, opened)
  if (elsewhere.size + others.size > 0) return 'taken'
  const isFile = source.startsWith('import:')
  if (isFile && (await isOlder(tx, waiting))) return 'older'
  const ended = [
    ...plan.leaves,
    ...plan.changes.filter(({ fields }) => fields.includes('account')).map((each) => each.before),
  ]
  const last = await lastOfTheirRole(
    tx,
    ended.map(({ account }) => account),
  )
  if (last.length > 0) return 'last'
  const applied = await applyPlan(tx, doer, { agency, at, asOf, source }, plan)
  const counts = countsOf(plan)
  if (isFile)
    await tx.query('INSERT INTO staff_import VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)', [
      ...[id, agency, dayIn(asOf), waiting.fileName, plan.digest, waiting.people, counts.joins, counts.changes],
      ...[counts.leaves, at, doer.account],
    ])
  await recordEvent(tx, {
    ...staffEvent(doer, at, agency),
    kind: 'staff-changed',
    detail: { ...{ import: id, digest: plan.digest, source, proposedBy: waiting.addedBy }, ...counts, ...applied },
  })
  return undefined
}

async function isOlder(tx: Queryable, { agency, asOf }: Waiting): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM staff_import WHERE agency = $1 AND as_of > $2::date LIMIT 1', [
    ...[agency, dayIn(asOf)],
  ])
  return rows.length > 0
}

const dayIn = (instant: Date): string => formatIsoDay(taipeiDay(instant))
