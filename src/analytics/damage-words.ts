import type { Damage } from './damage.ts'

export interface Words {
  readonly zh: string
  readonly en: string
}

const WHAT: Readonly<Record<Damage['kind'], Words>> = {
  unreadable: { zh: '分析資料庫損毀', en: 'The analytic store is damaged' },
  lost: { zh: '分析資料庫的內容與匯入紀錄不符', en: 'The analytic store does not hold what the imports brought in' },
  unfinished: { zh: '分析資料庫的重建尚未完成', en: 'Rebuilding the analytic store has not ended' },
}

/** What people are told: what does not work meanwhile, that the files are kept, and the one command. Where, only whom it helps. */
export function damageWords({ kind, detail }: Damage, hasDetail = true): Words {
  const { zh, en } = WHAT[kind]
  return {
    zh: `${zh}${hasDetail ? `（損毀處 ${detail}）` : ''}。查詢紀錄與判定暫停顯示，也不接受匯入；原始檔仍在。請資訊單位停止程式後執行 bin/shoumi rebuild analytics。`,
    en: `${en}${hasDetail ? ` (${detail})` : ''}. Accesses and verdicts are not shown and nothing is imported; the files themselves are kept. The IT office stops the program and runs bin/shoumi rebuild analytics.`,
  }
}
