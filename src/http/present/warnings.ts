import { damageWords } from '../../analytics/damage-words.ts'
import type { Warning } from '../../wire/warning.ts'
import type { Services } from '../services.ts'
import { ledgerWords, outsideWarnings } from './ledger-words.ts'

/** What everybody must know now, in words that say what to do. `hasDetail`: with the place of the damage, for whom it helps. */
export function warningsNow(
  { ledger, condition, clock, records }: Pick<Services, 'ledger' | 'condition' | 'clock' | 'records'>,
  hasDetail = true,
  seesFindings = true,
): readonly Warning[] {
  const refusal = ledger.refusal()
  const damage = condition.damage()
  const warnings: Warning[] = []
  if (refusal !== undefined) warnings.push(ledgerWords(refusal))
  // Who looks after the ledger hears of those outside before it stops.
  else if (hasDetail) warnings.push(...outsideWarnings(ledger.outside(), clock.now()))
  const found = records.open()
  if (found > 0 && seesFindings) warnings.push({ code: 'records', ...recordWords(found) })
  if (damage) {
    const { zh, en } = damageWords(damage, hasDetail)
    warnings.push({ code: 'analytics', words: zh, wordsEn: en })
  }
  return warnings
}

const recordWords = (count: number) => ({
  words: `有 ${count} 處紀錄、資料表或帳冊檔案與封存、簽署時不同。請政風、資安單位保全資料庫與備份，到「帳冊」頁查明並註記。`,
  wordsEn: `At ${count} places records, tables or files of the ledger are not what was sealed and signed. The ethics and security offices secure database and backups, look into it on the ledger page and take note.`,
})

/** Whether this keeps figures from being shown: what is only to be seen to does not. */
export const isInTheWay = ({ code }: Warning): boolean => code === 'ledger' || code === 'analytics'
