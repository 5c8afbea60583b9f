import { problem } from '../wire/session.ts'
import { type Connection, RequestRefused } from './connection.ts'

/** A connection to a server at `address` (`http://host:port`) with the operator's token. */
export const httpConnection = (address: string, token: string, close: () => Promise<void>): Connection =>
  connectionWith(address, { authorization: `Bearer ${token}` }, close)

type Headers = Readonly<Record<string, string>>

function connectionWith(address: string, headers: Headers, close: () => Promise<void>): Connection {
  const ask = (path: string, init: RequestInit = {}) => askAt(address, headers, path, init)
  return {
    address: address.replace(/\/$/, ''),
    // The shapes are the wire contract's; both ends are this program, in the same version.
    get: async <Answer>(path: string) => (await (await ask(path)).json()) as Answer,
    post: async <Answer>(path: string, body: object) => (await (await ask(path, jsonInit(body))).json()) as Answer,
    delete: async (path) => {
      await ask(path, { method: 'DELETE' })
    },
    stream: async (path) => {
      const { body } = await ask(path)
      if (!body) throw new RequestRefused('internal', 'empty answer')
      return body
    },
    signedIn: async (account, password) => {
      const person = await sessionHeaders(address, account, password)
      // The session ends with the command: nothing is left on this machine that could open another.
      return connectionWith(address, person, async () => {
        await askAt(address, person, '/api/session', { method: 'DELETE' })
      })
    },
    close,
  }
}

const jsonInit = (body: object): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

async function askAt(address: string, headers: Headers, path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(new URL(path, address), { ...init, headers: { ...init.headers, ...headers } })
  if (!response.ok) throw await refusal(response)
  return response
}

async function sessionHeaders(address: string, account: string, password: string): Promise<Headers> {
  const response = await askAt(address, {}, '/api/session', jsonInit({ account, password }))
  const cookies = response.headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
  const csrf =
    cookies.map((each) => /^(?:__Host-)?shoumi_csrf=(.*)$/.exec(each)?.[1]).find((each) => each !== undefined) ?? ''
  return { cookie: cookies.join('; '), 'x-shoumi-csrf': decodeURIComponent(csrf) }
}

async function refusal(response: Response): Promise<RequestRefused> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success) return new RequestRefused('internal', `HTTP ${response.status}`)
  const { code, message, messageEn, advice, reference } = parsed.data
  return new RequestRefused(code, `${message} ${messageEn}\n${advice}（${reference}）`)
}
