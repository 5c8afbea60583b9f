import type { z } from 'zod'
import type { Endpoint } from '../../../src/wire/endpoint.ts'
import type { Problem } from '../../../src/wire/session.ts'

/** A refusal of the server, or the network's silence, with what the person can do. */
export class ProblemError extends Error {
  readonly problem: Problem
  readonly status: number

  constructor(problem: Problem, status: number) {
    super(problem.code)
    this.problem = problem
    this.status = status
  }
}

const UNREACHABLE: Problem = {
  code: 'unreachable',
  message: '連不上伺服器。',
  messageEn: 'The server cannot be reached.',
  advice: '請確認網路與程式仍在執行，再試一次。',
  adviceEn: 'Check the network and that the program runs, then try again.',
  reference: '',
}

// A schema that an endpoint has not is `undefined` in its type.
type Brought<Key extends string, Schema> = [NonNullable<Schema>] extends [never]
  ? unknown
  : { readonly [Name in Key]: z.input<Schema & z.ZodType> }
type PathParameters<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [Key in Name]: string } & PathParameters<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? { readonly [Key in Name]: string }
    : unknown

/** What an endpoint needs besides its address; empty where it needs nothing. */
export type Told<Of extends Endpoint> = Brought<'query', Of['query']> &
  Brought<'body', Of['body']> &
  (Of['path'] extends `${string}:${string}` ? { readonly params: PathParameters<Of['path']> } : unknown) & {
    readonly signal?: AbortSignal
  }
export type AnswerOf<Of extends Endpoint> = Of['answer'] extends z.ZodType ? z.output<Of['answer']> : never

/**
 * Asks an endpoint as src/wire declares it: `call<typeof startRun>('POST', '/api/runs', { body: {} })`. Only its type comes into
 * the page, so that the schemas stay on the server, and the compiler compares method and address with it. Throws ProblemError
 * on any refusal.
 */
export function call<Of extends Endpoint>(
  method: Of['method'],
  address: Of['path'],
  told: Told<Of>,
): Promise<AnswerOf<Of>> {
  const {
    params = {},
    query = {},
    body,
    signal,
  } = told as {
    readonly params?: Readonly<Record<string, string>>
    readonly query?: Readonly<Record<string, unknown>>
    readonly body?: unknown
    readonly signal?: AbortSignal
  }
  const path = address.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString()
  const init = {
    method,
    ...(signal && { signal }),
    ...(method !== 'GET' && { headers: { 'x-shoumi-csrf': csrfToken() } }),
    ...(body !== undefined && {
      headers: { 'x-shoumi-csrf': csrfToken(), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }
  return ask<AnswerOf<Of>>(asked === '' ? path : `${path}?${asked}`, init)
}

/** GET JSON. Throws ProblemError on any refusal. The server checks its answers against the wire schema, so `T` is trusted here. */
export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {})
}

/** POST or DELETE JSON with the session's CSRF token. Throws ProblemError on any refusal. */
export function sendJson<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const headers = { 'x-shoumi-csrf': csrfToken() }
  if (body === undefined) return ask<T>(path, { method, headers })
  return ask<T>(path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** POST a file's raw bytes. Throws ProblemError on any refusal. */
export function sendFile<T>(path: string, file: Blob): Promise<T> {
  const headers = { 'x-shoumi-csrf': csrfToken(), 'content-type': 'application/octet-stream' }
  return ask<T>(path, { method: 'POST', headers, body: file })
}

/** POST JSON where the answer may be a file: saves it under its name and returns undefined, or returns the JSON said instead. */
export async function sendForFile<T>(path: string, body: unknown): Promise<T | undefined> {
  const answer = await reach(path, {
    method: 'POST',
    headers: { 'x-shoumi-csrf': csrfToken(), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false
  if (!answer.ok || isJson) return read<T>(answer)
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'file'
  saveFile(await answer.blob(), decodeURIComponent(name))
  return undefined
}

/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  return read<T>(await reach(path, init))
}

function reach(path: string, init: RequestInit): Promise<Response> {
  return fetch(path, { credentials: 'same-origin', ...init }).catch((error) => {
    if (init.signal?.aborted) throw error
    throw new ProblemError(UNREACHABLE, 0)
  })
}

async function read<T>(answer: Response): Promise<T> {
  const value: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) return value as T
  throw new ProblemError(isProblem(value) ? value : UNREACHABLE, answer.status)
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}

function csrfToken(): string {
  return /(?:^|; )(?:__Host-)?shoumi_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? ''
}
