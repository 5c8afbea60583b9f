import { z } from 'zod'
import { type Outcome, unchanged } from '../../database/database.ts'
import { closeRequestsOf } from '../../gate/port.ts'
import {
  addPasskey,
  beginPasskey,
  beginProof,
  changePassword,
  endAccount,
  endSession,
  isWatching,
  listPasskeys,
  listSessions,
  type PasskeySite,
  privilegedUse,
  recordPresence,
  removePasskey,
  roleOf,
  unusedAccounts,
  verifyProof,
} from '../../identity/port.ts'
import {
  accountReview,
  passkeyList,
  passkeyName,
  passkeyOptions,
  passwordChange,
  proofAnswer,
  proofAsk,
  sessionList,
} from '../../wire/account.ts'
import { type Ask, json, problem, type Reply, type Route, route } from '../route.ts'
import { changeRefusal } from './change-refusal.ts'

const UNUSED_DAYS = 90
const PRIVILEGED_DAYS = 30
const DAY_MS = 86_400_000

/** Where the page is, as its browser sees it. The host was checked against the served ones before. */
export function siteOf({ request, services }: Pick<Ask<unknown, unknown>, 'request' | 'services'>): PasskeySite {
  const host = request.headers.host ?? ''
  return { host: host.replace(/:\d+$/, ''), origin: `${services.isSecure ? 'https' : 'http'}://${host}` }
}

const doer = ({ caller }: Ask<unknown, unknown>) => ({ account: caller.account, post: caller.post })

const NOT_PROVED = {
  zh: '這部裝置的回應無法核對，請再試一次。',
  en: 'The device’s answer could not be verified; try again.',
}
const NO_PASSKEY = {
  zh: '您尚未登錄通行密鑰，請先到「我的帳號」登錄。',
  en: 'You have no passkey yet; register one under “My account”.',
}
const PASSWORD = {
  wrong: { zh: '目前的密碼不正確。', en: 'The present password is wrong.' },
  'too-short': { zh: '新密碼至少十二個字元。', en: 'A new password has at least twelve characters.' },
  'used-before': { zh: '不得使用最近三次用過的密碼。', en: 'The last three passwords may not come back.' },
} as const

const passkeyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/me/passkeys',
    action: 'session.own',
    summary: 'My passkeys',
    answer: passkeyList,
    handle: async ({ services, caller }) => {
      const passkeys = await listPasskeys(services.database, caller.account)
      return json({
        passkeys: passkeys.map((each) => ({
          ...each,
          createdAt: each.createdAt.toISOString(),
          lastUsedAt: each.lastUsedAt?.toISOString() ?? null,
        })),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/me/passkeys/options',
    action: 'session.own',
    summary: 'What the browser needs to make a passkey',
    answer: passkeyOptions,
    handle: async (ask) => {
      const options = await beginPasskey(ask.services, siteOf(ask), doer(ask))
      return options.ok ? json(options.value) : problem('too-many')
    },
  }),
  route({
    method: 'POST',
    path: '/api/me/passkeys',
    action: 'session.own',
    summary: 'Keep a passkey the browser made',
    body: passkeyName,
    handle: async (ask) => {
      const added = await addPasskey(ask.services, siteOf(ask), doer(ask), ask.body)
      return added.ok ? json({}) : problem('bad-request', NOT_PROVED)
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/me/passkeys/:id',
    action: 'session.own',
    summary: 'Remove one of my passkeys',
    handle: async (ask) => {
      const isGone = await removePasskey(ask.services, doer(ask), ask.params['id'] ?? '')
      return isGone ? json({}) : problem('not-found')
    },
  }),
  route({
    method: 'POST',
    path: '/api/me/presence/options',
    action: 'session.finish',
    summary: 'What the browser needs to prove presence with a passkey, over given bytes or none',
    body: proofAsk,
    answer: passkeyOptions,
    handle: async (ask) => {
      const bound = ask.body.bound === undefined ? undefined : Buffer.from(ask.body.bound, 'hex')
      const options = await beginProof(ask.services, siteOf(ask), ask.caller.account, bound)
      return options.ok ? json(options.value) : problem('presence-refused', NO_PASSKEY)
    },
  }),
  route({
    method: 'POST',
    path: '/api/me/presence',
    action: 'session.finish',
    summary: 'Prove presence: finishes a sign-in, and opens what asks for it for some minutes',
    body: proofAnswer,
    handle: async (ask) => {
      const { services, caller } = ask
      if (!caller.session) return problem('not-signed-in')
      const proved = await verifyProof(services, siteOf(ask), caller.account, undefined, ask.body.response)
      if (!proved.ok) return problem('presence-refused')
      await recordPresence(services.database, caller.session.id, doer(ask), proved.value.at)
      return json({})
    },
  }),
]

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
      return changed.ok ? json({}) : problem('bad-request', PASSWORD[changed.error])
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
  ...passkeyRoutes,
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
