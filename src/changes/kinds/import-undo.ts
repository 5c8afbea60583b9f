import { z } from 'zod'
import { assert } from '../../base/assert.ts'
import { fail, ok } from '../../base/result.ts'
import type { Evidence, Withdrawal } from '../../evidence/port.ts'
import type { ChangeKind, ReadChange, Words } from '../change.ts'

const value = z.strictObject({ importId: z.uuid() })
type Withdrawing = Pick<Evidence, 'describeWithdrawal' | 'openWithdrawal' | 'finishWithdrawals'>

/** An import that should not have been: its rows leave, and the next reconciliation judges without them. */
export function importUndoKind(evidence: Withdrawing): ChangeKind {
  return {
    kind: 'import-undo',
    current: async (importId) => {
      const found = await evidence.describeWithdrawal(importId)
      return found ? stateOf(found) : null
    },
    read: async (given) => {
      const parsed = value.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const found = await evidence.describeWithdrawal(parsed.data.importId)
      if (!found) return fail(UNKNOWN)
      return found.state === 'done' || found.state === 'withdrawn' || found.state === 'withdrawing'
        ? ok(changeOf(evidence, found))
        : fail(NOT_DONE)
    },
    // Not waited for: rows by the million take their time, and a start finishes what was left.
    takeUp: async () => evidence.finishWithdrawals(),
  }
}

// In the order the store keeps members in, so that what stands and what will be are shown line by line.
const stateOf = ({ rows, state, sha256, target, fileName }: Withdrawal) => ({ rows, state, sha256, target, fileName })

function changeOf(evidence: Withdrawing, found: Withdrawal): ReadChange {
  const { importId, agency } = found
  return {
    target: importId,
    agency,
    value: { importId },
    after: { ...stateOf(found), state: 'withdrawn' },
    refusal: async () => (found.isStated ? STATED : found.state === 'done' ? undefined : GONE),
    consequences: async () => consequencesOf(found),
    apply: async (tx, by, at) => {
      const isOpened = await evidence.openWithdrawal(tx, importId, by, at)
      assert(isOpened, 'an import stands as it was when its undoing was looked at')
      return undefined
    },
  }
}

function consequencesOf({ target, rows, verdicts, months, sharing }: Withdrawal): readonly Words[] {
  const [count, judged] = [rows.toLocaleString('en'), verdicts.toLocaleString('en')]
  const span = months.length === 0 ? '' : `${months[0]}–${months.at(-1)}`
  return [
    {
      zh: `此匯入載入的 ${count} 列全部移除；原始檔仍加密保存，不因撤銷而刪除；同一檔案可以再次匯入。`,
      en: `All ${count} rows it loaded are removed; the file is kept, encrypted, and may be imported again.`,
    },
    ...(target === 'access'
      ? [
          {
            zh: `這些查詢的 ${judged} 筆判定不再列出；判定經過與帳冊的紀錄保留。`,
            en: `Their ${judged} verdicts are listed no more; the history of verdicts and the ledger keep what was.`,
          },
        ]
      : []),
    ...(span === ''
      ? []
      : [
          {
            zh: `下一次勾稽重新判定 ${months.length} 個月（${span}）的查詢。`,
            en: `The next reconciliation judges ${months.length} months (${span}) again.`,
          },
        ]),
    ...sharing.map((each) => ({
      zh: `「${each.fileName}」有 ${each.rows.toLocaleString('en')} 列因與此匯入重複而未載入；核准後請重新匯入該檔，否則這些列就沒有了。`,
      en: `${each.rows.toLocaleString('en')} rows of ${each.fileName} were left out as duplicates of this import; import that file again afterwards, or they are missing.`,
    })),
  ]
}

const MALFORMED: Words = { zh: '須有 importId（匯入編號）。', en: 'It takes importId, the id of the import.' }
const UNKNOWN: Words = { zh: '查無此匯入。', en: 'There is no such import.' }
const NOT_DONE: Words = {
  zh: '此匯入沒有載入任何資料，或仍在進行；只有完成的匯入可以撤銷。',
  en: 'This import loaded nothing, or still runs; only one that is done can be undone.',
}
const GONE: Words = { zh: '此匯入已經撤銷。', en: 'This import has been undone already.' }
const STATED: Words = {
  zh: '此匯入由本系統依人員與職務資料產生；請更正人事名冊，不必撤銷。',
  en: 'The program made this import from personnel data; correct the personnel file instead.',
}
