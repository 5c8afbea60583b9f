import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AnalyticsDamaged } from '../analytics/damage.ts'
import { asInstallation, inScope, keepingScope } from '../base/tenant.ts'
import { DatabaseUnavailable } from '../database/unavailable.ts'
import { type ProblemCode, type ProblemDetail, problemBody, statusOf } from '../edge/problem.ts'
import type { Cookie, Reply, Route } from '../edge/route.ts'
import { LedgerRefuses } from '../ledger/port.ts'
import { scimError } from '../organisation/port.ts'
import { isOpenWhileRefused } from '../wire/permissions.ts'
import { seenValue } from '../wire/typed-text.ts'
import { authorise } from './authorise.ts'
import { limitBodies } from './body-limits.ts'
import { CSRF_COOKIE, cookieName, isServedHost, SESSION_COOKIE } from './cookies.ts'
import { holdsNul } from './holds-nul.ts'
import { type AccountLimits, ADDRESS_LIMIT, isPasswordSignIn, isSignIn, limitsByAccount, routeLimit } from './limits.ts'
import { routesOf } from './routes/all-routes.ts'
import { SCIM_TYPE } from './routes/scim-routes.ts'
import { serveWeb } from './serve-web.ts'
import type { Services } from './services.ts'
import { serveWatching, WATCH_PATHS } from './watching.ts'

const MAX_JSON_BYTES = 1024 * 1024
/** over all limits of single bodies: Node cuts off what is still not whole then */
const MAX_REQUEST_MS = 3 * 3_600_000
/** a connection on which nothing moves; longer than the longest wait for a first byte */
const IDLE_MS = 10 * 60_000
const HEADERS_MS = 15_000
const SLOW_MS = 1000
const SCIM_PATH = '/scim/'
const TOKEN_PATH = '/oauth/token'
/** a restart of the database takes seconds */
const RETRY_AFTER_S = 5
const REQUEST_ID = 'x-request-id'

/** Builds the HTTP server; the caller listens. Every answer of the API is JSON, a file, or a `problem`. */
export async function buildServer(services: Services): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: MAX_JSON_BYTES,
    genReqId: () => randomUUID().slice(0, 8),
    // No request log: URLs hold filters, and what was looked at is written to the journal, not to a text file.
    logger: false,
    // Only whom the installation names may say for whom he asks; else anybody could choose his address.
    trustProxy: services.trustedProxies && services.trustedProxies.length > 0 ? [...services.trustedProxies] : false,
    requestTimeout: MAX_REQUEST_MS,
    connectionTimeout: IDLE_MS,
    // Without a certificate a caller goes on as anybody: what he may do is decided at each route.
    ...(services.tls && {
      https: { ...services.tls, requestCert: true, rejectUnauthorized: false, secureOptions: NO_RENEGOTIATION },
    }),
  }) as FastifyInstance
  server.server.headersTimeout = HEADERS_MS
  await server.register(cookie)
  await server.register(rateLimit, ADDRESS_LIMIT)
  await server.register(helmet, helmetOptions(services.isSecure))
  server.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parseForm)
  server.addContentTypeParser(SCIM_TYPE, { parseAs: 'string' }, server.getDefaultJsonParser('error', 'error'))
  server.addHook('onRequest', async (request, reply) => {
    if (!isPlain(request)) return sendProblem(reply, request, 'bad-request')
    // Whoever asks whether the program lives asks by address; nothing there is anybody's.
    if (WATCH_PATHS.includes(request.url.split('?', 1)[0] ?? '')) return
    if (!isServedHost(request.headers.host, services.publicHosts)) return sendProblem(reply, request, 'bad-host')
  })
  limitBodies(server)
  noteAnswers(server, services)
  const limits = limitsByAccount(server)
  for (const each of routesOf(services)) addRoute(server, services, each, limits)
  if (services.watch) serveWatching(server, services.watch)
  server.setErrorHandler((error, request, reply) => sendError(services, error, request, reply))
  await serveWeb(server, services.webFolder)
  server.setNotFoundHandler((request, reply) => sendProblem(reply, request, 'not-found'))
  return server
}

