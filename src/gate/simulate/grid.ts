import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { assert } from '../../base/assert.ts'
import { roleNames } from '../../wire/session.ts'
import type { Catalogue } from '../catalogue.ts'
import type { DecisionRequest, Sensitivity } from '../decision.ts'

/** Who asks, as far as policies tell people apart: a role of the data set's own agency, or somebody of another one. */
export type Standing = `role:${string}` | 'other-agency'

/** What the case system says, from `none` stated over `unknown` to found: open? the subject a party? the asker assigned? */
export const CASE_STATES = [
  'none',
  'unknown',
  ...['open', 'closed'].flatMap((open) =>
    ['party', 'stranger'].flatMap((party) => ['mine', 'others'].map((mine) => `${open} ${party} ${mine}` as const)),
  ),
] as const

/** One point of the finite grid of everything a policy can tell apart. */
export interface Situation {
  readonly dataSet: string
  readonly purpose: string
  readonly act: DecisionRequest['act']
  readonly standing: Standing
  readonly case: string
  readonly inPortfolio: boolean
  readonly onDuty: boolean
  readonly sensitivity: Sensitivity
  readonly minutesSinceStepUp: number
  readonly subjectsToday: number
}

/** The values of each attribute that make a difference to some policy. `isWhole`: no policy reads one in another way. */
export interface Axes {
  readonly acts: readonly DecisionRequest['act'][]
  readonly roles: readonly string[]
  readonly sensitivities: readonly Sensitivity[]
  readonly minutesSinceStepUp: readonly number[]
  readonly subjectsToday: readonly number[]
  readonly isWhole: boolean
}

const ACTS = ['query', 'export', 'print', 'copy'] as const
const SENSITIVITIES = [1, 2, 3, 4] as const
const NO_ROLE = 'it'
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const COUNTED = ['subjectsToday', 'minutesSinceStepUp'] as const
const MAX_SITUATIONS = 2_000_000

/** A purpose of another agency stands for everything that does not fit. */
const UNFIT_PURPOSE = 'none-such'

/**
 * Reads off the policies which values count: the words an act is compared with, the roles that are named, and of each
 * border a policy draws the last value on either side.
 */
export function axesOf(policies: readonly PolicyJson[], sensitivities: readonly Sensitivity[]): Axes {
  const found: Found = { literals: new Map(), mentions: new Map(), texts: new Set() }
  for (const { conditions } of policies) walk(conditions, found)
  const words = found.literals.get('act') ?? new Set()
  const named = ACTS.filter((act) => words.has(act))
  const other = ACTS.find((act) => !words.has(act))
  const borders = (attribute: string) => bordersOf(found.literals.get(attribute) ?? new Set())
  const namedRoles = roleNames.filter((role) => found.texts.has(role))
  return {
    acts: other === undefined ? named : [...named, other],
    roles: namedRoles.some((role) => role === NO_ROLE) ? namedRoles : [...namedRoles, NO_ROLE],
    sensitivities: SENSITIVITIES.filter((each) => sensitivities.includes(each)),
    minutesSinceStepUp: borders('minutesSinceStepUp'),
    subjectsToday: borders('subjectsToday'),
    isWhole: [...COUNTED, 'act'].every((name) => (found.mentions.get(name) ?? 0) === comparisonsOf(found, name)),
  }
}

interface Found {
  readonly literals: Map<string, Set<unknown>>
  /** how often an attribute is read at all, and how often in a comparison with a literal */
  readonly mentions: Map<string, number>
  readonly texts: Set<string>
}

const comparisonsOf = ({ mentions }: Found, name: string): number => mentions.get(`compared ${name}`) ?? 0

function walk(node: unknown, found: Found): void {
  if (Array.isArray(node)) for (const each of node) walk(each, found)
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return
  for (const [key, value] of Object.entries(node)) {
    if (COMPARISONS.has(key)) noteComparison(key, value as Sides, found)
    if (key === '.') count(found, attributeOf({ '.': value }) ?? '')
    if (key === 'Value' && typeof value === 'string') found.texts.add(value)
    walk(value, found)
  }
}

interface Sides {
  readonly left: unknown
  readonly right: unknown
}

function noteComparison(operator: string, { left, right }: Sides, found: Found): void {
  for (const [side, other, isTurned] of [
    [left, right, false],
    [right, left, true],
  ] as const) {
    const attribute = attributeOf(side)
    const literal = (other as { Value?: unknown } | null)?.Value
    if (attribute === undefined || literal === undefined) continue
    count(found, `compared ${attribute}`)
    const known = found.literals.get(attribute) ?? new Set()
    for (const value of bothSides(operator, literal, isTurned)) known.add(value)
    found.literals.set(attribute, known)
  }
}

