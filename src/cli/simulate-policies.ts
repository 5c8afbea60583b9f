import { comparePolicies, findOpenings, loadCatalogue, loadPolicies } from '../gate/port.ts'
import type { Opening, OutcomeChange, PolicyDifference, PolicyOpenings, SituationText } from '../wire/gate-policy.ts'
import { type CommandContext, exitCodes } from './command-line.ts'

export interface SimulateOptions {
  readonly policies?: string
  readonly against?: string
  readonly json?: boolean
}

/**
 * Tries every situation the policies can tell apart: who gets in without approval, or what changes against another
 * folder. Needs no running program. A change that lets somebody see more gives exit code 2.
 */
export async function simulatePolicies(context: CommandContext, options: SimulateOptions): Promise<number> {
  const catalogue = await loadCatalogue()
  const books = await readBooks(context, options)
  if (!books) return exitCodes.failed
  const onTried = (tried: number) => {
    if (context.isTerminal) context.talk(`\r已試 ${tried.toLocaleString()} 種情況 situations tried\u001b[K`)
  }
  if (!books.against) {
    const found = await findOpenings(books.policies, catalogue, onTried)
    context.talk('\n')
    context.out(options.json ? `${JSON.stringify(found)}\n` : describeOpenings(found))
    return exitCodes.done
  }
  const difference = await comparePolicies(books.against, books.policies, catalogue, onTried)
  context.talk('\n')
  context.out(options.json ? `${JSON.stringify(difference)}\n` : describeDifference(difference))
  return difference.changes.some(({ isWider }) => isWider) ? exitCodes.findings : exitCodes.done
}

async function readBooks(context: CommandContext, { policies, against }: SimulateOptions) {
  try {
    return {
      policies: await loadPolicies(policies),
      against: against === undefined ? undefined : await loadPolicies(against),
    }
  } catch (error) {
    // What is wrong with a policy is said with its file and id; nothing of it is secret.
    context.talk(`${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  }
}

function describeOpenings({ openings, policyVersion, tried, isWhole }: PolicyOpenings): string {
  const lines = openings.flatMap((each) => [
    `● ${each.dataSet}　${each.purpose}　${each.act}　遮罩 mask ${each.mask}`,
    `    ${conditionsOf(each).join('；')}`,
  ])
  const none = openings.length === 0 ? ['沒有人不經核准就看得到。 Nobody gets in without approval.'] : []
  return `${[...lines, ...none, '', summary(policyVersion, tried, isWhole)].join('\n')}\n`
}

const conditionsOf = (each: Opening): readonly string[] => [
  `角色 roles ${each.roles.join('、')}`,
  `案件 case ${each.cases.join('、')}`,
  each.outsidePortfolio ? '轄管內外 any portfolio' : '限轄管 own portfolio',
  each.offDuty ? '不論值勤 on or off duty' : '限值勤 on duty',
  each.subjectsTodayAtMost === null ? '人數不限 any volume' : `當日至多 at most ${each.subjectsTodayAtMost} 人 a day`,
  ...(each.minutesSinceStepUpAtMost === null ? [] : [`通行密鑰 passkey ${each.minutesSinceStepUpAtMost} min`]),
  ...(each.isEveryCombination ? [] : ['並非每一組合 not in every combination']),
]

function describeDifference({ changes, before, after, tried, isWhole }: PolicyDifference): string {
  const lines = changes.flatMap((each) => [
    headOf(each),
    ...each.examples.map((one) => `    例 e.g. ${exampleOf(one)}`),
  ])
  const none = changes.length === 0 ? ['結果完全相同。 No outcome changes.'] : []
  return `${[...lines, ...none, '', summary(`${before} → ${after}`, tried, isWhole)].join('\n')}\n`
}

const headOf = ({ dataSet, from, to, count, isWider }: OutcomeChange): string =>
  `${isWider ? '▲ 放寬 wider' : '▽ 收緊 narrower'}　${dataSet}　${from} → ${to}　${count.toLocaleString()}`

const exampleOf = (one: SituationText): string =>
  [
    ...[one.purpose, one.act, one.standing, `case ${one.case}`],
    ...[`portfolio ${one.inPortfolio}`, `duty ${one.onDuty}`, `sensitivity ${one.sensitivity}`],
    ...[`passkey ${one.minutesSinceStepUp} min`, `subjects ${one.subjectsToday}`],
  ].join('; ')

const summary = (version: string, tried: number, isWhole: boolean): string =>
  `${version}：${tried.toLocaleString()} 種情況 situations${
    isWhole
      ? '，政策分得出的全部 all that the policies can tell apart'
      : '，但有政策以其他方式讀取數值，未必涵蓋全部 some policy reads a value in another way: there may be more'
  }`
