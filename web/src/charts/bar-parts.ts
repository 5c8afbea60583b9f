import type { VerdictCounts, VerdictName } from '../../../src/wire/verdict.ts'
import { BAR_ORDER, totalOf } from './counts.ts'

/** A part that is not zero is never drawn thinner: one contradicted access among thousands must be seen. */
export const LEAST_PX = 3
const SEAM_PX = 1

export interface BarPart {
  readonly verdict: VerdictName
  readonly x: number
  readonly width: number
}

/** The parts of a stacked bar of `width` px, worst first, with a seam between them; empty when nothing was counted. */
export function barParts(counts: VerdictCounts, width: number): readonly BarPart[] {
  const total = totalOf(counts)
  const shown = BAR_ORDER.filter((verdict) => counts[verdict] > 0)
  if (total === 0) return []
  const free = width - shown.length * LEAST_PX - (shown.length - 1) * SEAM_PX
  let x = 0
  return shown.map((verdict) => {
    const part = { verdict, x, width: LEAST_PX + (free * counts[verdict]) / total }
    x += part.width + SEAM_PX
    return part
  })
}
