import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Scope } from '../base/tenant.ts'
import type { CallingSystem, Session } from '../identity/port.ts'
import type { Action, Actor } from './permissions.ts'
import type { ProblemCode, ProblemDetail } from './problem.ts'
import type { Services } from './services.ts'

/** Who asks: the actor decides what is allowed, account and post go into events. */
export interface Caller {
  readonly actor: Actor
  readonly account: string
  readonly post: string
  /** set when another program asks, undefined for people */
  readonly system?: CallingSystem
  /** undefined for the operator's token and for systems */
  readonly session: Session | undefined
  readonly token: string
  /** whose rows the stores show him */
  readonly scope: Scope & { readonly kind: 'served' }
}

export interface Ask<Query, Body> {
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  readonly services: Services
  readonly request: FastifyRequest
}

export interface Cookie {
  readonly name: string
  readonly value: string
  readonly isReadable: boolean
  /** sent back when another site leads here, as a provider's answer does; for nothing that opens anything by itself */
  readonly isLax?: boolean
}

export type Reply =
  | {
      readonly kind: 'json'
      readonly value: unknown
      readonly cookies?: readonly Cookie[]
      /** 200 when left out */
      readonly status?: number
      /** `application/json` when left out */
      readonly type?: string
    }
  | { readonly kind: 'redirect'; readonly to: string; readonly cookies?: readonly Cookie[] }
  | {
      readonly kind: 'file'
      readonly name: string
      readonly type: string
      readonly content: Uint8Array | AsyncIterable<Uint8Array | string>
    }
  | {
      readonly kind: 'problem'
      readonly code: ProblemCode
      readonly detail?: ProblemDetail
    }

/** A route reads as its policy: without an action there is no route; `public` ones are listed by a test. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly action: Action | 'public'
  readonly summary: string
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly answer?: z.ZodType
  /** an act on the whole installation: refused to who serves some agencies only */
  readonly isForAll?: boolean
  /** the body is a stream of bytes, not JSON */
  readonly isUpload?: boolean
  readonly handle: (ask: Ask<unknown, unknown>) => Promise<Reply>
}

/** Declares a route so that its handler sees the parsed query and body in their own types. */
export function route<Query extends z.ZodType, Body extends z.ZodType>(
  spec: Omit<Route, 'handle' | 'query' | 'body'> & {
    readonly query?: Query
    readonly body?: Body
    readonly handle: (ask: Ask<z.infer<Query>, z.infer<Body>>) => Promise<Reply>
  },
): Route {
  // The server parses query and body with these very schemas before it calls the handler.
  return spec as unknown as Route
}

export const json = (value: unknown, cookies?: readonly Cookie[]): Reply => ({
  kind: 'json',
  value,
  ...(cookies && { cookies }),
})
export const redirect = (to: string, cookies?: readonly Cookie[]): Reply => ({
  kind: 'redirect',
  to,
  ...(cookies && { cookies }),
})
export const problem = (code: ProblemCode, detail?: ProblemDetail): Reply => ({
  kind: 'problem',
  code,
  ...(detail && { detail }),
})
