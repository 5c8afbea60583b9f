import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Answer, Endpoint } from '../wire/endpoint.ts'
import type { Action } from '../wire/permissions.ts'
import type { Caller } from './caller.ts'
import type { ProblemCode, ProblemDetail } from './problem.ts'

/** One request, authorised, with what it brought parsed. */
export interface Ask<Query = unknown, Body = unknown> {
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  readonly request: FastifyRequest
}

export interface Cookie {
  readonly name: string
  readonly value: string
  readonly isReadable: boolean
  /** sent back when another site leads here, as a provider's answer does; for nothing that opens anything by itself */
  readonly isLax?: boolean
}

export interface JsonReply<Value> {
  readonly kind: 'json'
  readonly value: Value
  readonly cookies?: readonly Cookie[]
  /** 200 when left out */
  readonly status?: number
  /** `application/json` when left out */
  readonly type?: string
}
export interface RedirectReply {
  readonly kind: 'redirect'
  readonly to: string
  readonly cookies?: readonly Cookie[]
}
export interface FileReply {
  readonly kind: 'file'
  readonly name: string
  readonly type: string
  readonly content: Uint8Array | AsyncIterable<Uint8Array | string>
}
export interface ProblemReply {
  readonly kind: 'problem'
  readonly code: ProblemCode
  readonly detail?: ProblemDetail
}

export type Reply<Value = unknown> = JsonReply<Value> | RedirectReply | FileReply | ProblemReply

/** A value as a handler may hand it over: what the schema says, read-only where it is. */
export type Sendable<T> = T extends readonly (infer Element)[]
  ? readonly Sendable<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: Sendable<T[Key]> }
    : T

/** What a handler of this answer may reply; a problem always. */
export type ReplyOf<Answered extends Answer> =
  | ProblemReply
  | (Answered extends z.ZodType
      ? JsonReply<Sendable<z.input<Answered>>>
      : Answered extends 'file'
        ? FileReply
        : Answered extends 'redirect'
          ? RedirectReply
          : Reply)

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : unknown

/** A route reads as its policy: without an action there is no route; `public` ones are listed by a test. */
export interface Route {
  readonly method: Endpoint['method']
  readonly path: string
  readonly action: Action | 'public'
  readonly summary: string
  readonly query?: z.ZodType | undefined
  readonly body?: z.ZodType | undefined
  readonly answer?: Answer
  /** an act on the whole installation: refused to who serves some agencies only */
  readonly isForAll?: boolean
  readonly isUpload?: boolean
  readonly handle: (ask: Ask) => Promise<Reply>
}

/** Declares a route over its endpoint: the handler sees query and body parsed, and what it answers is checked by the compiler. */
export function route<Query extends z.ZodType | undefined, Body extends z.ZodType | undefined, Answered extends Answer>(
  over: Endpoint<Query, Body, Answered>,
  spec: Pick<Route, 'action' | 'summary' | 'isForAll'> & {
    readonly handle: (ask: Ask<Parsed<Query>, Parsed<Body>>) => Promise<ReplyOf<Answered>>
  },
): Route {
  // The server parses query and body with these very schemas before it calls the handler.
  return { ...over, ...spec } as unknown as Route
}

export const json = <const Value>(value: Value, cookies?: readonly Cookie[]): JsonReply<Value> => ({
  kind: 'json',
  value,
  ...(cookies && { cookies }),
})
export const redirect = (to: string, cookies?: readonly Cookie[]): RedirectReply => ({
  kind: 'redirect',
  to,
  ...(cookies && { cookies }),
})
export const problem = (code: ProblemCode, detail?: ProblemDetail): ProblemReply => ({
  kind: 'problem',
  code,
  ...(detail && { detail }),
})
