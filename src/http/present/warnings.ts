import { damageWords } from '../../analytics/damage-words.ts'
import type { Warning } from '../../wire/warning.ts'
import type { Services } from '../services.ts'

/** What everybody must know now, in words that say what to do. `hasDetail`: with the place of the damage, for whom it helps. */
export function warningsNow(
  { ledger, condition }: Pick<Services, 'ledger' | 'condition'>,
  hasDetail = true,
): readonly Warning[] {
  const refusal = ledger.refusal()
  const damage = condition.damage()
  const warnings: Warning[] = []
  if (refusal !== undefined) warnings.push({ code: 'ledger', ...ledgerWords(refusal.split(':')[0] ?? '') })
  if (damage) {
    const { zh, en } = damageWords(damage, hasDetail)
    warnings.push({ code: 'analytics', words: zh, wordsEn: en })
  }
  return warnings
}

const ledgerWords = (cause: string) => ({
  words: `事件帳冊拒絕寫入（${cause}）。為免留下無紀錄的查詢，查詢、顯示姓名、匯出與調閱均已停止。請政風、資安與資訊單位到「帳冊」頁查明原因，依操作手冊處理後重新啟動。`,
  wordsEn: `The event ledger refuses to write (${cause}). Nothing is looked up, revealed, exported or disclosed. The ethics, security and IT offices look at the ledger page, settle the cause and start the program again.`,
})
