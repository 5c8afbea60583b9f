import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Route } from '../edge/route.ts'

/** What one address may ask in a minute: a county's offices may share one. What one account may is less. */
const REQUESTS_PER_ADDRESS = 6000
const REQUESTS_PER_ACCOUNT = 1200
/** Guesses at one account from one address, and at any account from one address. An account locks after five failures besides. */
const SIGN_INS_PER_ACCOUNT = 20
const SIGN_INS_PER_ADDRESS = 200
/** for systems: their secrets cannot be guessed, this only keeps one of them from taking the whole machine */
const EVALUATIONS_PER_ADDRESS = 600_000
const WINDOW = '1 minute'
const MAX_NAME_LENGTH = 100

class TooMany extends Error {
  readonly statusCode = 429
}

/** For @fastify/rate-limit: what holds where a route says nothing else. */
export const ADDRESS_LIMIT = {
  max: REQUESTS_PER_ADDRESS,
  timeWindow: WINDOW,
  errorResponseBuilder: () => new TooMany(),
}

/** The limit by address of one route, where it differs from the general one. */
export function routeLimit(each: Pick<Route, 'method' | 'path'>): { readonly config?: object } {
  if (isSignIn(each)) return { config: { rateLimit: { max: SIGN_INS_PER_ADDRESS, timeWindow: WINDOW } } }
  // A verifier reads every file of the log; they are small and lie ready.
  if (each.path.startsWith('/log/')) return { config: { rateLimit: false } }
  if (each.path.startsWith('/access/') || each.path.startsWith('/scim/'))
    return { config: { rateLimit: { max: EVALUATIONS_PER_ADDRESS, timeWindow: WINDOW } } }
  return {}
}

/** Whether a request comes to sign in, by whatever means. */
export const isSignIn = ({ method, path }: Pick<Route, 'method' | 'path'>): boolean =>
  isPasswordSignIn({ method, path }) || path.startsWith('/auth/')

/** Whether a request tries an account named in its body. */
export const isPasswordSignIn = ({ method, path }: Pick<Route, 'method' | 'path'>): boolean =>
  method === 'POST' && path === '/api/session'

/** Limits by who asks, for the time when that is known. Each rejects with status 429 when it is exceeded. */
export interface AccountLimits {
  /** one who is signed in */
  account(request: FastifyRequest, account: string): Promise<void>
  /** one who tries an account, by its name and his address */
  signIn(request: FastifyRequest, tried: unknown): Promise<void>
}

/** Makes the limits by account; the plugin must be registered before. */
export function limitsByAccount(server: FastifyInstance): AccountLimits {
  const keys = new WeakMap<FastifyRequest, string>()
  const keyGenerator = (request: FastifyRequest) => keys.get(request) ?? request.ip
  const limit = (max: number) => {
    const ask = server.createRateLimit({ max, timeWindow: WINDOW, keyGenerator })
    return async (request: FastifyRequest, key: string) => {
      keys.set(request, key)
      const found = await ask(request)
      if (!found.isAllowed && found.isExceeded) throw new TooMany()
    }
  }
  const [account, signIn] = [limit(REQUESTS_PER_ACCOUNT), limit(SIGN_INS_PER_ACCOUNT)]
  return {
    account: (request, name) => account(request, `account ${name}`),
    signIn: (request, tried) => {
      const name =
        typeof tried === 'string' ? tried.slice(0, MAX_NAME_LENGTH).replace(/[A-Z]/g, (each) => each.toLowerCase()) : ''
      return signIn(request, `sign-in ${name} ${request.ip}`)
    },
  }
}
