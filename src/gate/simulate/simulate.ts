import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs'
import { assert } from '../../base/assert.ts'
import type { Opening, OutcomeChange, PolicyDifference, PolicyOpenings, SituationText } from '../../wire/gate-policy.ts'
import type { Catalogue } from '../catalogue.ts'
import { createDecider, type Decider } from '../decide.ts'
import type { Decision, Sensitivity } from '../decision.ts'
import type { PolicyBook } from '../policy-book.ts'
import { type Axes, axesOf, requestOf, type Situation, situationsOf } from './grid.ts'

// The engine decides some eight thousand times a second; others must get their turn in between.
const BETWEEN_PAUSES = 200
const MAX_EXAMPLES = 3
const AT = new Date('2026-01-05T02:00:00Z')

/** Looks at progress: so many situations tried. */
export type OnTried = (tried: number) => void

/**
 * Who gets in without approval: tries every situation the policies can tell apart and gathers those that are shown at
 * once, by data set, purpose, act and mask, with every value at which it happened. Lets other work run in between.
 */
export async function findOpenings(book: PolicyBook, catalogue: Catalogue, onTried: OnTried = () => undefined) {
  const decider = createDecider(book, catalogue.purpose)
  const found = new Map<string, Gathered>()
  let tried = 0
  let isWhole = true
  for (const dataSet of book.dataSets) {
    const axes = axesFor([book], catalogue, dataSet)
    isWhole &&= axes.isWhole
    for (const situation of situationsOf(catalogue, dataSet, axes)) {
      const mask = decider.shownAtOnce(requestOf(catalogue, situation, AT))
      if (mask) gather(found, situation, mask, axes)
      await pause(++tried, onTried)
    }
  }
  onTried(tried)
  return {
    policyVersion: book.version,
    tried,
    isWhole,
    openings: [...found.values()].map(openingOf),
  } satisfies PolicyOpenings
}

/**
 * What a change of policies changes: every situation either book can tell apart is decided by both. Changes are counted
 * by data set and by what they were and become, with examples; `wider` ones let somebody see more than before.
 */
export async function comparePolicies(
  before: PolicyBook,
  after: PolicyBook,
  catalogue: Catalogue,
  onTried: OnTried = () => undefined,
): Promise<PolicyDifference> {
  const [was, is] = [before, after].map((book) => createDecider(book, catalogue.purpose)) as [Decider, Decider]
  const changes = new Map<string, OutcomeChange>()
  let tried = 0
  let isWhole = true
  for (const dataSet of new Set([...before.dataSets, ...after.dataSets])) {
    // The same policies decide the same: only what was touched has to be tried.
    if (before.set(dataSet)?.texts.join('\0') === after.set(dataSet)?.texts.join('\0')) continue
    const axes = axesFor([before, after], catalogue, dataSet)
    isWhole &&= axes.isWhole
    for (const situation of situationsOf(catalogue, dataSet, axes)) {
      const request = requestOf(catalogue, situation, AT)
      note(changes, situation, was.decide(request), is.decide(request))
      await pause(++tried, onTried)
    }
  }
  onTried(tried)
  return {
    before: before.version,
    after: after.version,
    tried,
    isWhole,
    changes: [...changes.values()].sort(widerFirst),
  }
}

const widerFirst = (a: OutcomeChange, b: OutcomeChange): number => Number(b.isWider) - Number(a.isWider)

async function pause(tried: number, onTried: OnTried): Promise<void> {
  if (tried % BETWEEN_PAUSES !== 0) return
  onTried(tried)
  await new Promise((done) => setImmediate(done))
}

function axesFor(books: readonly PolicyBook[], catalogue: Catalogue, dataSet: string): Axes {
  const texts = books.flatMap((book) => book.set(dataSet)?.texts ?? [])
  const policies = texts.map((text) => {
    const answer = policyToJson(text)
    assert(answer.type === 'success', 'a policy of a prepared book can be read')
    return answer.json
  })
  return axesOf(policies, sensitivitiesOf(catalogue, dataSet))
}

/** As sensitive as the data set's queries are; where there is none yet, as the data set itself. */
function sensitivitiesOf(catalogue: Catalogue, dataSet: string): readonly Sensitivity[] {
  const queries = catalogue.queries.filter((query) => query.dataSet === dataSet && !query.internal)
  const declared = catalogue.dataSet(dataSet)?.sensitivity
  return [...queries.map(({ sensitivity }) => sensitivity), ...(declared ? [declared as Sensitivity] : [])]
}

