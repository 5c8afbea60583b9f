import type { GuideMeasure, LivingGuide } from '../wire/guide.ts'
import type { CaseType } from './cases.ts'
import { MEASURE_PROOFS, type MeasureId } from './measures.ts'
import type { Proof, Proofs } from './proofs.ts'

const HOUR_MS = 3_600_000
const MAX_SPARK_POINTS = 30

/**
 * Puts the state of every measure together at `now`. Alive: its proof exists and is fresh. Stale: the control is built
 * but its proof is old or has not come yet. Absent: not built. Nothing else can make a measure alive.
 */
export async function livingGuideAt(options: {
  readonly cases: readonly CaseType[]
  readonly proofs: Proofs
  readonly now: Date
}): Promise<LivingGuide> {
  const { cases, now } = options
  const proofs = await runProofs(options.proofs)
  const proofOf = (id: MeasureId): Proof | undefined => {
    const name = MEASURE_PROOFS[id]
    return name === 'absent' || name === 'provenMeasures' ? undefined : proofs[name]
  }
  const stated = cases.map((type) => ({
    ...type,
    measures: type.measures.map((measure) => stateMeasure(measure, proofOf(measure.id), now)),
  }))
  const types = stated.map((type) => ({
    ...type,
    measures: type.measures.map((measure) =>
      withOwnProof(
        measure,
        stated.flatMap((each) => each.measures),
        now,
      ),
    ),
  }))
  const states = types.flatMap((type) => type.measures.map((measure) => measure.state))
  const count = (state: GuideMeasure['state']) => states.filter((each) => each === state).length
  return {
    types,
    counts: { alive: count('alive'), stale: count('stale'), absent: count('absent') },
    at: now.toISOString(),
  }
}

async function runProofs(proofs: Proofs): Promise<Readonly<Record<keyof Proofs, Proof | undefined>>> {
  const names = Object.keys(proofs) as (keyof Proofs)[]
  const found = await Promise.all(names.map(async (name) => [name, await proofs[name]()] as const))
  return Object.fromEntries(found) as Record<keyof Proofs, Proof | undefined>
}

function stateMeasure(measure: CaseType['measures'][number], proof: Proof | undefined, now: Date): GuideMeasure {
  const isBuilt = MEASURE_PROOFS[measure.id] !== 'absent'
  if (!isBuilt || !proof)
    return {
      ...measure,
      state: isBuilt ? 'stale' : 'absent',
      figure: null,
      spark: [],
      provenAt: null,
    }
  const ageMs = now.getTime() - Date.parse(proof.provenAt)
  const { value, unit, unitEn, href } = proof
  return {
    ...measure,
    state: ageMs >= 0 && ageMs <= proof.freshForHours * HOUR_MS ? 'alive' : 'stale',
    figure: { value, unit, unitEn, href },
    spark: proof.spark.slice(-MAX_SPARK_POINTS),
    provenAt: proof.provenAt,
  }
}

/** The guide's own measure (G.2) is alive when at least one other measure shows a proof, this very moment. */
function withOwnProof(measure: GuideMeasure, all: readonly GuideMeasure[], now: Date): GuideMeasure {
  if (MEASURE_PROOFS[measure.id as MeasureId] !== 'provenMeasures') return measure
  const proven = all.filter((each) => each.figure !== null)
  if (proven.length === 0) return measure
  return {
    ...measure,
    state: 'alive',
    figure: {
      value: proven.length,
      unit: `項有佐證／共 ${all.length} 項`,
      unitEn: `of ${all.length} with proof`,
      href: '/guide',
    },
    provenAt: now.toISOString(),
  }
}