// Forms are read where OAuth wants them and nowhere else: no page may be posted to from another site's form.
function parseForm(
  request: FastifyRequest,
  body: string | Buffer,
  done: (error: Error | null, body?: unknown) => void,
) {
  if (request.url === TOKEN_PATH) done(null, Object.fromEntries(new URLSearchParams(String(body))))
  else done(Object.assign(new Error('unsupported media type'), { statusCode: 415 }))
}

// In TLS 1.2 a client may ask for new keys again and again, each time at our cost. (SSL_OP_NO_RENEGOTIATION)
const NO_RENEGOTIATION = 0x40000000

/** One host, a path of this server, a version we speak: what is said twice or to somebody else could be read two ways. */
function isPlain({ raw }: FastifyRequest): boolean {
  const hosts = raw.rawHeaders?.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host') ?? []
  return hosts.length <= 1 && raw.url?.startsWith('/') === true && (raw.httpVersionMajor ?? 1) === 1
}

/** Figures of every answer; a line for the slow and the failed ones. Routes by their pattern: an address holds filters. */
function noteAnswers(server: FastifyInstance, services: Services): void {
  server.addHook('onResponse', async (request, reply) => {
    services.watch?.metrics.note(request, reply)
    const ms = Math.round(reply.elapsedTime)
    const level = reply.statusCode >= 500 ? 'warn' : ms >= SLOW_MS ? 'info' : 'debug'
    const about = { method: request.method, route: request.routeOptions.url ?? '', status: reply.statusCode, ms }
    services.log('request', { level, requestId: request.id, ...about })
  })
}

function helmetOptions(isSecure: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        manifestSrc: ["'self'"],
      },
    },
    strictTransportSecurity: isSecure,
    crossOriginOpenerPolicy: { policy: 'same-origin' as const },
    referrerPolicy: { policy: 'no-referrer' as const },
  }
}

function addRoute(server: FastifyInstance, services: Services, each: Route, limits: AccountLimits): void {
  server.route({
    method: each.method,
    url: each.path,
    bodyLimit: each.isUpload ? services.maxUploadBytes : MAX_JSON_BYTES,
    ...routeLimit(each),
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const asked = request.headers[REQUEST_ID]
      if (typeof asked === 'string' && /^[\w.:-]{1,128}$/.test(asked)) reply.header(REQUEST_ID, asked)
      const caller = await authorise(services, each, request)
      if (!caller.ok) return sendProblem(reply, request, caller.error)
      if (caller.value.session) await limits.account(request, caller.value.account)
      if (isPasswordSignIn(each)) await limits.signIn(request, (request.body as { account?: unknown } | null)?.account)
      // No store keeps U+0000, and no program that writes text sends it. A sign-in refuses and records it as any other name.
      if (!isSignIn(each) && holdsNul([request.params, request.query, isJsonBody(request) ? request.body : undefined]))
        return sendProblem(reply, request, 'bad-request')
      if (services.ledger.refusal() !== undefined && !isOpenWhileRefused(each.action))
        return sendProblem(reply, request, 'ledger-refused')
      const query = each.query?.safeParse(request.query)
      const body = each.body?.safeParse(request.body)
      if (query?.success === false || body?.success === false) return sendProblem(reply, request, 'bad-request')
      const ask = {
        caller: caller.value,
        params: request.params as Record<string, string>,
        query: query?.data,
        body: body?.data,
        services,
        request,
      }
      const work = async () => send(services, reply, request, await each.handle(ask))
      return each.isForAll ? asInstallation(work) : inScope(caller.value.scope, work)
    },
  })
}

