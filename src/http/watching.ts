import type { FastifyInstance } from 'fastify'
import { type HealthReason, healthAnswer, REASONS } from './health.ts'
import { type Metrics, mayReadMetrics } from './metrics.ts'

/** What those who watch the program may know: whether it is ready and why not, and its figures. */
export interface Watch {
  readonly version: string
  /** what it cannot work without and does not have now; [] when it is ready */
  readonly reasons: () => Promise<readonly HealthReason[]>
  readonly metrics: Metrics
  /** key for the figures from elsewhere; undefined: from this machine only */
  readonly metricsKey: string | undefined
}

export const WATCH_PATHS: readonly string[] = ['/healthz', '/healthz/live', '/metrics']

/**
 * `/healthz` answers 200 when ready, 503 with the reasons when not; `/healthz/live` 200 as long as the program answers at
 * all. Neither needs a sign-in or a served host name: a probe asks by address. `/metrics` is for this machine or the key.
 */
export function serveWatching(server: FastifyInstance, watch: Watch): void {
  server.get('/healthz', async (_request, reply) => {
    const reasons = await watch.reasons()
    return reply
      .header('cache-control', 'no-store')
      .status(reasons.length === 0 ? 200 : 503)
      .send(answerOf(watch, reasons))
  })
  server.get('/healthz/live', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ isAlive: true, version: watch.version }),
  )
  server.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request, watch.metricsKey)) return reply.callNotFound()
    const { type, body } = await watch.metrics.text()
    return reply.header('cache-control', 'no-store').type(type).send(body)
  })
}

const answerOf = ({ version }: Watch, reasons: readonly HealthReason[]) =>
  healthAnswer.parse({
    isAlive: true,
    isReady: reasons.length === 0,
    reasons: reasons.map((code) => ({ code, zh: REASONS[code][0], en: REASONS[code][1] })),
    version,
  })
