import { problem } from '../wire/session.ts'
import { type Connection, RequestRefused } from './connection.ts'

/** A connection to a server at `address` (`http://host:port`) with the operator's token. */
export function httpConnection(address: string, token: string, close: () => Promise<void>): Connection {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(new URL(path, address), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    })
    if (!response.ok) throw await refusal(response)
    return response
  }
  return {
    address: address.replace(/\/$/, ''),
    // The shapes are the wire contract's; both ends are this program, in the same version.
    get: async <Answer>(path: string) => (await (await ask(path, {})).json()) as Answer,
    post: async <Answer>(path: string, body: object) => {
      const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      return (await (await ask(path, init)).json()) as Answer
    },
    delete: async (path) => {
      await ask(path, { method: 'DELETE' })
    },
    stream: async (path) => {
      const { body } = await ask(path, {})
      if (!body) throw new RequestRefused('internal', 'empty answer')
      return body
    },
    close,
  }
}

async function refusal(response: Response): Promise<RequestRefused> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success) return new RequestRefused('internal', `HTTP ${response.status}`)
  const { code, message, messageEn, advice, reference } = parsed.data
  return new RequestRefused(code, `${message} ${messageEn}\n${advice}（${reference}）`)
}
