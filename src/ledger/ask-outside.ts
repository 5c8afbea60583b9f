import { fail, ok, type Result } from '../base/result.ts'

/**
 * `unreachable`: nobody answers there, or the talk broke off. `slow`: not answered whole in the time given. `too-large`:
 * more was sent than any right answer holds.
 */
export type AskFailure = 'unreachable' | 'slow' | 'too-large'

export interface OutsideAnswer {
  readonly status: number
  readonly bytes: Buffer
}

interface Question {
  readonly method: 'GET' | 'POST'
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly type?: string
  /** for the whole of it, from the first byte sent to the last one read: an answer that drips is a slow one */
  readonly timeoutMs: number
  readonly maxBytes: number
  /** ends it from outside: the program stops */
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks a server of somebody else's over HTTP. Its answer is read no further than `maxBytes` and no longer than `timeoutMs`,
 * whatever it says of its length and however it is packed: memory and time are ours, not the other side's.
 */
export async function askOutside(url: string, question: Question): Promise<Result<OutsideAnswer, AskFailure>> {
  const limit = AbortSignal.timeout(question.timeoutMs)
  try {
    const response = await fetch(url, {
      method: question.method,
      ...(question.body !== undefined && { body: question.body }),
      headers: { 'accept-encoding': 'identity', ...(question.type !== undefined && { 'content-type': question.type }) },
      redirect: 'error',
      signal: question.signal ? AbortSignal.any([limit, question.signal]) : limit,
    })
    const bytes = await readUpTo(response, question.maxBytes)
    return bytes ? ok({ status: response.status, bytes }) : fail('too-large')
  } catch {
    // fetch throws for everything that is no answer; which of it does not matter, but whether time ran out does.
    return fail(limit.aborted ? 'slow' : 'unreachable')
  }
}

async function readUpTo(response: Response, maxBytes: number): Promise<Buffer | undefined> {
  if (!response.body) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the body, which closes the connection.
  for await (const part of response.body) {
    length += part.length
    if (length > maxBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
