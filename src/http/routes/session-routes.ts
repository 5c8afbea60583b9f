import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { asInstallation } from '../../base/tenant.ts'
import { type Cookie, json, problem, type Reply, redirect } from '../../edge/route.ts'
import {
  addAccount,
  isFounding,
  listDemoAccounts,
  MISSING_MEANS,
  type SignedIn,
  signIn,
  signOut,
} from '../../identity/port.ts'
import { demoWalk } from '../../wire/demo.ts'
import { me, type NewAccount, newAccount, signInRequest, signInWays } from '../../wire/session.ts'
import { openActions } from '../authorise.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { CSRF_COOKIE, cookieOf, OIDC_COOKIE, SESSION_COOKIE } from '../cookies.ts'
import type { Services } from '../services.ts'
import { changeRefusal } from './change-refusal.ts'

/** Where the provider sends the browser back: the very address it came from, which was checked to be one of ours. */
function callbackOf(services: Services, request: FastifyRequest): string {
  const host = request.headers.host ?? ''
  const { localPort } = request.raw.socket
  // A port that somebody else listens on must not be led to: on this machine it is the one the request came in by.
  const own =
    services.publicHosts.includes(host) || localPort === undefined ? host : host.replace(/:\d+$|$/, `:${localPort}`)
  return `${services.isSecure ? 'https' : 'http'}://${own}/auth/oidc/callback`
}

const ACCOUNT_EXISTS = { zh: '已有同名帳號。', en: 'An account of this name exists.' }
const PASSWORD_MISSING = { zh: '密碼至少十二個字元。', en: 'A password has at least twelve characters.' }
const REMOVE_DEMO_WORDS = '移除示範資料'

const sessionCookies = ({ token, csrfToken }: SignedIn): readonly Cookie[] => [
  { name: SESSION_COOKIE, value: token, isReadable: false },
  { name: CSRF_COOKIE, value: csrfToken, isReadable: true },
]

async function addedAccount({ services, caller, body }: Ask<unknown, NewAccount>): Promise<Reply> {
  const { database, clock, changes } = services
  const { password, ...given } = body
  if (await isFounding(database)) {
    if (password === undefined) return problem('bad-request', PASSWORD_MISSING)
    const added = await addAccount(database, clock, { ...given, password })
    return added.ok ? json({ account: given.account }) : problem('bad-request', ACCOUNT_EXISTS)
  }
  const by = { account: caller.account, post: caller.post }
  const proposed = await changes.propose({ kind: 'account-add', value: given, reason: '由命令列新增帳號' }, by)
  if (!proposed.ok) return changeRefusal(proposed.error)
  return { kind: 'json', status: 202, value: { changeId: proposed.value } }
}

export const sessionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/session',
    action: 'public',
    summary: 'Sign in',
    body: signInRequest,
    handle: async ({ services, body, request }) => {
      const given = { ...body, place: request.ip }
      const { database, clock, directory } = services
      const outcome = await asInstallation(() => signIn(database, clock, given, directory))
      if (!outcome.ok) return problem(`sign-in-${outcome.error.code}`)
      return json({ account: outcome.value.person.account }, sessionCookies(outcome.value))
    },
  }),
  route({
    method: 'GET',
    path: '/api/sign-in-ways',
    action: 'public',
    summary: 'How people may sign in here',
    answer: signInWays,
    handle: async ({ services }) => json({ oidc: services.oidc?.name ?? null, missing: MISSING_MEANS }),
  }),
  route({
    method: 'GET',
    path: '/auth/oidc',
    action: 'public',
    summary: 'Go to the provider the agency signs in with',
    handle: async ({ services, request }) => {
      const begun = await asInstallation(() => services.oidc?.begin(callbackOf(services, request), request.ip))
      if (!begun?.ok) return redirect('/?sign-in=unavailable')
      return redirect(begun.value.url, [
        { name: OIDC_COOKIE, value: begun.value.secret, isReadable: false, isLax: true },
      ])
    },
  }),
  route({
    method: 'GET',
    path: '/auth/oidc/callback',
    action: 'public',
    summary: 'Come back from the provider',
    handle: async ({ services, request }) => {
      const secret = cookieOf(request, OIDC_COOKIE, services.isSecure) ?? ''
      const address = new URL(request.url, callbackOf(services, request))
      const done = await asInstallation(() => services.oidc?.finish({ address, form: {} }, secret, request.ip))
      const spent: Cookie = { name: OIDC_COOKIE, value: '', isReadable: false, isLax: true }
      if (!done?.ok) return redirect(`/?sign-in=${done?.error ?? 'unavailable'}`, [spent])
      return redirect('/', [spent, ...sessionCookies(done.value)])
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
      // The page asks here first, and shows the one step that is open.
      if (caller.session.mustChangePassword) return problem('password-change-needed')
      if (caller.session.isFirstPasskeyDue) return problem('first-passkey-needed')
      const { account, name, unit, title, role, agency } = caller.session.person
      return json({
        account,
        name,
        unit,
        title,
        role,
        agency,
        organisation: services.organisation,
        may: await openActions(services, caller),
        isDemo: await services.demo.isLoaded(),
        now: services.clock.now().toISOString(),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/accounts',
    action: 'account.add',
    summary: 'Add a person (command line): at once while nobody is there to ask, proposed afterwards',
    body: newAccount,
    handle: addedAccount,
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
    method: 'GET',
    path: '/api/demo/walk',
    action: 'today.view',
    summary: 'Five cases in ten minutes: the acts to try on sample data, and which were done',
    answer: demoWalk,
    handle: async ({ services }) => json((await services.demo.isLoaded()) ? await services.demo.walk() : { steps: [] }),
  }),
  route({
    method: 'DELETE',
    path: '/api/demo',
    action: 'demo.remove',
    summary: 'Remove the sample data with everything made from it',
    isForAll: true,
    body: z.object({ confirm: z.literal(REMOVE_DEMO_WORDS) }),
    handle: async ({ services, caller }) => {
      await services.demo.remove({ account: caller.account, post: caller.post })
      return json({})
    },
  }),
]
