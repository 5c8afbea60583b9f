import type { Clock } from '../base/clock.ts'
import { readCases } from './cases.ts'
import { livingGuideAt } from './living-guide.ts'
import type { Guide, GuideFacts } from './port.ts'
import { gateProofs, reconcileProofs } from './proofs.ts'
import { todayAt } from './today.ts'

/** The guide over the figures it is given. Reads cases.yaml once. */
export function createGuide(options: { readonly clock: Clock; readonly facts: GuideFacts }): Guide {
  const { clock, facts } = options
  const cases = readCases()
  const proofs = { ...reconcileProofs(facts), ...gateProofs(facts, () => clock.now()) }
  return {
    livingGuide: () => livingGuideAt({ cases, proofs, now: clock.now() }),
    today: () => todayAt(facts, clock.now()),
  }
}
