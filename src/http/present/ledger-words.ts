import { type LedgerStatus, TELL_AFTER_MS } from '../../ledger/port.ts'
import type { Warning } from '../../wire/warning.ts'

interface Words {
  readonly zh: string
  readonly en: string
}

const RESTART: Words = {
  zh: '請政風、資安與資訊單位到「帳冊」頁查明原因，依操作手冊處理後重新啟動。',
  en: 'The ethics, security and IT offices look at the ledger page, settle the cause and start the program again.',
}

/** What to do about each cause; whatever has no words of its own: find out and start again. */
const WHAT_TO_DO: Readonly<Record<string, Words>> = {
  'stamp-overdue': {
    zh: '時戳機關超過寬限時間沒有可用的時戳。請資訊單位查明到時戳機關的網路、憑證與本機時鐘；取得時戳後自動恢復，不必重新啟動。',
    en:
      'There has been no usable time stamp for longer than the grace. ' +
      'The IT office looks at the network to the time authority, its certificates and the clock of this machine; ' +
      'with the next stamp it goes on by itself.',
  },
  'witnesses-overdue': {
    zh: '超過寬限時間沒有足夠的見證機構簽署。請資訊單位到「帳冊」頁看是哪一個，並與該機構聯絡；簽署足夠後自動恢復，不必重新啟動。',
    en:
      'Too few witnesses have signed for longer than the grace. ' +
      'The IT office looks on the ledger page which one, and calls it; once enough have signed it goes on by itself.',
  },
  contradicted: {
    zh: '見證機構出示了由本帳冊金鑰簽署、但與現有紀錄不相續的檢查點：資料庫可能由備份還原，或有人另做了一份歷史。請勿刪除任何檔案；請資安單位通知見證機構，資訊單位還原最新的資料庫後重新啟動。確實無法還原時，由政風、資安、首長中兩人依操作手冊結案。',
    en:
      'A witness shows a checkpoint signed with this log’s key that the records do not continue: the database was restored from a backup, or somebody made a second history. ' +
      'Delete nothing. The security office tells the witness; ' +
      'the IT office restores the newest database and starts again. ' +
      'If there is none, two of ethics, security and head settle it as the operations manual says.',
  },
  'other-name': {
    zh: '帳冊名稱與先前簽署的不同。請資訊單位把 SHOUMI_LOG_NAME 改回原名（見「帳冊」頁）後重新啟動。',
    en:
      'The log has another name than the one it signed under. ' +
      'The IT office sets SHOUMI_LOG_NAME back to it (see the ledger page) and starts again.',
  },
  'other-key': {
    zh: '簽章金鑰不是這本帳冊的。請資訊單位由金鑰備份還原 log-seed 後重新啟動；切勿另產生金鑰。',
    en:
      'The signing key is not this log’s. ' +
      'The IT office restores log-seed from the backup of the keys and starts again; no key is to be drawn anew.',
  },
}

/** What everybody is told while the ledger refuses; `refusal` begins with the cause. */
export function ledgerWords(refusal: string): Warning {
  const cause = refusal.split(':')[0] ?? ''
  const { zh, en } = WHAT_TO_DO[cause] ?? RESTART
  return {
    code: 'ledger',
    words: `事件帳冊拒絕寫入（${cause}）。為免留下無紀錄的查詢，查詢、顯示姓名、匯出與調閱均已停止。${zh}`,
    wordsEn: `The event ledger refuses to write (${cause}). Nothing is looked up, revealed, exported or disclosed. ${en}`,
  }
}

const FAILURES: Readonly<Record<string, Words>> = {
  unreachable: { zh: '沒有回應', en: 'it does not answer' },
  refused: { zh: '拒絕給時戳', en: 'it refuses to stamp' },
  wrong: { zh: '回覆不是可驗證的時戳', en: 'its answer is no stamp that verifies' },
  'wrong-time': {
    zh: '時戳的時間與本機時鐘不符，請查明哪一個不對',
    en: 'the time of its stamp is not this machine’s: find out which clock is wrong',
  },
}
const STATES: Readonly<Record<string, Words>> = {
  silent: { zh: '沒有回應', en: 'does not answer' },
  refuses: { zh: '拒絕簽署', en: 'refuses to sign' },
  wrong: { zh: '回覆不實', en: 'answered what is not true' },
  contradicts: { zh: '出示不相續的檢查點', en: 'shows what the log does not continue' },
}

/** What those who look after the ledger are told of witnesses and time authority while the ledger still goes on. */
export function outsideWarnings(outside: LedgerStatus['outside'], now: Date): readonly Warning[] {
  const warnings: Warning[] = []
  const { unwitnessedSince: since, unwitnessedUntil, unstampedUntil } = outside
  if (since && now.getTime() - since.getTime() >= TELL_AFTER_MS) {
    const faulty = outside.witnesses.filter(({ state }) => state in STATES)
    warnings.push({
      code: 'witnesses',
      words: `自 ${shown(since)} 起見證不足${listed(faulty.map(({ name, state }) => `${name} ${STATES[state]?.zh}`))}。請資訊單位與該機構聯絡；到 ${shown(unwitnessedUntil)} 仍不足，即停止一切查詢。`,
      wordsEn: `Too few witnesses have signed since ${shown(since)}${listedEn(faulty.map(({ name, state }) => `${name} ${STATES[state]?.en}`))}. The IT office calls them; if it is so still at ${shown(unwitnessedUntil)}, nothing more is shown.`,
    })
  }
  const lying = outside.witnesses.filter(({ state }) => state === 'wrong' || state === 'contradicts')
  if (lying.length > 0 && warnings.length === 0)
    warnings.push({
      code: 'witnesses',
      words: `見證機構回覆不實：${lying.map(({ name }) => name).join('、')}。其簽署未採用；請資安單位與該機構查明。`,
      wordsEn: `A witness answered what is not true: ${lying.map(({ name }) => name).join(', ')}. It was not believed; the security office finds out why.`,
    })
  if (outside.stampFailure !== undefined || outside.stampState === 'degraded') {
    const why = FAILURES[outside.stampFailure ?? 'unreachable']
    warnings.push({
      code: 'stamp',
      words: `時戳機關${why?.zh}。請資訊單位查明；到 ${shown(unstampedUntil)} 仍無時戳，即停止一切查詢。`,
      wordsEn: `No time stamp: ${why?.en}. The IT office finds out; without one by ${shown(unstampedUntil)} nothing more is shown.`,
    })
  }
  return warnings
}

const listed = (items: readonly string[]): string => (items.length === 0 ? '' : `（${items.join('、')}）`)
const listedEn = (items: readonly string[]): string => (items.length === 0 ? '' : ` (${items.join(', ')})`)

const TAIPEI = new Intl.DateTimeFormat('sv-SE', {
  ...{ timeZone: 'Asia/Taipei', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
})
const shown = (at: Date | undefined): string => (at ? TAIPEI.format(at) : '—')
