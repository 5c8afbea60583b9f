import { z } from 'zod'
import { json, problem } from '../../edge/route.ts'
import {
  type ChangeKindName,
  changeBody,
  changeList,
  changePage,
  changeSlip,
  changeVerdict,
} from '../../wire/change.ts'
import { type Action, may } from '../../wire/permissions.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { changeRefusal } from './change-refusal.ts'
import { proving } from './proving.ts'

const idOf = ({ params }: Pick<Ask<unknown, unknown>, 'params'>): string | undefined => {
  const id = z.uuid().safeParse(params['id'])
  return id.success ? id.data : undefined
}
const by = ({ caller }: Pick<Ask<unknown, unknown>, 'caller'>) => ({ account: caller.account, post: caller.post })

/** What whoever proposes has to be allowed besides: who may not bring files in has no business with taking them out. */
const NEEDED: Partial<Record<ChangeKindName, readonly Action[]>> = {
  'import-undo': ['import.run'],
  'calling-system': ['system.manage', 'change.decide'],
}
/** What is proposed where it is brought: the file or the account is read there. */
const BROUGHT: ReadonlySet<ChangeKindName> = new Set(['staff', 'account-add'])
const ELSEWHERE = {
  zh: '人事異動請匯入名冊，新增帳號請用命令列；須兩人時由該處提出。',
  en: 'Bring a personnel file in, or add the account on the command line; it is proposed from there.',
}

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
      const needed = NEEDED[ask.body.kind]
      if (needed && !needed.some((action) => may(ask.caller.actor, action))) return problem('forbidden')
      if (BROUGHT.has(ask.body.kind)) return problem('bad-request', ELSEWHERE)
      const proposed = await ask.services.changes.propose(ask.body, by(ask))
      return proposed.ok ? json({ changeId: proposed.value }) : changeRefusal(proposed.error)
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
      return decided.ok ? json({}) : changeRefusal(decided.error)
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
      return done.ok ? json({}) : changeRefusal(done.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/changes/:id/slip',
    action: 'change.fetch',
    summary: 'What is shown once: passwords to whoever approved, the key of a system to whoever proposed it',
    answer: changeSlip,
    handle: async (ask) => {
      const id = idOf(ask)
      const drawn = id && (await ask.services.changes.slip(id, by(ask)))
      if (!drawn) return problem('not-found')
      return drawn.ok ? json(drawn.value) : changeRefusal(drawn.error)
    },
  }),
]
