import { z } from 'zod'
import { fail, ok } from '../../base/result.ts'
import { serves, servesAll } from '../../base/tenant.ts'
import type { Database, Queryable } from '../../database/database.ts'
import { giveRole, lastOfTheirRole, type RoleGiven, roleConflict, roleOf } from '../../identity/port.ts'
import { noteRole } from '../../organisation/port.ts'
import { roleName } from '../../wire/session.ts'
import type { ChangeKind, Doer, ReadChange, Words } from '../change.ts'

const agency = z.string().regex(/^([a-z][a-z0-9-]{0,31})?$/)
const value = z.strictObject({
  // names as personnel files and directories state them, user principal names included
  account: z.string().regex(/^[a-z][a-z0-9._@-]{1,63}$/),
  role: roleName,
  agency,
  /** agencies served besides (兼辦) */
  serves: z.array(agency.min(1)).max(50).default([]),
})

/** The role of an account, its agency and those it serves besides. Its sessions end: rights follow at once. */
export function roleKind(database: Database): ChangeKind {
  return {
    kind: 'role',
    current: async (account) => {
      const held = await roleOf(database, account)
      return held ? stateOf(held) : null
    },
    read: async (given) => {
      const parsed = value.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const held = await roleOf(database, parsed.data.account)
      return held ? ok(changeOf(parsed.data, held)) : fail(UNKNOWN)
    },
  }
}

function changeOf(wanted: z.infer<typeof value>, held: RoleGiven): ReadChange {
  const { account, ...given } = wanted
  const after: RoleGiven = { ...given, serves: [...new Set(given.serves)].sort() }
  return {
    target: account,
    agency: held.agency,
    value: { account, ...stateOf(after) },
    after: stateOf(after),
    refusal: async (by) => refusalOf(account, held, after, by),
    consequences: async () => CONSEQUENCES,
    told: [account],
    apply: async (tx: Queryable, _by, at) => {
      // Who becomes something else leaves his role as surely as who leaves the office.
      if (isLess(held, after) && (await lastOfTheirRole(tx, [account])).length > 0) return LAST
      await noteRole(tx, account, after.role, at)
      await giveRole(tx, account, after)
      return undefined
    },
  }
}

const isLess = (held: RoleGiven, after: RoleGiven): boolean =>
  held.role !== after.role ||
  held.agency !== after.agency ||
  (held.agency === '' && held.serves.length === 0) !== (after.agency === '' && after.serves.length === 0) ||
  held.serves.some((each) => !after.serves.includes(each))

function refusalOf(account: string, held: RoleGiven, after: RoleGiven, by: Doer): Words | undefined {
  if (account === by.account) return OWN
  const reached = [after.agency, ...after.serves]
  if (!servesAll() && !reached.every((each) => each !== '' && serves(each))) return BEYOND
  return roleConflict(held, after) ? CONFLICT : undefined
}

const stateOf = ({ role, agency, serves: besides }: RoleGiven) => ({ role, agency, serves: [...besides] })

const MALFORMED: Words = {
  zh: '須有 account、role、agency（全縣之職務為空白），兼辦機關列於 serves。',
  en: 'It takes account, role, agency (empty for an office above the agencies), and serves.',
}
const UNKNOWN: Words = { zh: '查無此帳號。', en: 'There is no such account.' }
const OWN: Words = { zh: '不得變更或核准自己的職務。', en: 'Nobody changes or approves his own role.' }
const BEYOND: Words = {
  zh: '您未服務該機關，不能授予其範圍。',
  en: 'You do not serve that agency and cannot give what reaches it.',
}
const CONFLICT: Words = {
  zh: '系統管理與稽核不得由同一帳號擔任：資訊、資安人員不能就同一機關改任稽核或政風，反之亦然。',
  en: 'Whoever operates a system is not its auditor: IT or security cannot become auditor or ethics of the same agency, nor the reverse.',
}
const LAST: Words = {
  zh: '此帳號是所服務機關最後一位擔任該職務的人；請先任命接任者。',
  en: 'Nobody else of his role would be left for an agency he serves; name a successor first.',
}
const CONSEQUENCES: readonly Words[] = [
  {
    zh: '核准後，該帳號所有登入立即結束，重新登入即適用新職務。',
    en: 'All sessions of the account end at once; the new role holds from the next sign-in.',
  },
]
