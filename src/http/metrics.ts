import { timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { isServedHost } from './cookies.ts'

/** Figures read when somebody asks for them: name (without `shoumi_`), what it means, value; undefined: not known now. */
export interface FigureSource {
  readonly name: string
  readonly help: string
  readonly read: () => Promise<number | undefined>
}

export interface Metrics {
  /** notes an answered request under its route's pattern, never its address */
  note(request: FastifyRequest, reply: FastifyReply): void
  /** everything in the text format of Prometheus */
  text(): Promise<{ readonly type: string; readonly body: string }>
}

const BUCKETS_SECONDS = [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 30]

/** The program's own figures. Labels are routes, methods and statuses: their number is fixed by the program. */
export function createMetrics(figures: readonly FigureSource[], version: string): Metrics {
  const registers = [new Registry()]
  const [register] = registers
  collectDefaultMetrics(register ? { register } : {})
  const seconds = new Histogram({
    ...{ name: 'shoumi_http_request_duration_seconds', help: 'Time from the request to its last byte' },
    ...{ labelNames: ['method', 'route', 'status'], buckets: BUCKETS_SECONDS, registers },
  })
  const failures = new Counter({
    ...{ name: 'shoumi_http_failures_total', help: 'Answers with a status of 500 or more', registers },
  })
  new Gauge({ name: 'shoumi_info', help: 'Version of the program', labelNames: ['version'], registers }).set(
    { version },
    1,
  )
  for (const { name, help, read } of figures) {
    const gauge: Gauge = new Gauge({
      ...{ name: `shoumi_${name}`, help, registers },
      collect: async () => {
        // A store that does not answer must not keep the other figures from being told.
        const value = await read().catch(() => undefined)
        if (value === undefined) gauge.set(Number.NaN)
        else gauge.set(value)
      },
    })
  }
  return {
    note: (request, reply) => {
      const route = request.routeOptions.url ?? 'none'
      seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
      if (reply.statusCode >= 500) failures.inc()
    },
    text: async () => ({ type: register?.contentType ?? '', body: (await register?.metrics()) ?? '' }),
  }
}

const FORWARDING = ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'via']
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/

/** Whether the figures may be told: to the machine itself, asked directly and not through a proxy, or to who has the key. */
export function mayReadMetrics(request: FastifyRequest, key: string | undefined): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (key !== undefined && given !== undefined) {
    const [a, b] = [Buffer.from(given), Buffer.from(key)]
    return a.length === b.length && timingSafeEqual(a, b)
  }
  const isForwarded = FORWARDING.some((name) => request.headers[name] !== undefined)
  // Under another's name it may be a hostile page in a browser here, whose name was led to this machine.
  return !isForwarded && isServedHost(request.headers.host, []) && LOOPBACK.test(request.raw.socket.remoteAddress ?? '')
}
