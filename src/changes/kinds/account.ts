import { z } from 'zod'
import { assert } from '../../base/assert.ts'
import { fail, ok } from '../../base/result.ts'
import type { Database, Queryable } from '../../database/database.ts'
import { closeRequestsOf } from '../../gate/port.ts'
import { drawPasswords, endAccount, lastOfTheirRole, openAgreedAccount, roleOf } from '../../identity/port.ts'
import { type NewAccount, newAccount } from '../../wire/session.ts'
import type { ChangeKind, ReadChange, Words } from '../change.ts'

const ended = z.strictObject({ account: z.string().regex(/^[a-z][a-z0-9._@-]{1,63}$/) })

/** Ends the account of somebody who watches over others. Nobody is the last of his role for whom he serves. */
export function accountEndKind(database: Database): ChangeKind {
  return {
    kind: 'account-end',
    current: async (account) => {
      const held = await roleOf(database, account)
      return held ? { role: held.role, agency: held.agency, serves: [...held.serves] } : null
    },
    read: async (given) => {
      const parsed = ended.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const { account } = parsed.data
      const held = await roleOf(database, account)
      return held ? ok(endOf(account, held.agency)) : fail(UNKNOWN)
    },
  }
}

const endOf = (account: string, agency: string): ReadChange => ({
  target: account,
  agency,
  value: { account },
  after: null,
  refusal: async (by) => (by.account === account ? OWN : undefined),
  consequences: async () => [ENDS],
  told: [account],
  apply: async (tx, by, at) => {
    if ((await lastOfTheirRole(tx, [account])).length > 0) return LAST
    const { value: isEnded } = await endAccount(tx, at, by, account)
    if (!isEnded) return UNKNOWN
    await closeRequestsOf(tx, [account], by, at)
    return undefined
  },
})

/** An account the operator wants once there is somebody to ask. Its password is drawn for whoever approves. */
export function accountAddKind(database: Database): ChangeKind {
  return {
    kind: 'account-add',
    current: async (account) => {
      const rows = await database.query('SELECT 1 FROM account WHERE account = $1', [account])
      return rows.length > 0 ? { account } : null
    },
    read: async (given) => {
      const parsed = newAccount.omit({ password: true }).safeParse(given)
      return parsed.success ? ok(addOf(database, parsed.data)) : fail(MALFORMED_NEW)
    },
  }
}

const addOf = (database: Queryable, given: Omit<NewAccount, 'password'>): ReadChange => ({
  target: given.account,
  agency: given.agency,
  value: { ...given },
  after: { ...given },
  refusal: async () => undefined,
  consequences: async () => [PASSWORD],
  apply: async (tx, by, at) => ((await openAgreedAccount(tx, given, by, at)) ? undefined : TAKEN),
  slip: {
    for: 'decider',
    draw: async () => {
      const { passwords, write } = await drawPasswords(database, [given.account])
      assert(passwords.length <= 1, 'one account has one password')
      return { shown: { passwords: [...passwords], key: null }, write }
    },
  },
})

const MALFORMED: Words = { zh: '須有 account（帳號）。', en: 'It takes account.' }
const MALFORMED_NEW: Words = {
  zh: '須有 account、name、unit、title、role；全縣之職務 agency 為空白。',
  en: 'It takes account, name, unit, title, role, and agency, empty for an office above the agencies.',
}
const UNKNOWN: Words = { zh: '查無此帳號，或已停用。', en: 'There is no such account, or it has ended.' }
const OWN: Words = {
  zh: '不得提出或核准停用自己的帳號。',
  en: 'Nobody proposes or approves the end of his own account.',
}
const LAST: Words = {
  zh: '此帳號是所服務機關最後一位擔任該職務的人；請先由二人變更任命接任者，再停用。',
  en: 'Nobody else of this role would be left for an agency he serves; name a successor by a change of two first.',
}
const TAKEN: Words = { zh: '已有同名帳號。', en: 'An account of this name exists.' }
const ENDS: Words = {
  zh: '核准後，該帳號的工作階段、密碼、通行密鑰立即失效，未結的申請一併結束；本人、政風與首長均受通知。',
  en: 'Once approved its sessions, password and passkeys are gone and its open requests end; he, the ethics office and the head are told.',
}
const PASSWORD: Words = {
  zh: '核准後，一次性密碼由核准的人領取一次，當面交付本人；提出的人看不到。',
  en: 'Once approved, whoever approved fetches a password for one use, once, and hands it over; whoever proposed never sees it.',
}