const isJsonBody = ({ body }: FastifyRequest): boolean =>
  typeof body === 'object' && body !== null && !(body instanceof Readable)

function send(services: Services, reply: FastifyReply, request: FastifyRequest, answer: Reply): FastifyReply {
  if (answer.kind === 'problem') return sendProblem(reply, request, answer.code, answer.detail)
  if (answer.kind === 'redirect') {
    setCookies(services, reply, answer.cookies)
    return reply.redirect(answer.to, 303)
  }
  if (answer.kind === 'json') {
    setCookies(services, reply, answer.cookies)
    if (answer.type !== undefined) reply.type(answer.type)
    return (
      reply
        .status(answer.status ?? 200)
        // Answers to people: nothing in them is unseen. Other systems get their own words back as they were (a type of its own).
        .send(answer.type === undefined ? seenBy(request, answer.value) : JSON.stringify(answer.value))
    )
  }
  reply.header('content-type', answer.type)
  reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(answer.name)}`)
  return reply.send(
    answer.content instanceof Uint8Array
      ? Buffer.from(answer.content)
      : Readable.from(keepingScope(answer.content), { objectMode: false }),
  )
}

const seenBy = (request: FastifyRequest, value: unknown): unknown =>
  request.url.startsWith('/api/') ? seenValue(value) : value

function setCookies(services: Services, reply: FastifyReply, cookies: readonly Cookie[] = []): void {
  for (const each of cookies) {
    reply.setCookie(cookieName(each.name, services.isSecure), each.value, {
      path: '/',
      httpOnly: !each.isReadable,
      sameSite: each.isLax ? 'lax' : 'strict',
      secure: services.isSecure,
      ...(each.value === '' && { maxAge: 0 }),
    })
  }
}

function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  code: ProblemCode,
  detail?: ProblemDetail,
): FastifyReply {
  if (code === 'not-signed-in') reply.header('www-authenticate', 'Bearer')
  if (code === 'not-signed-in') {
    const isSecure = request.protocol === 'https'
    for (const name of [SESSION_COOKIE, CSRF_COOKIE])
      for (const prefixed of [false, true])
        reply.clearCookie(cookieName(name, prefixed), { path: '/', secure: prefixed || isSecure })
  }
  if (request.url.startsWith(SCIM_PATH)) {
    const error = scimError({ status: statusOf(code), detail: problemBody(code, request.id, detail).messageEn })
    return reply.status(statusOf(code)).type(SCIM_TYPE).send(JSON.stringify(error))
  }
  return reply
    .status(statusOf(code))
    .type('application/json')
    .send(problemBody(code, request.id, detail))
}

function sendError(services: Services, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = (error as { statusCode?: number }).statusCode
  if (error instanceof LedgerRefuses) return sendProblem(reply, request, 'ledger-refused')
  if (error instanceof AnalyticsDamaged) return sendProblem(reply, request, 'analytics-damaged')
  if (status === 413) return sendProblem(reply, request, 'too-large')
  if (status === 429) return sendProblem(reply, request, 'too-many')
  if (status !== undefined && status >= 400 && status < 500) return sendProblem(reply, request, 'bad-request')
  if (error instanceof DatabaseUnavailable) {
    services.log(`store ${request.id} ${request.method} ${request.routeOptions.url ?? ''} ${error.message}`)
    return sendProblem(reply.header('retry-after', RETRY_AFTER_S), request, 'store-unavailable')
  }
  // The log gets the kind of error and where, never its message: a database's message may quote a value.
  services.log(`error ${request.method} ${request.routeOptions.url ?? ''} ${describeError(error)}`, {
    ...{ level: 'error', requestId: request.id },
  })
  return sendProblem(reply, request, 'internal')
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const place =
    error.stack
      ?.split('\n')
      .find((line) => line.includes('/src/'))
      ?.trim() ?? ''
  return `${error.name} ${(error as { code?: string }).code ?? ''} ${place}`
}