/** The last value on either side of the border a comparison draws: `> 15` parts 15 from 16, `>= 60` parts 59 from 60. */
function bothSides(operator: string, literal: unknown, isTurned: boolean): readonly unknown[] {
  if (typeof literal !== 'number') return [literal]
  if (operator === '==' || operator === '!=') return [literal - 1, literal, literal + 1]
  const partsAbove = (operator === '>' || operator === '<=') !== isTurned
  return partsAbove ? [literal, literal + 1] : [literal - 1, literal]
}

const count = (found: Found, name: string): void => void found.mentions.set(name, (found.mentions.get(name) ?? 0) + 1)

/** `context.NAME` as its name; undefined for anything else. */
function attributeOf(node: unknown): string | undefined {
  const access = (node as { '.'?: { left?: { Var?: string }; attr?: string } } | null)?.['.']
  return access?.left?.Var === 'context' ? access.attr : undefined
}

function bordersOf(literals: ReadonlySet<unknown>): readonly number[] {
  const values = [...literals].filter((value) => typeof value === 'number' && value >= 0) as number[]
  return values.length === 0 ? [0] : values.sort((a, b) => a - b)
}

/** Every situation of one data set, `axes` times its agency's purposes and all that can be said of a case. */
export function* situationsOf(catalogue: Catalogue, dataSet: string, axes: Axes): Generator<Situation> {
  const agency = catalogue.dataSet(dataSet)?.agency ?? ''
  const fitting = catalogue.purposes.filter(({ agencies }) => agencies.includes(agency)).map(({ code }) => code)
  const lists: readonly (readonly unknown[])[] = [
    [...fitting, UNFIT_PURPOSE],
    axes.acts,
    [...axes.roles.map((role) => `role:${role}`), 'other-agency'],
    CASE_STATES,
    [true, false],
    [true, false],
    axes.sensitivities,
    axes.minutesSinceStepUp,
    axes.subjectsToday,
  ]
  const size = lists.reduce((product, list) => product * list.length, 1)
  assert(size <= MAX_SITUATIONS, `${dataSet}: ${size} situations are more than can be tried`)
  for (let n = 0; n < size; n++) yield situationAt(dataSet, lists, n)
}

function situationAt(dataSet: string, lists: readonly (readonly unknown[])[], n: number): Situation {
  let rest = n
  const picked = lists.map((list) => {
    const value = list[rest % list.length]
    rest = Math.floor(rest / list.length)
    return value
  })
  const [purpose, act, standing, stated, inPortfolio, onDuty, sensitivity, minutesSinceStepUp, subjectsToday] = picked
  return {
    ...{ dataSet, purpose, act, standing, case: stated, inPortfolio, onDuty, sensitivity },
    ...{ minutesSinceStepUp, subjectsToday },
  } as Situation
}

/** The request a situation stands for. */
export function requestOf(catalogue: Catalogue, situation: Situation, at: Date): DecisionRequest {
  const agency = catalogue.dataSet(situation.dataSet)?.agency ?? ''
  const { standing, minutesSinceStepUp } = situation
  const isOwn = standing !== 'other-agency'
  return {
    asker: {
      ...{ account: 'anyone', unit: '', post: '', portfolio: ['key'], isOnDuty: situation.onDuty },
      agency: isOwn ? agency : `not ${agency}`,
      roles: [isOwn ? standing.slice('role:'.length) : 'officer'],
      stepUpAt: new Date(at.getTime() - minutesSinceStepUp * MS_PER_MINUTE),
    },
    act: situation.act,
    resource: {
      ...{ agency, dataSet: situation.dataSet, query: 'any', version: 1, subjectToken: '', rows: 1 },
      sensitivity: situation.sensitivity,
      portfolioKey: situation.inPortfolio ? 'key' : 'other key',
    },
    purpose: situation.purpose,
    ...(situation.case !== 'none' && { case: caseOf(situation.case) }),
    at,
    subjectsToday: situation.subjectsToday,
  }
}
const MS_PER_MINUTE = 60_000

function caseOf(state: string): NonNullable<DecisionRequest['case']> {
  const words = state.split(' ')
  return {
    number: 'any',
    isFound: state !== 'unknown',
    isOpen: words.includes('open'),
    isSubjectParty: words.includes('party'),
    isAskerAssigned: words.includes('mine'),
  }
}
