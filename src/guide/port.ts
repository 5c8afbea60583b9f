import type { LivingGuide, Today } from '../wire/guide.ts'
import type { VerdictCounts } from '../wire/verdict.ts'

/**
 * The guide answers: which measure against leaks works in this agency, and how is that known today? It holds the five
 * types and their measures as data, binds each to the control that carries it out, and asks for figures through
 * GuideFacts. What no control carries out is grey; a proof that is old turns amber by itself; unknown is never alive.
 */
export interface Guide {
  /** The guide with the state of every measure now. */
  livingGuide(): Promise<LivingGuide>
  /** What waits for a person, and the figures that changed most over the newest seven days of data. */
  today(): Promise<Omit<Today, 'warnings'>>
}

// Supplied facts must count days as the guide does.
export { dayOf } from './day-range.ts'

/** Days in Taipei, `YYYY-MM-DD`: from the first to before the second. */
export interface DayRange {
  readonly from: string
  readonly to: string
}

export interface DayCounts {
  readonly day: string
  readonly counts: VerdictCounts
}

export interface DayShare {
  readonly day: string
  /** accesses that have the property */
  readonly part: number
  readonly total: number
}

export interface DayCount {
  readonly day: string
  readonly count: number
}

/** The figures the guide asks for, supplied by the composition root from the other slices. Days without rows may be left out. */
export interface GuideFacts {
  /** newest Taipei day that has verdicts, or undefined when there are none */
  newestDay(): Promise<string | undefined>
  /** the last reconciliation that ended well; instants ISO */
  lastRun(): Promise<{ readonly runId: string; readonly endedAt: string; readonly accesses: number | null } | undefined>
  verdictsByDay(range: DayRange): Promise<readonly DayCounts[]>
  /** accesses per day hit by a contradiction whose rule serves `measure` */
  refutedByDay(measure: string, range: DayRange): Promise<readonly DayCount[]>
  /** accesses per day that state a case number or a purpose that is not a mere phrase */
  statedByDay(range: DayRange): Promise<readonly DayShare[]>
  /** events of these kinds in the journal, by day, with the instant of each day's last */
  eventsByDay(kinds: readonly string[], range: DayRange): Promise<readonly (DayCount & { readonly last: string })[]>
  /** rows refused per day of import */
  rejectedByDay(range: DayRange): Promise<readonly DayCount[]>
  /** contradicted accesses whose page nobody has opened yet */
  unseenContradicted(): Promise<number>
  /** imports in force whose data quality has a serious finding */
  seriousImports(): Promise<number>
}
