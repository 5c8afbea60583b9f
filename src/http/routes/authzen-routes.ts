import { z } from 'zod'
import { asInstallation } from '../../base/tenant.ts'
import { json, problem, type Reply } from '../../edge/route.ts'
import {
  type AccessRequestFailure,
  type AskingSystem,
  answerMany,
  answerOne,
  cancelAccess,
  DUTIES,
  keepReceipt,
  pageOf,
  requestAccess,
  type SearchKind,
  taskOf,
} from '../../gate/port.ts'
import { issueToken, TOKEN_SECONDS } from '../../identity/port.ts'
import {
  accessRequestBody,
  actionSearchBody,
  evaluationAnswer,
  evaluationBody,
  evaluationsAnswer,
  evaluationsBody,
  receiptBody,
  resourceSearchBody,
  searchAnswer,
  subjectSearchBody,
  tokenBody,
} from '../../wire/authzen.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { holdsNul } from '../holds-nul.ts'

const ACCESS_REQUEST = 'urn:openid:authzen:capability:access-request'
const ERROR = 'urn:openid:authzen:access-request:error:'

// The permission table lets only systems in here; a person's session has none.
const systemOf = ({ caller }: Pick<Ask<unknown, unknown>, 'caller'>): AskingSystem =>
  caller.system ?? { system: '', agency: '', isShadow: false }

const SEARCHES = { subject: subjectSearchBody, resource: resourceSearchBody, action: actionSearchBody } as const

const searchRoute = (kind: SearchKind): Route =>
  route({
    method: 'POST',
    path: `/access/v1/search/${kind}`,
    action: 'point.ask',
    summary: `AuthZEN 1.0 ${kind} search`,
    body: SEARCHES[kind] as typeof subjectSearchBody,
    answer: searchAnswer,
    handle: async (ask) => {
      const { page, ...asked } = ask.body
      const found = await ask.services.point.decide.search(systemOf(ask), kind, asked)
      const paged = pageOf(found, asked, page)
      return paged.ok ? json(paged.value) : problem('bad-request')
    },
  })

const evaluationRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/access/v1/evaluation',
    action: 'point.ask',
    summary: 'AuthZEN 1.0 access evaluation: may this user do this now, and under which duties',
    body: evaluationBody,
    answer: evaluationAnswer,
    handle: async (ask) => json(await answerOne(ask.services.point.decide, systemOf(ask), ask.body)),
  }),
  route({
    method: 'POST',
    path: '/access/v1/evaluations',
    action: 'point.ask',
    summary: 'AuthZEN 1.0 access evaluations, up to 500 in one call',
    body: evaluationsBody,
    answer: evaluationsAnswer,
    handle: async (ask) => {
      const answer = await answerMany(ask.services.point.decide, systemOf(ask), ask.body)
      return answer.ok ? json(answer.value) : problem('bad-request')
    },
  }),
  searchRoute('subject'),
  searchRoute('resource'),
  searchRoute('action'),
  route({
    method: 'POST',
    path: '/access/v1/receipts',
    action: 'point.ask',
    summary: 'What the asking system did of the duties of a permit; too many missing end its permits',
    body: receiptBody,
    handle: async (ask) => {
      const { evaluation_id: evaluation, fulfilled, rows } = ask.body
      const { database, clock } = ask.services
      const receipt = { evaluation, fulfilled, rows }
      const kept = await database.transaction((tx) => keepReceipt(tx, systemOf(ask).system, receipt, clock.now()))
      return kept === 'unknown' ? problem('not-found') : json({ status: kept })
    },
  }),
]

const STATUS_OF: Partial<Record<AccessRequestFailure, number>> = {
  invalid_denial_binding: 400,
  expired_denial: 400,
  idempotency_conflict: 409,
  'systems-unavailable': 503,
}

const accessRequestRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/access/v1/requests',
    action: 'point.ask',
    summary: 'Ask for approval of what was denied (Access Request and Approval Profile)',
    body: accessRequestBody,
    handle: async (ask) => {
      const key = ask.request.headers['idempotency-key']
      if (typeof key !== 'string' || !/^[\w.:-]{8,128}$/.test(key)) return problem('bad-request')
      const { parts } = ask.services.point
      const made = await requestAccess(parts, systemOf(ask), ask.body, key)
      if (!made.ok) return notRequested(made.error)
      const task = await taskOf(parts, systemOf(ask), made.value.id, ask.services.origin)
      return { kind: 'json', value: task, status: made.value.state === 'pending' ? 202 : 201 }
    },
  }),
  route({
    method: 'GET',
    path: '/access/v1/requests/:id',
    action: 'point.ask',
    summary: 'How a request stands; once approved, what to bring to the next evaluation',
    handle: async (ask) => {
      const id = z.uuid().safeParse(ask.params['id'])
      const task = id.success && (await taskOf(ask.services.point.parts, systemOf(ask), id.data, ask.services.origin))
      return task ? json(task) : problem('not-found')
    },
  }),
  route({
    method: 'POST',
    path: '/access/v1/requests/:id/cancel',
    action: 'point.ask',
    summary: 'Take a request back that nobody has decided on',
    handle: async (ask) => {
      const id = z.uuid().safeParse(ask.params['id'])
      const isDone = id.success && (await cancelAccess(ask.services.point.parts, systemOf(ask), id.data))
      return isDone ? json({}) : problem('not-found')
    },
  }),
]

const notRequested = (error: AccessRequestFailure): Reply => ({
  kind: 'json',
  status: STATUS_OF[error] ?? 422,
  value: { type: `${ERROR}${error.replaceAll('-', '_')}`, title: error, status: STATUS_OF[error] ?? 422 },
})

const discoveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    action: 'public',
    summary: 'AuthZEN 1.0 metadata of this decision point',
    handle: async ({ services: { origin } }) =>
      json({
        policy_decision_point: origin,
        access_evaluation_endpoint: `${origin}/access/v1/evaluation`,
        access_evaluations_endpoint: `${origin}/access/v1/evaluations`,
        search_subject_endpoint: `${origin}/access/v1/search/subject`,
        search_resource_endpoint: `${origin}/access/v1/search/resource`,
        search_action_endpoint: `${origin}/access/v1/search/action`,
        access_request_endpoint: `${origin}/access/v1/requests`,
        jwks_uri: `${origin}/.well-known/jwks.json`,
        capabilities: [ACCESS_REQUEST],
        supported_obligations: DUTIES.map((duty) => (duty === 'step-up' ? duty : `custom:${duty}`)),
      }),
  },
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    action: 'public',
    summary: 'The key that signs binding tokens and approvals',
    handle: async ({ services }) => json({ keys: [services.point.parts.signer.publicJwk] }),
  },
  route({
    method: 'POST',
    path: '/oauth/token',
    action: 'public',
    summary: 'OAuth 2.0 client credentials: a system’s name and key for a token of ten minutes',
    body: tokenBody,
    handle: async ({ services, body, request }) => {
      const given = basicOf(request.headers.authorization) ?? [body.client_id ?? '', body.client_secret ?? '']
      const token = given === 'malformed' ? undefined : await asInstallation(() => issueToken(services, ...given))
      if (!token?.ok) return { kind: 'json', status: 401, value: { error: 'invalid_client' } }
      return json({ access_token: token.value, token_type: 'Bearer', expires_in: TOKEN_SECONDS })
    },
  }),
]

function basicOf(header: string | undefined): [string, string] | 'malformed' | undefined {
  if (!header?.startsWith('Basic ')) return undefined
  const parts = Buffer.from(header.slice('Basic '.length), 'base64').toString().split(':')
  try {
    const [name = '', secret = ''] = parts.map(decodeURIComponent)
    // A name with U+0000 is nobody's, and no store takes it.
    return holdsNul([name, secret]) ? 'malformed' : [name, secret]
  } catch {
    return 'malformed'
  }
}

/** Decisions for other systems over OpenID AuthZEN 1.0, and who looks after those systems. */
export const authzenRoutes: readonly Route[] = [...evaluationRoutes, ...accessRequestRoutes, ...discoveryRoutes]
