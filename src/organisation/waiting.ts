import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import type { Database, Queryable } from '../database/database.ts'
import { roleName } from '../wire/session.ts'
import { type StaffPlan, withDigest } from './plan-staff.ts'
import type { HeldTerm, Term } from './term.ts'
import { heldOf, TERM_COLUMNS, type TermRow } from './term-store.ts'

/** A change of staff that waits for a second person's word. */
export interface Waiting {
  readonly id: string
  readonly agency: string
  readonly asOf: Date
  readonly fileName: string
  /** `import:ID` or `scim:SYSTEM` */
  readonly source: string
  /** how many the file names; 0 for a directory */
  readonly people: number
  readonly plan: StaffPlan
  /** new accounts shall have a password for one use */
  readonly withPasswords: boolean
  readonly addedAt: Date
  readonly addedBy: string
}

const instant = z.coerce.date()
const term = z.object({
  ...{ person: z.string(), account: z.string(), name: z.string(), unitCode: z.string(), unit: z.string() },
  ...{ title: z.string(), duty: z.string(), role: roleName, manager: z.string(), deputy: z.string() },
  ...{ deputyFrom: z.string(), deputyUntil: z.string(), portfolio: z.array(z.string()), subject: z.string() },
})
const held = term.extend({ since: instant, until: instant.optional() })
const opening = z.object({ term, since: instant })
const unit = z.object({ code: z.string(), name: z.string(), parent: z.string() })
const stored = z.object({
  joins: z.array(opening),
  changes: z.array(z.object({ before: held, after: opening, fields: z.array(z.string()) })),
  leaves: z.array(held),
  ...{ unitsOpened: z.array(unit), unitsClosed: z.array(z.string()), same: z.number() },
})

/** Keeps it; what two sign for is found again by its id. */
export async function keepWaiting(tx: Queryable, each: Waiting): Promise<void> {
  const { digest: _, ...plan } = each.plan
  await tx.query('INSERT INTO staff_waiting VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)', [
    ...[each.id, each.agency, each.asOf, each.fileName, each.source, each.people, JSON.stringify(plan)],
    ...[each.withPasswords, each.addedAt, each.addedBy, wishOf(each)],
  ])
}

/** The latest that waits, or waited, for exactly this of this source. */
export async function sameWish(
  database: Queryable,
  each: Pick<Waiting, 'agency' | 'source' | 'plan' | 'withPasswords'>,
): Promise<string | undefined> {
  const [row] = await database.query<{ id: string }>(
    'SELECT id FROM staff_waiting WHERE agency = $1 AND wish = $2 ORDER BY added_at DESC LIMIT 1',
    [each.agency, wishOf(each)],
  )
  return row?.id
}

function wishOf({ source, plan, withPasswords }: Pick<Waiting, 'source' | 'plan' | 'withPasswords'>): string {
  const { joins, changes, leaves, unitsOpened, unitsClosed } = plan
  const textsOf = (each: Term) => ({ ...each, portfolio: [...each.portfolio] })
  const terms = (all: readonly { readonly term: Term }[]) => all.map((each) => textsOf(each.term))
  const persons = leaves.map(({ person }) => person)
  const wish = [source, withPasswords, terms(joins), terms(changes.map(({ after }) => after)), persons]
  const said = JSON.parse(JSON.stringify([...wish, unitsOpened, unitsClosed]))
  return createHash('sha256').update(canonicalJson(said)).digest('hex')
}

interface WaitingRow extends Record<string, unknown> {
  readonly id: string
  readonly agency: string
  readonly asOf: Date
  readonly fileName: string
  readonly source: string
  readonly people: number
  readonly plan: unknown
  readonly withPasswords: boolean
  readonly addedAt: Date
  readonly addedBy: string
}

