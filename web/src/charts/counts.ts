import type { VerdictCounts, VerdictName } from '../../../src/wire/verdict.ts'

/** Order of the parts of a bar, worst first. */
export const BAR_ORDER: readonly VerdictName[] = ['contradicted', 'unexplained', 'weak', 'explained']

/** All accesses of a count. */
export function totalOf(counts: VerdictCounts): number {
  return counts.contradicted + counts.unexplained + counts.weak + counts.explained
}

/** Accesses that wait for someone: contradicted and unexplained. */
export function openOf(counts: VerdictCounts): number {
  return counts.contradicted + counts.unexplained
}

/** Part of the whole, 0–1; 0 when there is no whole. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}
