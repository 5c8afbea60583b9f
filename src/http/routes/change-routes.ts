import { z } from 'zod'
import type { ChangeFailure } from '../../changes/port.ts'
import { changeBody, changeList, changePage, changeVerdict } from '../../wire/change.ts'
import { may } from '../permissions.ts'
import { type Ask, json, problem, type Reply, type Route, route } from '../route.ts'
import { proving } from './proving.ts'

const idOf = ({ params }: Pick<Ask<unknown, unknown>, 'params'>): string | undefined => {
  const id = z.uuid().safeParse(params['id'])
  return id.success ? id.data : undefined
}
const by = ({ caller }: Pick<Ask<unknown, unknown>, 'caller'>) => ({ account: caller.account, post: caller.post })

/** Changes that take two: roles, rules, policies, connectors, retention. */
export const changeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/changes',
    action: 'change.view',
    summary: 'Changes proposed and decided, open ones first',
    answer: changeList,
    handle: async ({ services, caller }) => json({ changes: [...(await services.changes.list(caller.account))] }),
  }),
  route({
    method: 'POST',
    path: '/api/changes',
    action: 'change.propose',
    summary: 'Propose a change; another person has to approve it',
    body: changeBody,
    handle: async (ask) => {
      // Who may not bring files in has no business with taking them out.
      if (ask.body.kind === 'import-undo' && !may(ask.caller.actor, 'import.run')) return problem('forbidden')
      const proposed = await ask.services.changes.propose(ask.body, by(ask))
      return proposed.ok ? json({ changeId: proposed.value }) : refusal(proposed.error)
    },
  }),
  route({
    method: 'GET',
    path: '/api/changes/:id',
    action: 'change.view',
    summary: 'One change: both texts side by side, and what follows from it',
    answer: changePage,
    handle: async (ask) => {
      const id = idOf(ask)
      const page = id && (await ask.services.changes.page(id, ask.caller.account))
      return page ? json(page) : problem('not-found')
    },
  }),
  route({
    method: 'POST',
    path: '/api/changes/:id/verdict',
    action: 'change.decide',
    summary: 'Approve with the passkey over exactly this change, and so apply it; or refuse with a reason',
    body: changeVerdict,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const { verdict, reason, assertion } = ask.body
      const decided = await ask.services.changes.decide(id, by(ask), {
        verdict,
        reason,
        prove: proving(ask, assertion),
      })
      return decided.ok ? json({}) : refusal(decided.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/changes/:id/withdrawal',
    action: 'change.propose',
    summary: 'Take back a change I proposed',
    handle: async (ask) => {
      const id = idOf(ask)
      const done = id && (await ask.services.changes.withdraw(id, by(ask)))
      if (!done) return problem('not-found')
      return done.ok ? json({}) : refusal(done.error)
    },
  }),
]

const WORDS = {
  'same-person': {
    zh: '提出變更的人不得核准或退回自己的變更。',
    en: 'Whoever proposes a change does not decide on it.',
  },
  ended: { zh: '此變更已決定、撤回或逾期。', en: 'This change was decided, withdrawn, or has expired.' },
  stale: {
    zh: '提出之後，現況已經改變；此變更已作廢，請重新提出。',
    en: 'What it was proposed against has changed; it is void. Propose it again.',
  },
  foreign: {
    zh: '此變更及於您未服務的機關，須由全縣之職務辦理。',
    en: 'It reaches agencies you do not serve; an office above the agencies has to do it.',
  },
  'reason-missing': { zh: '退回須說明理由，至少六個字。', en: 'Say why you refuse, in six characters or more.' },
} as const

function refusal(failure: ChangeFailure): Reply {
  if (failure.code === 'unknown') return problem('not-found')
  if (failure.code === 'presence-refused') return problem('presence-refused')
  return problem('change-refused', failure.code === 'refused' ? failure.words : WORDS[failure.code])
}
