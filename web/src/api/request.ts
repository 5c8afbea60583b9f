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
