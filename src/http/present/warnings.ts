import { damageWords } from '../../analytics/damage-words.ts'
import type { Warning } from '../../wire/warning.ts'
import type { Services } from '../services.ts'

/** What everybody must know now, in words that say what to do. `hasDetail`: with the place of the damage, for whom it helps. */
export function warningsNow(
  { ledger, condition, records }: Pick<Services, 'ledger' | 'condition' | 'records'>,
  hasDetail = true,
  seesFindings = true,
): readonly Warning[] {
  const refusal = ledger.refusal()
  const damage = condition.damage()
  const warnings: Warning[] = []
  if (refusal !== undefined) warnings.push({ code: 'ledger', ...ledgerWords(refusal.split(':')[0] ?? '') })
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

const ledgerWords = (cause: string) => ({
  words: `事件帳冊拒絕寫入（${cause}）。為免留下無紀錄的查詢，查詢、顯示姓名、匯出與調閱均已停止。請政風、資安與資訊單位到「帳冊」頁查明原因，依操作手冊處理後重新啟動。`,
  wordsEn: `The event ledger refuses to write (${cause}). Nothing is looked up, revealed, exported or disclosed. The ethics, security and IT offices look at the ledger page, settle the cause and start the program again.`,
})
