import { z } from 'zod'
import { addAccount, listDemoAccounts, signIn, signOut } from '../../identity/port.ts'
import { me, newAccount, signInRequest } from '../../wire/session.ts'
import { CSRF_COOKIE, SESSION_COOKIE } from '../cookies.ts'
import { actionsOf } from '../permissions.ts'
import { json, problem, type Route, route } from '../route.ts'

const ACCOUNT_EXISTS = { zh: '已有同名帳號。', en: 'An account of this name exists.' }
const REMOVE_DEMO_WORDS = '移除示範資料'

export const sessionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/session',
    action: 'public',
    summary: 'Sign in',
    body: signInRequest,
    handle: async ({ services, body, request }) => {
      const outcome = await signIn(services.database, services.clock, { ...body, place: request.ip })
      if (!outcome.ok) return problem('sign-in-refused')
      return json({ account: outcome.value.person.account }, [
        { name: SESSION_COOKIE, value: outcome.value.token, isReadable: false },
        { name: CSRF_COOKIE, value: outcome.value.csrfToken, isReadable: true },
      ])
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/session',
    action: 'session.finish',
    summary: 'Sign out',
    handle: async ({ services, caller }) => {
      if (caller.session) await signOut(services.database, services.clock, caller.token, caller.session.person)
      return json({}, [
        { name: SESSION_COOKIE, value: '', isReadable: false },
        { name: CSRF_COOKIE, value: '', isReadable: true },
      ])
    },
  }),
  route({
    method: 'GET',
    path: '/api/me',
    action: 'session.own',
    summary: 'Who is signed in, and in which post',
    answer: me,
    handle: async ({ services, caller }) => {
      if (!caller.session) return problem('not-signed-in')
      const { account, name, unit, title, role, agency } = caller.session.person
      return json({
        account,
        name,
        unit,
        title,
        role,
        agency,
        organisation: services.organisation,
        may: actionsOf(role),
        isDemo: await services.demo.isLoaded(),
        now: services.clock.now().toISOString(),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/accounts',
    action: 'account.add',
    summary: 'Add a person (command line)',
    body: newAccount,
    handle: async ({ services, body }) => {
      const added = await addAccount(services.database, services.clock, body)
      return added.ok ? json({ account: body.account }) : problem('bad-request', ACCOUNT_EXISTS)
    },
  }),
  route({
    method: 'GET',
    path: '/api/demo/accounts',
    action: 'public',
    summary: 'The demo sign-ins, while sample data is loaded',
    handle: async ({ services }) =>
      json({ accounts: (await services.demo.isLoaded()) ? await listDemoAccounts(services.database) : [] }),
  }),
  route({
    method: 'DELETE',
    path: '/api/demo',
    action: 'demo.remove',
    summary: 'Remove the sample data with everything made from it',
    body: z.object({ confirm: z.literal(REMOVE_DEMO_WORDS) }),
    handle: async ({ services, caller }) => {
      await services.demo.remove({ account: caller.account, post: caller.post })
      return json({})
    },
  }),
]
