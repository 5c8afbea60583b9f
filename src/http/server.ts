import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AnalyticsDamaged } from '../analytics/damage.ts'
import { asInstallation, inScope, keepingScope } from '../base/tenant.ts'
import { LedgerRefuses } from '../ledger/port.ts'
import { scimError } from '../organisation/port.ts'
import { authorise } from './authorise.ts'
import { CSRF_COOKIE, isServedHost, SESSION_COOKIE } from './cookies.ts'
import { isOpenWhileRefused } from './permissions.ts'
import { type ProblemCode, type ProblemDetail, problemBody, statusOf } from './problem.ts'
import type { Cookie, Reply, Route } from './route.ts'
import { allRoutes } from './routes/all-routes.ts'
import { SCIM_TYPE } from './routes/scim-routes.ts'
import { serveWeb } from './serve-web.ts'
import type { Services } from './services.ts'

const MAX_JSON_BYTES = 1024 * 1024
const REQUESTS_PER_MINUTE = 1200
/** for systems: their secrets cannot be guessed, this only keeps one of them from taking the whole machine */
const EVALUATIONS_PER_MINUTE = 600_000
const SCIM_PATH = '/scim/'
const TOKEN_PATH = '/oauth/token'
const REQUEST_ID = 'x-request-id'

/** Builds the HTTP server; the caller listens. Every answer of the API is JSON, a file, or a `problem`. */
export async function buildServer(services: Services): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: MAX_JSON_BYTES,
    genReqId: () => randomUUID().slice(0, 8),
    // No request log: URLs hold filters, and what was looked at is written to the journal, not to a text file.
    logger: false,
    trustProxy: false,
    // Without a certificate a caller goes on as anybody: what he may do is decided at each route.
    ...(services.tls && { https: { ...services.tls, requestCert: true, rejectUnauthorized: false } }),
  }) as FastifyInstance
  await server.register(cookie)
  await server.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: '1 minute',
    errorResponseBuilder: () => new TooMany(),
  })
  await server.register(helmet, helmetOptions(services.isSecure))
  server.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parseForm)
  server.addContentTypeParser(SCIM_TYPE, { parseAs: 'string' }, server.getDefaultJsonParser('error', 'error'))
  server.addHook('onRequest', async (request, reply) => {
    if (!isServedHost(request.headers.host, services.publicHosts)) return sendProblem(reply, request, 'bad-host')
  })
  for (const each of allRoutes) addRoute(server, services, each)
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

class TooMany extends Error {
  readonly statusCode = 429
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

function addRoute(server: FastifyInstance, services: Services, each: Route): void {
  const isSignIn = (each.method === 'POST' && each.path === '/api/session') || each.path.startsWith('/auth/')
  server.route({
    method: each.method,
    url: each.path,
    bodyLimit: each.isUpload ? services.maxUploadBytes : MAX_JSON_BYTES,
    ...(isSignIn && { config: { rateLimit: { max: 20, timeWindow: '1 minute' } } }),
    // A verifier reads every file of the log; they are small and lie ready.
    ...(each.path.startsWith('/log/') && { config: { rateLimit: false } }),
    ...((each.path.startsWith('/access/') || each.path.startsWith(SCIM_PATH)) && {
      config: { rateLimit: { max: EVALUATIONS_PER_MINUTE, timeWindow: '1 minute' } },
    }),
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const asked = request.headers[REQUEST_ID]
      if (typeof asked === 'string' && /^[\w.:-]{1,128}$/.test(asked)) reply.header(REQUEST_ID, asked)
      const caller = await authorise(services, each, request)
      if (!caller.ok) return sendProblem(reply, request, caller.error)
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

function send(services: Services, reply: FastifyReply, request: FastifyRequest, answer: Reply): FastifyReply {
  if (answer.kind === 'problem') return sendProblem(reply, request, answer.code, answer.detail)
  if (answer.kind === 'redirect') {
    setCookies(services, reply, answer.cookies)
    return reply.redirect(answer.to, 303)
  }
  if (answer.kind === 'json') {
    setCookies(services, reply, answer.cookies)
    if (answer.type !== undefined) reply.type(answer.type)
    return reply
      .status(answer.status ?? 200)
      .send(answer.type === undefined ? answer.value : JSON.stringify(answer.value))
  }
  reply.header('content-type', answer.type)
  reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(answer.name)}`)
  return reply.send(
    answer.content instanceof Uint8Array
      ? Buffer.from(answer.content)
      : Readable.from(keepingScope(answer.content), { objectMode: false }),
  )
}

function setCookies(services: Services, reply: FastifyReply, cookies: readonly Cookie[] = []): void {
  for (const each of cookies) {
    reply.setCookie(each.name, each.value, {
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
  if (code === 'not-signed-in') for (const name of [SESSION_COOKIE, CSRF_COOKIE]) reply.clearCookie(name, { path: '/' })
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
  // The log gets the kind of error and where, never its message: a database's message may quote a value.
  services.log(`error ${request.id} ${request.method} ${request.routeOptions.url ?? ''} ${describeError(error)}`)
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
