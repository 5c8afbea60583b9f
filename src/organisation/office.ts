import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import type { ConflictAct, Office, OfficePerson } from '../gate/port.ts'
import { approversOf as approversByRole, askerFacts, ethicsOf } from '../identity/port.ts'
import { portfolioOf, principalsOf, type Superior, superiorsOf } from './chart.ts'

export interface OfficeDeps {
  readonly database: Database
  readonly clock: Clock
  /** whether two officials are kin or live together; see household.ts */
  readonly household: (judge: string, account: string) => Promise<boolean>
}

/** What the gate asks of the office, by the chart in force; by roles alone where an agency has brought no personnel file. */
export function createOffice(deps: OfficeDeps): Office {
  const { database, clock } = deps
  return {
    asker: (account) => askerOf(deps, account),
    approversOf: async (account, template) => {
      const superiors = await superiorsOf(database, account, clock.now())
      if (superiors.length > 0) return withDeputies(chosenFor(template, superiors), account)
      // Above the head of an agency stands the county's; without a chart everybody of the role.
      const isCharted = (await portfolioOf(database, account)) !== undefined
      return approversByRole(database, account, isCharted ? 'head' : template)
    },
    ethicsOf: (agency) => ethicsOf(database, agency),
    conflict: (judge, account, act) => conflictOf(deps, judge, account, act),
  }
}

/** Who he is, with what his post and those he stands in for give him to handle; his post says for whom he acts. */
async function askerOf({ database, clock }: OfficeDeps, account: string) {
  const [asker, own, principals] = await Promise.all([
    askerFacts(database, account),
    portfolioOf(database, account),
    principalsOf(database, account, clock.now()),
  ])
  if (!asker) return undefined
  const portfolio = [...new Set([...(own ?? []), ...principals.flatMap((each) => each.portfolio)])]
  const acting = principals.map(({ unit, title }) => `${unit}${title}`).join('、')
  return { ...asker, portfolio, post: acting === '' ? asker.post : `${asker.post}（代理${acting}）` }
}

/** The nearest level that has anybody; for two persons as many levels as it takes; for the head only him. */
function chosenFor(
  template: Parameters<Office['approversOf']>[1],
  superiors: readonly Superior[],
): readonly Superior[] {
  if (template === 'head') return superiors.filter(({ role }) => role === 'head')
  const needed = template === 'two-persons' ? 2 : 1
  const chosen: Superior[] = []
  for (const level of new Set(superiors.map((each) => each.level))) {
    if (chosen.length >= needed) break
    chosen.push(...superiors.filter((each) => each.level === level))
  }
  return chosen
}

/** Each with who stands in for him today, who is told apart by whom he acts for. Never the asker himself. */
function withDeputies(principals: readonly Superior[], asker: string): readonly OfficePerson[] {
  const people = new Map<string, OfficePerson>()
  for (const { account, name, unit, post, agency } of principals)
    people.set(account, { account, name, unit, post, agency })
  for (const { account, unit, post, deputy } of principals)
    if (deputy && deputy.account !== asker && !people.has(deputy.account))
      people.set(deputy.account, { ...deputy, actingFor: { account, post: `${unit}${post}` } })
  return [...people.values()]
}

/**
 * Why one may not decide on another. A direct superior is the ordinary approver of a look; he does not judge what his own
 * report did (four eyes: nobody judges himself, his superior, his reports). Kin and household are asked for one pair, and
 * only when somebody is about to decide, not when he lists what waits.
 */
async function conflictOf(
  deps: OfficeDeps,
  judge: string,
  account: string,
  act: ConflictAct,
): ReturnType<Office['conflict']> {
  if (judge === account) return 'self'
  const { database, clock } = deps
  const [above, named] = await Promise.all([
    superiorsOf(database, judge, clock.now()),
    database.query(
      `SELECT 1 FROM term a JOIN term d ON d.agency = a.agency AND d.person = a.deputy
       WHERE a.account = $1 AND d.account = $2 AND a.until IS NULL AND d.until IS NULL`,
      [account, judge],
    ),
  ])
  if (above.some((each) => each.account === account)) return 'subordinate'
  if (named.length > 0) return 'deputy'
  if (act === 'judge') {
    const over = await superiorsOf(database, account, clock.now())
    if (over.some((each) => each.account === judge)) return 'superior'
  }
  return act !== 'list' && (await deps.household(judge, account)) ? 'household' : undefined
}
