/** Every measure of the guide, in its order. An id keeps its meaning for good. */
export const MEASURE_IDS = [
  'T1.1',
  'T1.2',
  'T1.3',
  'T1.4',
  'T2.1',
  'T2.2',
  'T2.3',
  'T2.4',
  'T2.5',
  'T3.1',
  'T3.2',
  'T3.3',
  'T3.4',
  'T3.5',
  'T4.1',
  'T4.2',
  'T4.3',
  'T4.4',
  'T4.5',
  'T5.1',
  'T5.2',
  'T5.3',
  'T5.4',
  'T5.5',
  'T5.6',
  'G.1',
  'G.2',
  'G.3',
] as const
export type MeasureId = (typeof MEASURE_IDS)[number]

/** Proofs that exist. Each is a function of living-guide.ts over real data. */
export const PROOF_NAMES = [
  'explainedShare',
  'judgedAccesses',
  'refutedClaims',
  'statedPurpose',
  'decidedLooks',
  'traceableScreens',
  'decidedRequests',
  'provenMeasures',
] as const
export type ProofName = (typeof PROOF_NAMES)[number]

/**
 * Which proof shows that a measure works. `absent`: the control is not built. A measure is bound only to a control that
 * carries it out as the guide asks; finding traces afterwards does not make a missing guard alive.
 */
export const MEASURE_PROOFS: Readonly<Record<MeasureId, ProofName | 'absent'>> = {
  'T1.1': 'decidedLooks',
  'T1.2': 'absent',
  'T1.3': 'explainedShare',
  'T1.4': 'traceableScreens',
  'T2.1': 'judgedAccesses',
  'T2.2': 'absent',
  'T2.3': 'absent',
  'T2.4': 'absent',
  'T2.5': 'refutedClaims',
  'T3.1': 'absent',
  'T3.2': 'absent',
  'T3.3': 'absent',
  'T3.4': 'absent',
  'T3.5': 'absent',
  'T4.1': 'absent',
  'T4.2': 'statedPurpose',
  'T4.3': 'absent',
  'T4.4': 'absent',
  'T4.5': 'decidedRequests',
  'T5.1': 'absent',
  'T5.2': 'absent',
  'T5.3': 'absent',
  'T5.4': 'absent',
  'T5.5': 'absent',
  'T5.6': 'absent',
  'G.1': 'absent',
  'G.2': 'provenMeasures',
  'G.3': 'absent',
}
