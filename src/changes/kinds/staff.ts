import { z } from 'zod'
import type { Json } from '../../base/canonical-json.ts'
import { fail, ok } from '../../base/result.ts'
import type { Database, Queryable } from '../../database/database.ts'
import { drawPasswords } from '../../identity/port.ts'
import type { AgreeFailure, DescribedWaiting, Organisation, PowerKind } from '../../organisation/port.ts'
import type { ChangeKind, ReadChange, Words } from '../change.ts'

const value = z.object({ waiting: z.uuid() })
type Staff = Pick<Organisation, 'waiting'>

/**
 * What a personnel file or a directory wants and what adds to anybody's power: whoever decides sees every post before and
 * after, and what each gains. Applied only while what is in force of them is what both saw.
 */
export function staffKind(database: Database, { waiting }: Staff): ChangeKind {
  return {
    kind: 'staff',
    current: async (id) => {
      const found = await waiting.describe(database, id)
      return found ? { state: found.state, people: [...found.before] } : null
    },
    read: async (given) => {
      const parsed = value.safeParse(given)
      const found = parsed.success ? await waiting.describe(database, parsed.data.waiting) : undefined
      return found ? ok(changeOf(database, { waiting }, found)) : fail(UNKNOWN)
    },
    takeUp: async () => waiting.settle(),
  }
}

function changeOf(database: Queryable, { waiting }: Staff, found: DescribedWaiting): ReadChange {
  const { id, agency, plan, withPasswords } = found
  return {
    target: id,
    agency,
    value: signedFor(found),
    after: { state: plan.digest, people: [...found.after] },
    refusal: async (by) => (found.concerned.has(by.account) ? OWN : undefined),
    consequences: async () => consequencesOf(found),
    apply: async (tx, by, at) => {
      const failure = await waiting.apply(tx, found, by, at)
      return failure && FAILURES[failure]
    },
    ...(withPasswords && {
      slip: {
        for: 'decider',
        draw: async () => {
          const drawn = await drawPasswords(
            database,
            plan.joins.map(({ term }) => term.account),
          )
          return { shown: { passwords: [...drawn.passwords], key: null }, write: drawn.write }
        },
      },
    }),
  }
}

// What is signed for holds the digest of every line, so that nothing of it can be another afterwards.
const signedFor = ({ id, agency, plan, withPasswords, source }: DescribedWaiting): Json => ({
  ...{ waiting: id, agency, source, digest: plan.digest, withPasswords },
  ...{ joins: plan.joins.length, changes: plan.changes.length, leaves: plan.leaves.length },
})

const SHOWN = 20

function consequencesOf({ powers, withPasswords, plan }: DescribedWaiting): readonly Words[] {
  const kinds = [...new Set(powers.map(({ kind }) => kind))]
  const told = kinds.map((kind) => {
    const about = powers.filter((each) => each.kind === kind).map((each) => each.about)
    const names = `${about.slice(0, SHOWN).join('、')}${about.length > SHOWN ? '…' : ''}`
    return { zh: `${GAINS[kind].zh}：${about.length}（${names}）`, en: `${GAINS[kind].en}: ${about.length} (${names})` }
  })
  const count = plan.joins.length
  return withPasswords ? [...told, { zh: `${PASSWORDS.zh}：${count}`, en: `${PASSWORDS.en}: ${count}` }] : told
}

const GAINS: Readonly<Record<PowerKind, Words>> = {
  role: { zh: '▲ 成為主管，或帶著既有職務列入', en: '▲ become supervisor, or come in with a role they hold' },
  manager: { zh: '▲ 直屬主管改變（誰為他核准）', en: '▲ another direct superior, who approves for them' },
  deputy: { zh: '▲ 代理人改變（誰代他核准、取得其業管）', en: '▲ another deputy, who acts and handles in their place' },
  portfolio: { zh: '▲ 業管範圍增加', en: '▲ handle more' },
  unit: { zh: '▲ 調到別的單位（改由該單位主管核准）', en: '▲ another unit, whose superiors approve for them' },
  hierarchy: { zh: '▲ 單位改隸（全單位改由另一主管核准）', en: '▲ a unit comes under others' },
  account: { zh: '▲ 帳號更名、啟用既有或已停用的帳號', en: '▲ an account renamed, taken up or taken up again' },
  kinship: { zh: '▲ 身分代碼改變（利害關係之判斷依此）', en: '▲ another identity, by which kin are told' },
  guarded: { zh: '▼ 政風、稽核、資安或首長離開', en: '▼ somebody who watches leaves' },
}
const PASSWORDS: Words = {
  zh: '核准的人可領取一次性密碼一次，當面交付本人；提出的人看不到',
  en: 'Whoever approves fetches passwords for one use, once; whoever proposed never sees them',
}
const UNKNOWN: Words = {
  zh: '查無這份人事異動；請由「人員」匯入名冊提出。',
  en: 'There is no such change of staff; bring a personnel file in.',
}
const OWN: Words = {
  zh: '這份異動改變您自己、或由您核准與代理之人的權限，不得由您提出或核准。',
  en: 'It changes your own power, or whom you decide for; you can neither propose nor approve it.',
}
const FAILURES: Readonly<Record<AgreeFailure, Words>> = {
  changed: {
    zh: '提出之後，其中人員的現況已經改變；沒有套用，請重新提出。',
    en: 'Somebody it touches is no longer as he was; nothing was applied. Propose it again.',
  },
  older: {
    zh: '其間已套用較新的名冊；沒有套用，請以新名冊提出。',
    en: 'A newer file was applied meanwhile; nothing was applied. Bring the newer one.',
  },
  taken: {
    zh: '其中有帳號已屬他人；沒有套用，請更正名冊。',
    en: 'An account of it is somebody else’s by now; nothing was applied. Correct the file.',
  },
  last: {
    zh: '其中有所服務機關最後一位政風、稽核、資安或首長；請先由二人變更任命接任者。',
    en: 'Somebody of it is the last of his role for an agency he serves; name a successor by a change of two first.',
  },
}
