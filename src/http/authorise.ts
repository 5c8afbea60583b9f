import { createHash, timingSafeEqual } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { fail, ok, type Result } from '../base/result.ts'
import { asInstallation, NOBODY as SERVES_NOBODY } from '../base/tenant.ts'
import type { Caller, CallingSystem } from '../edge/caller.ts'
import type { ProblemCode } from '../edge/problem.ts'
import type { Route } from '../edge/route.ts'
import {
  findSession,
  isCsrfTokenRight,
  postOf,
  scopeOf,
  systemOfCertificate,
  systemOfSecret,
} from '../identity/port.ts'
import { type Action, actionsOf, may } from '../wire/permissions.ts'
import { CSRF_HEADER, cookieOf, SESSION_COOKIE } from './cookies.ts'
import type { Services } from './services.ts'

const NOBODY: Caller = {
  ...{ actor: 'officer', account: '', post: '', session: undefined, token: '' },
  scope: SERVES_NOBODY,
}

/** Decides on the server whether this request may go on: signed in, in a role that has the action, with its own CSRF token. */
export async function authorise(
  services: Services,
  route: Pick<Route, 'action' | 'method' | 'isForAll'>,
  request: FastifyRequest,
): Promise<Result<Caller, ProblemCode>> {
  if (route.action === 'public') return ok(NOBODY)
  // Who it is has to be found before it is known whose rows he may see.
  const caller = isOperator(services, request)
    ? operator
    : await asInstallation(async () => (await signedIn(services, request)) ?? (await callingSystem(services, request)))
  if (!caller) return fail('not-signed-in')
  // Before the passkey, before a password somebody else knows is changed, and before a post that needs one has its first
  // passkey, only what leads there is open.
  if (caller.session?.isPasskeyDue && route.action !== 'session.finish') return fail('passkey-needed')
  if (caller.session?.mustChangePassword && !OPEN_BEFORE_CHANGE.includes(route.action))
    return fail('password-change-needed')
  if (caller.session?.isFirstPasskeyDue && !OPEN_BEFORE_CHANGE.includes(route.action))
    return fail('first-passkey-needed')
  if (!may(caller.actor, route.action) && !(await mayForPrincipal(services, caller, route.action)))
    return fail('forbidden')
  if (route.isForAll && caller.scope.agencies !== 'all') return fail('forbidden')
  const needsToken = route.method !== 'GET' && caller.session !== undefined
  const header = request.headers[CSRF_HEADER]
  if (
    needsToken &&
    caller.session &&
    !isCsrfTokenRight(caller.session, typeof header === 'string' ? header : undefined)
  ) {
    return fail('bad-csrf')
  }
  return ok(caller)
}

// What a deputy does in his principal's place; nothing else of another's rights passes to him.
const PASSED_ON: readonly Action[] = ['gate.approve']

/** Whether somebody he stands in for today may do it. */
async function mayForPrincipal(
  services: Pick<Services, 'staff'>,
  { session, account }: Pick<Caller, 'session' | 'account'>,
  action: Action,
): Promise<boolean> {
  if (!session || !PASSED_ON.includes(action)) return false
  // Asked before it is known for whom this request works; the answer concerns his own account alone.
  const principals = await asInstallation(() => services.staff.principals(account))
  return principals.some(({ role }) => may(role, action))
}

/** All actions open to a person now: of his own post, and what he may do in the place of whom he stands in for. */
export async function openActions(
  services: Pick<Services, 'staff'>,
  caller: Pick<Caller, 'actor' | 'account' | 'session'>,
): Promise<readonly Action[]> {
  const own = actionsOf(caller.actor)
  const passed = await Promise.all(
    PASSED_ON.map(async (action) =>
      !own.includes(action) && (await mayForPrincipal(services, caller, action)) ? [action] : [],
    ),
  )
  return [...own, ...passed.flat()]
}

const OPEN_BEFORE_CHANGE: readonly string[] = ['session.finish', 'session.own']

const operator: Caller = {
  ...{ actor: 'operator', account: 'operator', post: '本機命令列', session: undefined, token: '' },
  scope: { kind: 'served', agencies: 'all', home: '', account: '' },
}

function isOperator(services: Services, request: FastifyRequest): boolean {
  const given = Buffer.from(request.headers.authorization ?? '')
  const expected = Buffer.from(`Bearer ${services.operatorToken}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Another program, by its key, by a token it exchanged for it, or by the certificate of its TLS connection. */
async function callingSystem(services: Services, request: FastifyRequest): Promise<Caller | undefined> {
  const [, secret] = /^Bearer (sm[kt]_[\w-]+)$/.exec(request.headers.authorization ?? '') ?? []
  const found = secret === undefined ? await byCertificate(services, request) : await systemOfSecret(services, secret)
  if (!found) return undefined
  const actor = found.isProvisioner ? 'provisioner' : 'system'
  return {
    ...{ actor, account: found.system, post: found.name, session: undefined, token: '', system: found },
    scope: { kind: 'served', agencies: [found.agency], home: found.agency, account: '' },
  }
}

async function byCertificate({ database }: Services, { raw }: FastifyRequest): Promise<CallingSystem | undefined> {
  const { socket } = raw
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const der: unknown = socket.getPeerCertificate().raw
  return Buffer.isBuffer(der) ? systemOfCertificate(database, createHash('sha256').update(der).digest()) : undefined
}

async function signedIn(services: Services, request: FastifyRequest): Promise<Caller | undefined> {
  const token = cookieOf(request, SESSION_COOKIE, services.isSecure)
  const session = token ? await findSession(services.database, services.clock, token) : undefined
  if (!token || !session) return undefined
  const { person } = session
  return { actor: person.role, account: person.account, post: postOf(person), session, token, scope: scopeOf(person) }
}
