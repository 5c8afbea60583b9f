import { createHmac, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a sign-in asked the provider with. */
export interface Asked {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
}

export type Claims = Record<string, unknown>

/** How one answer of the provider differs from an honest one; whatever is left out is as it should be. */
export interface Behaviour {
  /** the parameters of the redirect back */
  readonly redirect?: (params: URLSearchParams, asked: Asked) => void
  readonly claims?: (claims: Claims, asked: Asked) => Claims
  readonly header?: Readonly<Record<string, unknown>>
  /** makes the token of header and claims; left out: signed with the published key */
  readonly token?: (header: Claims, claims: Claims) => string
  /** replaces the whole answer of the token endpoint */
  readonly answer?: (response: ServerResponse, tokens: Record<string, unknown>) => void
  readonly tokens?: (tokens: Record<string, unknown>) => Record<string, unknown>
  /** replaces the answer of the key endpoint */
  readonly keys?: (response: ServerResponse) => void
}

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const published = rsa()
export const otherKeys = rsa()
export const CLIENT = 'shoumi'
export const SECRET = 'a secret of the client, for tests'
export const PUBLISHED_PEM = published.publicKey.export({ type: 'spki', format: 'pem' }).toString()

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token signed with RS256 by this key. */
export function signed(header: Claims, claims: Claims, key: KeyObject = published.privateKey): string {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${createSign('sha256').update(text).sign(key).toString('base64url')}`
}

/** A token with a message authentication code instead of a signature. */
export function keyed(header: Claims, claims: Claims, secret: string): string {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

export const unsigned = (header: Claims, claims: Claims, signature = ''): string =>
  `${part(header)}.${part(claims)}.${signature}`

/** A provider on loopback that answers as the test says; `requests` are the paths it was asked for. */
export async function hostileProvider() {
  let behaviour: Behaviour = {}
  const requests: string[] = []
  const asked = new Map<string, Asked>()
  const http: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    requests.push(url.pathname)
    if (url.pathname === '/.well-known/openid-configuration') return sendJson(response, description(issuer))
    if (url.pathname === '/jwks')
      return behaviour.keys ? behaviour.keys(response) : sendJson(response, { keys: [jwk()] })
    if (url.pathname === '/authorize') return authorize(url, response)
    if (url.pathname === '/token') return void token(request, response)
    response.writeHead(404).end()
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`

  function authorize(url: URL, response: ServerResponse): void {
    const given: Asked = {
      redirectUri: url.searchParams.get('redirect_uri') ?? '',
      state: url.searchParams.get('state') ?? '',
      nonce: url.searchParams.get('nonce') ?? '',
    }
    const code = randomBytes(8).toString('hex')
    asked.set(code, given)
    const params = new URLSearchParams({ code, state: given.state })
    behaviour.redirect?.(params, given)
    response.writeHead(303, { location: `${given.redirectUri}?${params}` }).end()
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const given = asked.get(new URLSearchParams(body).get('code') ?? '')
    if (!given) return void response.writeHead(400, JSON_TYPE).end('{"error":"invalid_grant"}')
    const honest = honestClaims(issuer, given)
    const claims = behaviour.claims?.(honest, given) ?? honest
    const header = { alg: 'RS256', kid: 'published', typ: 'JWT', ...behaviour.header }
    const idToken = (behaviour.token ?? signed)(header, claims)
    const tokens = { access_token: 'a', token_type: 'Bearer', expires_in: 300, id_token: idToken }
    if (behaviour.answer) return behaviour.answer(response, tokens)
    sendJson(response, behaviour.tokens?.(tokens) ?? tokens)
  }

  return {
    issuer,
    requests,
    behave: (next: Behaviour) => {
      behaviour = next
      requests.length = 0
    },
    close: () => {
      http.closeAllConnections()
      http.close()
    },
  }
}

function honestClaims(issuer: string, { nonce }: Asked): Claims {
  const now = Math.floor(Date.now() / 1000)
  const times = { exp: now + 300, iat: now }
  return { iss: issuer, sub: 's-officer', aud: CLIENT, ...times, nonce, preferred_username: 'officer' }
}

const JSON_TYPE = { 'content-type': 'application/json' }
export const sendJson = (response: ServerResponse, value: unknown): void =>
  void response.writeHead(200, JSON_TYPE).end(JSON.stringify(value))

export const jwk = () => ({
  ...published.publicKey.export({ format: 'jwk' }),
  kid: 'published',
  use: 'sig',
  alg: 'RS256',
})

const description = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
})
