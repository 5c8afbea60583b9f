import type { VerdictCounts } from '../wire/verdict.ts'
import { dayOf, daysUntil, seriesOf, verdictsHref } from './day-range.ts'
import type { ProofName } from './measures.ts'
import type { DayRange, GuideFacts } from './port.ts'

/** What a control shows for itself: one figure, its course by day, and when it last worked. */
export interface Proof {
  readonly value: number
  readonly unit: string
  readonly unitEn: string
  readonly href: string
  /** oldest first, at most 30 points */
  readonly spark: readonly number[]
  /** ISO instant of the work that the figure comes from */
  readonly provenAt: string
  /** after so many hours without new work the proof is stale */
  readonly freshForHours: number
}

/** undefined: the control exists but has not worked yet. */
export type Proofs = Readonly<Record<Exclude<ProofName, 'provenMeasures'>, () => Promise<Proof | undefined>>>
type GateProof = 'decidedLooks' | 'traceableScreens' | 'decidedRequests'

export const SPARK_DAYS = 30
// A nightly run may slip by one night; two missed nights are worth amber.
const RECONCILE_FRESH_HOURS = 48
const PERCENT_DIGITS = 1

/** The proofs that reconciliation gives, over the newest 30 days of data. */
export function reconcileProofs(facts: GuideFacts): Omit<Proofs, GateProof> {
  const over = async (
    measure: (range: DayRange) => Promise<Omit<Proof, 'provenAt' | 'freshForHours'>>,
  ): Promise<Proof | undefined> => {
    const [newest, run] = await Promise.all([facts.newestDay(), facts.lastRun()])
    if (!newest || !run) return undefined
    return {
      ...(await measure(daysUntil(newest, SPARK_DAYS))),
      provenAt: run.endedAt,
      freshForHours: RECONCILE_FRESH_HOURS,
    }
  }
  return {
    explainedShare: () => over((range) => explainedShare(facts, range)),
    judgedAccesses: () => over((range) => judgedAccesses(facts, range)),
    refutedClaims: () => over((range) => refutedClaims(facts, range)),
    statedPurpose: () => over((range) => statedPurpose(facts, range)),
  }
}

// An office that is closed for a week asks nothing; one that asks nothing for a month has stopped using the gate.
const GATE_FRESH_HOURS = 720

/** The proofs that the gate gives, over the 30 days that end today. */
export function gateProofs(facts: GuideFacts, now: () => Date): Pick<Proofs, GateProof> {
  const counted = async (kinds: readonly string[], words: Pick<Proof, 'unit' | 'unitEn' | 'href'>) => {
    const range = daysUntil(dayOf(now()), SPARK_DAYS)
    const days = await facts.eventsByDay(kinds, range)
    const last = days.at(-1)?.last
    if (last === undefined) return undefined
    const spark = seriesOf(range, days, ({ count }) => count, 0)
    return { ...words, value: sum(spark), spark, provenAt: last, freshForHours: GATE_FRESH_HOURS }
  }
  return {
    decidedLooks: () =>
      counted(['disclosure-opened', 'gate-refused', 'gate-evaluated'], {
        ...{ unit: '次查詢先經判定／30 日', unitEn: 'looks decided first in 30 days', href: '/policies' },
      }),
    traceableScreens: () =>
      counted(['disclosure-opened'], {
        ...{ unit: '個畫面可由代碼追回／30 日', unitEn: 'screens traceable by code in 30 days', href: '/trace' },
      }),
    decidedRequests: () =>
      counted(['request-approved', 'request-rejected'], {
        ...{ unit: '件由主管准駁／30 日', unitEn: 'requests decided in 30 days', href: '/approvals' },
      }),
  }
}

async function explainedShare(facts: GuideFacts, range: DayRange) {
  const days = await facts.verdictsByDay(range)
  const explained = sum(days.map(({ counts }) => counts.explained))
  return {
    value: percent(explained, sum(days.map(({ counts }) => totalOf(counts)))),
    unit: '% 有據／30 日',
    unitEn: '% explained in 30 days',
    spark: seriesOf(range, days, ({ counts }) => percent(counts.explained, totalOf(counts)), 0),
    href: verdictsHref(range, { verdict: 'contradicted,unexplained' }),
  }
}

async function judgedAccesses(facts: GuideFacts, range: DayRange) {
  const days = await facts.verdictsByDay(range)
  const series = seriesOf(range, days, ({ counts }) => totalOf(counts), 0)
  return {
    value: sum(series),
    unit: '筆已判定／30 日',
    unitEn: 'judged in 30 days',
    spark: series,
    href: verdictsHref(range, {}),
  }
}

async function refutedClaims(facts: GuideFacts, range: DayRange) {
  const series = seriesOf(range, await facts.refutedByDay('T2.5', range), ({ count }) => count, 0)
  return {
    value: sum(series),
    unit: '筆所稱與紀錄不符／30 日',
    unitEn: 'claims refuted in 30 days',
    spark: series,
    href: verdictsHref(range, { verdict: 'contradicted' }),
  }
}

async function statedPurpose(facts: GuideFacts, range: DayRange) {
  const days = await facts.statedByDay(range)
  return {
    value: percent(sum(days.map((each) => each.part)), sum(days.map((each) => each.total))),
    unit: '% 載明／30 日',
    unitEn: '% stated in 30 days',
    spark: seriesOf(range, days, (each) => percent(each.part, each.total), 0),
    href: verdictsHref(range, {}),
  }
}

export const totalOf = (counts: VerdictCounts): number =>
  counts.contradicted + counts.unexplained + counts.weak + counts.explained
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Share in percent with one digit; 0 of nothing is 0, never an unearned 100. */
export function percent(part: number, total: number): number {
  return total === 0 ? 0 : Number(((part / total) * 100).toFixed(PERCENT_DIGITS))
}
