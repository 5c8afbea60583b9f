import { damageWords } from '../../analytics/damage-words.ts'
import type { Warning } from '../../wire/warning.ts'
import type { Services } from '../services.ts'
import { ledgerWords, outsideWarnings } from './ledger-words.ts'

/** What everybody must know now, in words that say what to do. `hasDetail`: with the place of the damage, for whom it helps. */
export function warningsNow(
  { ledger, condition, clock }: Pick<Services, 'ledger' | 'condition' | 'clock'>,
  hasDetail = true,
): readonly Warning[] {
  const refusal = ledger.refusal()
  const damage = condition.damage()
  const warnings: Warning[] = []
  if (refusal !== undefined) warnings.push(ledgerWords(refusal))
  // Who looks after the ledger hears of those outside before it stops.
  else if (hasDetail) warnings.push(...outsideWarnings(ledger.outside(), clock.now()))
  if (damage) {
    const { zh, en } = damageWords(damage, hasDetail)
    warnings.push({ code: 'analytics', words: zh, wordsEn: en })
  }
  return warnings
}

/** Whether this keeps figures from being shown: what is only to be seen to does not. */
export const isInTheWay = ({ code }: Warning): boolean => code === 'ledger' || code === 'analytics'
