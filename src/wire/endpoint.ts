import type { z } from 'zod'

/**
 * What a route answers: JSON of this schema, a file, a way to another address, or a protocol of its own whose form a standard
 * lays down (AuthZEN, SCIM, OAuth).
 */
export type Answer = z.ZodType | 'file' | 'redirect' | 'protocol'

/**
 * One address of the HTTP interface as both sides know it: the server's route is declared over it, the page's client is typed
 * from it. `:name` in the path is a parameter.
 */
export interface Endpoint<
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answered extends Answer = Answer,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Query
  readonly body?: Body
  readonly answer: Answered
  /** the body is a stream of bytes, not JSON */
  readonly isUpload?: boolean
}

/** Declares an endpoint with the types of its own schemas. */
export const endpoint = <
  const Method extends Endpoint['method'],
  const Path extends string,
  Answered extends Answer,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  spec: Endpoint<Query, Body, Answered> & { readonly method: Method; readonly path: Path },
): Endpoint<Query, Body, Answered> & { readonly method: Method; readonly path: Path } => spec
