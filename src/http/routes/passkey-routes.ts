import { json, problem, type Reply } from '../../edge/route.ts'
import {
  addPasskey,
  type BeginFailure,
  beginPasskey,
  beginProof,
  listPasskeys,
  recordPresence,
  removePasskey,
  verifyProof,
} from '../../identity/port.ts'
import { passkeyBegin, passkeyList, passkeyName, passkeyOptions, proofAnswer, proofAsk } from '../../wire/account.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { CONFIRM, sessionEnded } from './confirm-words.ts'
import { siteOf } from './proving.ts'

const doer = ({ caller }: Ask<unknown, unknown>) => ({ account: caller.account, post: caller.post })

/** One's own passkeys, and proving presence with them. */
export const passkeyRoutes: readonly Route[] = [
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
    summary:
      'What the browser needs to make a passkey: the first asks for the password again, a further one for presence',
    body: passkeyBegin,
    answer: passkeyOptions,
    handle: async (ask) => {
      const { session } = ask.caller
      if (!session) return problem('not-signed-in')
      const options = await beginPasskey(ask.services, siteOf(ask), doer(ask), { session, ...ask.body })
      return options.ok ? json(options.value) : notBegun(options.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/me/passkeys',
    action: 'session.own',
    summary: 'Keep a passkey the browser made',
    body: passkeyName,
    handle: async (ask) => {
      const sessionId = ask.caller.session?.id
      if (!sessionId) return problem('not-signed-in')
      const added = await addPasskey(ask.services, siteOf(ask), doer(ask), { ...ask.body, sessionId })
      return added.ok ? json({}) : problem('bad-request', NOT_PROVED)
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/me/passkeys/:id',
    action: 'session.own',
    summary: 'Remove one of my passkeys, with presence of these minutes',
    handle: async (ask) => {
      const { session } = ask.caller
      if (!session) return problem('not-signed-in')
      const removed = await removePasskey(ask.services, doer(ask), session, ask.params['id'] ?? '')
      if (removed.ok) return json({})
      switch (removed.error) {
        case 'unknown':
          return problem('not-found')
        case 'change-first':
          return problem('password-change-needed')
        case 'presence-needed':
          return problem('presence-needed')
        case 'two-persons':
          return problem('forbidden', LAST_KEY)
      }
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
      const isHis = await recordPresence(services.database, caller.session.id, doer(ask), proved.value.at)
      return isHis ? json({}) : problem('presence-refused', OTHER_SUBJECT)
    },
  }),
]

function notBegun(failure: BeginFailure): Reply {
  switch (failure) {
    case 'too-many':
      return problem('too-many')
    case 'change-first':
      return problem('password-change-needed')
    case 'presence-needed':
      return problem('presence-needed')
    case 'locked':
      return sessionEnded()
    case 'sign-in-again':
      return problem('bad-request', SIGN_IN_AGAIN)
    case 'wrong':
    case 'unavailable':
    case 'none':
      return problem('bad-request', CONFIRM[failure])
  }
}

const NOT_PROVED = {
  zh: '這部裝置的回應無法核對，請再試一次。',
  en: 'The device’s answer could not be verified; try again.',
}
const NO_PASSKEY = {
  zh: '您尚未登錄通行密鑰，請先到「我的帳號」登錄。',
  en: 'You have no passkey yet; register one under “My account”.',
}
const SIGN_IN_AGAIN = {
  zh: '登入已超過五分鐘；請登出後重新由機關單一登入進入，再登錄通行密鑰。',
  en: 'You signed in more than five minutes ago: sign out, come in by the provider again, and register the passkey then.',
}
const LAST_KEY = {
  zh: '您的職務核准或顯示資料，最後一支通行密鑰須由二人移除。',
  en: 'Your post reveals or approves: its last passkey is taken away by two persons.',
  advice: {
    zh: '請先登錄另一支；確須移除者，請資訊或資安單位提出「登入方式」變更。',
    en: 'Register another first; if it must go, ask IT or security to propose a change of means of sign-in.',
  },
}
const OTHER_SUBJECT = {
  zh: '此帳號已屬於單一登入的另一個身分。',
  en: 'This account belongs to another login of the provider.',
  advice: { zh: '請通知資安單位。', en: 'Tell the security office.' },
}
