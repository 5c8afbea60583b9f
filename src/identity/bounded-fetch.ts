import type { CustomFetchOptions } from 'openid-client'

/** A token, a set of keys, a provider's own description: kilobytes. More is an attack or a mistake. */
export const MAX_ANSWER_BYTES = 1_048_576
const WITHOUT_BODY: readonly number[] = [101, 204, 205, 304]

/** `fetch` that reads an answer to its end, and gives it up at a mebibyte, however it is packed. Time is the caller's signal. */
export async function boundedFetch(url: string, options: CustomFetchOptions): Promise<Response> {
  const { body: sent, ...rest } = options
  const response = await fetch(url, { ...rest, body: sent ?? null })
  const { status, statusText, headers } = response
  const body = await readAtMost(response.body, MAX_ANSWER_BYTES)
  return new Response(WITHOUT_BODY.includes(status) ? null : new Uint8Array(body), { status, statusText, headers })
}

async function readAtMost(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the stream, and with it the connection.
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error('the answer is over its limit')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