/** The plan's digest is made again from what is stored: what was signed for is what is here. */
export async function findWaiting(database: Queryable, id: string): Promise<Waiting | undefined> {
  const [row] = await database.query<WaitingRow>(
    `SELECT id, agency, as_of AS "asOf", file_name AS "fileName", source, people, plan, with_passwords AS "withPasswords",
       added_at AS "addedAt", added_by AS "addedBy" FROM staff_waiting WHERE id = $1`,
    [id],
  )
  if (!row) return undefined
  const plan = stored.parse(row.plan)
  const changes = plan.changes.map((each) => ({ ...each, before: inForce(each.before), fields: fieldsOf(each.fields) }))
  return { ...row, plan: withDigest({ ...plan, changes, leaves: plan.leaves.map(inForce) }, row.asOf) }
}

const inForce = ({ until, ...rest }: z.infer<typeof held>): HeldTerm => ({ ...rest, until })
const fieldsOf = (fields: readonly string[]) => fields as StaffPlan['changes'][number]['fields']

const KEPT_MS = 30 * 86_400_000

/** Forgets people of proposals that have long been decided or have expired; that they were made stands in the ledger. */
export async function forgetWaiting({ upkeep }: Database, now: Date): Promise<void> {
  await upkeep.query('DELETE FROM staff_waiting WHERE added_at < $1', [new Date(now.getTime() - KEPT_MS)])
}

/** Personnel numbers whose posts a plan touches, and those it names. */
export const touched = ({ joins, changes, leaves }: StaffPlan): ReadonlySet<string> =>
  new Set([
    ...[...joins.map(({ term: each }) => each), ...changes.map(({ after }) => after.term)].flatMap(
      ({ person, manager, deputy }) => [person, manager, deputy].filter((each) => each !== ''),
    ),
    ...leaves.map(({ person }) => person),
  ])

/**
 * What is in force of whom and what a plan touches: who holds which post, which accounts there are, which units. When it
 * is another than when the plan was proposed, the plan is stale. What others do meanwhile does not touch it.
 */
export async function inForceFor(database: Queryable, { agency, plan }: Waiting) {
  const rows = await database.query<TermRow>(
    `SELECT ${TERM_COLUMNS} FROM term t WHERE t.agency = $1 AND t.until IS NULL AND t.person = ANY($2) ORDER BY t.person`,
    [agency, [...touched(plan)]],
  )
  const terms = rows.map(heldOf)
  const accounts = await database.query(
    'SELECT account, role, serves, ended_at FROM account WHERE account = ANY($1) ORDER BY account',
    [[...accountsOf(plan), ...terms.map(({ account }) => account)]],
  )
  const units = await database.query(
    'SELECT code, name, parent FROM unit WHERE agency = $1 AND until IS NULL AND code = ANY($2) ORDER BY code',
    [agency, [...plan.unitsOpened.map(({ code }) => code), ...plan.unitsClosed]],
  )
  const told = JSON.parse(JSON.stringify([terms, accounts, units]))
  return { terms, state: createHash('sha256').update(canonicalJson(told)).digest('hex') }
}

/** Every account a plan touches: those it opens, changes and ends. */
export const accountsOf = ({ joins, changes, leaves }: StaffPlan): readonly string[] => [
  ...joins.map(({ term: each }) => each.account),
  ...changes.flatMap(({ before, after }) => [before.account, after.term.account]),
  ...leaves.map(({ account }) => account),
]

const MAX_LINES = 400

/** A post in one line, for who has to compare two of them. */
export function linesOfTerms(terms: readonly Term[]): readonly string[] {
  const lines = terms.slice(0, MAX_LINES).map((each) => {
    const deputy = each.deputy === '' ? '' : `代理 ${each.deputy} ${each.deputyFrom}–${each.deputyUntil}`
    const manager = each.manager === '' ? '' : `主管 ${each.manager}`
    const handles = each.portfolio.slice(0, 20).join(' ')
    const parts = [
      each.person,
      each.name,
      each.account,
      `${each.unit} ${each.title}`,
      each.role,
      manager,
      deputy,
      handles,
    ]
    return parts.filter((part) => part !== '').join('｜')
  })
  return terms.length > MAX_LINES ? [...lines, `… ${terms.length}`] : lines
}
