import { z } from 'zod'
import { type Outcome, unchanged } from '../../database/database.ts'
import { json, problem, type Reply } from '../../edge/route.ts'
import { closeRequestsOf } from '../../gate/port.ts'
import {
  changePassword,
  endAccount,
  endSession,
  isWatching,
  listAccountNotices,
  listSessions,
  markAccountNoticesRead,
  privilegedUse,
  roleOf,
  subjectOf,
  unusedAccounts,
} from '../../identity/port.ts'
import { accountNotices, accountReview, passwordChange, sessionList } from '../../wire/account.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { changeRefusal } from './change-refusal.ts'
import { CONFIRM, sessionEnded } from './confirm-words.ts'

const UNUSED_DAYS = 90
const PRIVILEGED_DAYS = 30
const DAY_MS = 86_400_000

const doer = ({ caller }: Ask<unknown, unknown>) => ({ account: caller.account, post: caller.post })

const PASSWORD = {
  'too-short': { zh: '新密碼至少十二個字元。', en: 'A new password has at least twelve characters.' },
  'used-before': { zh: '不得使用最近三次用過的密碼。', en: 'The last three passwords may not come back.' },
  ...CONFIRM,
} as const

const ownRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/me/sessions',
    action: 'session.own',
    summary: 'My open sessions',
    answer: sessionList,
    handle: async ({ services, caller }) => {
      const sessions = await listSessions(services.database, services.clock, caller.account)
      return json({
        sessions: sessions.map(({ startedAt, lastSeenAt, ...each }) => ({
          ...each,
          startedAt: startedAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
          isThis: each.id === caller.session?.id,
        })),
      })
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/me/sessions/:id',
    action: 'session.own',
    summary: 'End one of my sessions',
    handle: async (ask) => {
      const id = z.uuid().safeParse(ask.params['id'])
      const { database, clock } = ask.services
      const isGone = id.success && (await endSession(database, clock, doer(ask), id.data))
      return isGone ? json({}) : problem('not-found')
    },
  }),
  route({
    method: 'POST',
    path: '/api/me/password',
    action: 'session.own',
    summary: 'Change my password; my other sessions end',
    body: passwordChange,
    handle: async (ask) => {
      const sessionId = ask.caller.session?.id
      if (!sessionId) return problem('not-signed-in')
      const changed = await changePassword(ask.services, doer(ask), { ...ask.body, sessionId })
      if (changed.ok) return json({})
      return changed.error === 'locked' ? sessionEnded() : problem('bad-request', PASSWORD[changed.error])
    },
  }),
  route({
    method: 'GET',
    path: '/api/me/account',
    action: 'session.own',
    summary: 'What happened to my account, and which login of the provider it belongs to',
    answer: accountNotices,
    handle: async ({ services: { database }, caller }) => {
      const [bound, notices] = await Promise.all([
        subjectOf(database, caller.account),
        listAccountNotices(database, caller.account),
      ])
      return json({
        provider: bound ? { ...bound, boundAt: bound.boundAt.toISOString() } : null,
        notices: notices.map((each) => ({ ...each, at: each.at.toISOString() })),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/me/account/read',
    action: 'session.own',
    summary: 'I have read what happened to my account',
    handle: async ({ services: { database, clock }, caller }) => {
      await markAccountNoticesRead(database, caller.account, clock.now())
      return json({})
    },
  }),
]

/** Who watches over others leaves by the word of two: what one asks for becomes a proposal. */
async function ended(ask: Ask<unknown, unknown>): Promise<Reply> {
  const { database, clock, changes } = ask.services
  const account = ask.params['account'] ?? ''
  if (account === ask.caller.account) return problem('bad-request', OWN_ACCOUNT)
  const done = await database.transaction<Outcome<boolean | 'watching'>>(async (tx) => {
    const held = await roleOf(tx, account)
    if (held && isWatching(held.role)) return unchanged('watching')
    const at = clock.now()
    const outcome = await endAccount(tx, at, doer(ask), account)
    if (outcome.value) await closeRequestsOf(tx, [account], doer(ask), at)
    return outcome
  })
  if (done !== 'watching') return done ? json({}) : problem('not-found')
  const proposed = await changes.propose(
    { kind: 'account-end', value: { account }, reason: '停用監督職務之帳號' },
    doer(ask),
  )
  if (!proposed.ok) return changeRefusal(proposed.error)
  return { kind: 'json', status: 202, value: { changeId: proposed.value } }
}

export const accountRoutes: readonly Route[] = [
  ...ownRoutes,
  route({
    method: 'DELETE',
    path: '/api/accounts/:account',
    action: 'account.end',
    summary: 'End an account: its sessions die at once; that of who watches over others is proposed instead',
    handle: ended,
  }),
  route({
    method: 'GET',
    path: '/api/accounts/review',
    action: 'account.review',
    summary: 'Accounts nobody uses, and what privileged people did',
    answer: accountReview,
    handle: async ({ services: { database, clock } }) => {
      const now = clock.now()
      const unused = await unusedAccounts(database, now, UNUSED_DAYS)
      const privileged = await privilegedUse(database, new Date(now.getTime() - PRIVILEGED_DAYS * DAY_MS))
      return json({
        unused: unused.map((each) => ({ ...each, lastSignInAt: each.lastSignInAt?.toISOString() ?? null })),
        privileged: privileged.map((each) => ({ ...each, lastAt: each.lastAt.toISOString() })),
      })
    },
  }),
]

const OWN_ACCOUNT = { zh: '不能停用自己的帳號。', en: 'Nobody ends his own account.' }
