import type { Queryable } from '../database/database.ts'
import type { RoleName } from '../wire/session.ts'
import type { RoleGiven } from './give-role.ts'

/** Roles that watch over others: none of them ends on one person's word, and the last never does. */
const WATCHING: readonly RoleName[] = ['ethics', 'auditor', 'outside-auditor', 'security', 'head']

export const isWatching = (role: RoleName): boolean => WATCHING.includes(role)

interface Watcher extends RoleGiven {
  readonly account: string
}

/**
 * Which of these accounts may not lose their role because nobody of it would be left for an agency they serve, or for the
 * whole installation where they serve all. Held until the commit: of two that would each leave the other as the last, the
 * second waits and is refused.
 */
export async function lastOfTheirRole(tx: Queryable, losing: readonly string[]): Promise<readonly string[]> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('shoumi-watching-roles', 0))")
  const all = await tx.query<Watcher & Record<string, unknown>>(
    'SELECT account, role, agency, serves FROM watching_accounts($1)',
    [WATCHING],
  )
  const gone = new Set(losing)
  const left = all.filter(({ account }) => !gone.has(account))
  return all
    .filter(({ account }) => gone.has(account))
    .filter(
      (each) =>
        !isCovered(
          each,
          left.filter(({ role }) => role === each.role),
        ),
    )
    .map(({ account }) => account)
}

/** Whether those who stay serve every agency he serves. */
function isCovered(gone: RoleGiven, left: readonly RoleGiven[]): boolean {
  const reach = reachOf(gone)
  if (reach === 'all') return left.some((each) => reachOf(each) === 'all')
  return reach.every((agency) => left.some((each) => covers(each, agency)))
}

const covers = (given: RoleGiven, agency: string): boolean => {
  const reach = reachOf(given)
  return reach === 'all' || reach.includes(agency)
}

/** Agencies somebody serves: his own and those besides; an office above the agencies with none serves them all. */
export const reachOf = ({ agency, serves }: Pick<RoleGiven, 'agency' | 'serves'>): 'all' | readonly string[] =>
  agency === '' && serves.length === 0 ? 'all' : [...(agency === '' ? [] : [agency]), ...serves]
