import type { FastifyInstance, FastifyRequest } from 'fastify'

/** How long a body may take: JSON as a whole, an upload between two of its pieces and as a whole. */
export const BODY_LIMITS = { wholeMs: 30_000, silentMs: 30_000, uploadMs: 2 * 3_600_000 } as const
export type BodyLimits = { readonly [Name in keyof typeof BODY_LIMITS]: number }

/**
 * Ends connections whose body does not come: a form or JSON within `wholeMs`, a stream of bytes with no pause over
 * `silentMs`. Whoever is refused before his body was read is cut off, so that nobody sends what nobody reads.
 */
export function limitBodies(server: FastifyInstance, limits: BodyLimits = BODY_LIMITS): void {
  server.addHook('onRequest', async (request) => {
    if (!hasBody(request)) return
    const isStream = request.headers['content-type']?.startsWith('application/octet-stream') ?? false
    watch(request, isStream ? { everyMs: limits.silentMs, wholeMs: limits.uploadMs } : { wholeMs: limits.wholeMs })
  })
  server.addHook('onSend', async (request, reply, payload) => {
    if (isUnread(request)) reply.header('connection', 'close')
    return payload
  })
  server.addHook('onResponse', async (request) => {
    if (!isUnread(request)) return
    // Cut off at once, the answer could be lost on its way; what still comes meanwhile is thrown away.
    request.raw.resume()
    setTimeout(() => request.raw.destroy(), LINGER_MS).unref()
  })
}

const LINGER_MS = 2000
const isUnread = ({ raw }: FastifyRequest): boolean => raw.complete === false

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function watch(
  { raw }: FastifyRequest,
  { everyMs, wholeMs }: { readonly everyMs?: number; readonly wholeMs: number },
): void {
  const end = () => raw.destroy()
  const whole = setTimeout(end, wholeMs)
  const silent = everyMs === undefined ? undefined : setInterval(() => look(), everyMs)
  let seen = raw.socket.bytesRead
  function look() {
    // A reader that is busy holds the stream back: only a sender's silence counts.
    if (raw.socket.bytesRead === seen && raw.readableLength === 0) end()
    seen = raw.socket.bytesRead
  }
  const done = () => {
    clearTimeout(whole)
    clearInterval(silent)
  }
  raw.once('end', done)
  raw.once('close', done)
}