interface Gathered {
  readonly example: Situation
  readonly mask: string
  readonly axes: Axes
  readonly values: Record<Varying, Set<string>>
  count: number
}

type Varying = 'standing' | 'case' | 'inPortfolio' | 'onDuty' | 'sensitivity' | 'minutesSinceStepUp' | 'subjectsToday'
const VARYING: readonly Varying[] = [
  ...(['standing', 'case', 'inPortfolio', 'onDuty'] as const),
  ...(['sensitivity', 'minutesSinceStepUp', 'subjectsToday'] as const),
]

function gather(found: Map<string, Gathered>, situation: Situation, mask: string, axes: Axes): void {
  const key = [situation.dataSet, situation.purpose, situation.act, mask].join(' ')
  const fresh = (): Gathered => ({
    example: situation,
    mask,
    axes,
    count: 0,
    values: Object.fromEntries(VARYING.map((name) => [name, new Set<string>()])) as Gathered['values'],
  })
  const known = found.get(key) ?? fresh()
  for (const name of VARYING) known.values[name].add(String(situation[name]))
  known.count += 1
  found.set(key, known)
}

function openingOf({ example, mask, values, count, axes }: Gathered): Opening {
  const { dataSet, purpose, act } = example
  const product = VARYING.reduce((size, name) => size * values[name].size, 1)
  // The highest value tried stands for everything above it.
  const highest = (name: 'subjectsToday' | 'minutesSinceStepUp') => {
    const most = Math.max(...[...values[name]].map(Number))
    return most === Math.max(...axes[name]) ? null : most
  }
  return {
    ...{ dataSet, purpose, act, mask, situations: count },
    // Some combination of these values is refused: the list names what occurs, not every mixture of it.
    isEveryCombination: product === count,
    roles: [...values.standing].map((each) => each.replace('role:', '')),
    cases: [...values.case],
    outsidePortfolio: values.inPortfolio.has('false'),
    offDuty: values.onDuty.has('false'),
    subjectsTodayAtMost: highest('subjectsToday'),
    minutesSinceStepUpAtMost: highest('minutesSinceStepUp'),
  }
}

const maskOf = (decision: Decision): string =>
  decision.obligations.find((each) => each.type === 'mask')?.level ?? 'strong'

const RANK = ['deny', 'break-glass', 'needs-approval', 'permit'] as const
const MASK_RANK = ['strong', 'standard', 'full'] as const

function note(changes: Map<string, OutcomeChange>, situation: Situation, was: Decision, is: Decision): void {
  const [from, to] = [wordOf(was), wordOf(is)]
  if (from === to) return
  const key = `${situation.dataSet} ${from} ${to}`
  const known = changes.get(key) ?? {
    dataSet: situation.dataSet,
    from,
    to,
    isWider: isWider(was, is),
    count: 0,
    examples: [],
  }
  const examples = known.examples.length < MAX_EXAMPLES ? [...known.examples, textOf(situation)] : known.examples
  changes.set(key, { ...known, count: known.count + 1, examples })
}

/** An outcome with what hangs on it: `permit standard`, `needs-approval head`, `break-glass 15`, `deny`. */
function wordOf(decision: Decision): string {
  if (decision.outcome === 'permit') return `permit ${maskOf(decision)}`
  if (decision.outcome === 'needs-approval') return `needs-approval ${decision.template} ${maskOf(decision)}`
  return decision.outcome === 'break-glass' ? `break-glass ${decision.minutes} ${maskOf(decision)}` : 'deny'
}

function isWider(was: Decision, is: Decision): boolean {
  const step = RANK.indexOf(is.outcome) - RANK.indexOf(was.outcome)
  if (step !== 0) return step > 0
  const rank = (decision: Decision) => MASK_RANK.findIndex((mask) => mask === maskOf(decision))
  if (rank(is) !== rank(was)) return rank(is) > rank(was)
  const templates = ['head', 'two-persons', 'supervisor']
  if (was.outcome === 'needs-approval' && is.outcome === 'needs-approval')
    return templates.indexOf(is.template) > templates.indexOf(was.template)
  return was.outcome === 'break-glass' && is.outcome === 'break-glass' && is.minutes > was.minutes
}

const textOf = (situation: Situation): SituationText => ({ ...situation, sensitivity: situation.sensitivity })
