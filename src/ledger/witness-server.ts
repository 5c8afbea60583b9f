import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { judgeAddCheckpoint, originOf, parseAddCheckpoint, type WitnessAnswer } from './tlog/witness.ts'
import type { WitnessStore } from './witness-store.ts'

// A checkpoint with its signatures and 63 hashes is far below.
const MAX_BODY_BYTES = 64 * 1024
const REQUEST_TIMEOUT_MS = 10_000

export interface WitnessServer {
  /** `http://host:port`, the submission and monitoring prefix */
  readonly address: string
  close(): Promise<void>
}

/**
 * Serves a witness (C2SP tlog-witness): `POST /add-checkpoint`, `GET /<hex SHA-256 of origin>/checkpoint`. It signs a
 * checkpoint only when it continues what it signed before, and only after it has stored it.
 */
export async function serveWitness(
  store: WitnessStore,
  clock: Clock,
  listen: { readonly host: string; readonly port: number },
): Promise<WitnessServer> {
  // Requests of one witness run one after another: the old size is compared and replaced as one act.
  let queue: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work, work)
    queue = next.catch(() => undefined)
    return next
  }
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(store, clock, alone, request, response).catch(() => send(response, 500, 'internal error\n'))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(listen.port, listen.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `http://${listen.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  store: WitnessStore,
  clock: Clock,
  alone: <T>(work: () => Promise<T>) => Promise<T>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (request.method === 'POST' && path === '/add-checkpoint') {
    const body = await readBody(request)
    if (body === undefined) return send(response, 413, 'too large\n')
    const outcome = await alone(() => judgeAndKeep(store, clock, body))
    return send(
      response,
      outcome.status,
      outcome.body,
      outcome.status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8',
    )
  }
  if (request.method !== 'GET') return send(response, 405, 'method not allowed\n')
  const note = await store.lastNote(path.slice(1))
  return note === undefined ? send(response, 404, 'not found\n') : send(response, 200, note)
}

async function judgeAndKeep(store: WitnessStore, clock: Clock, body: string): Promise<WitnessAnswer> {
  const request = parseAddCheckpoint(body)
  const origin = request && originOf(request)
  if (!request || origin === undefined) return { status: 400, body: 'malformed request\n' }
  const outcome = judgeAddCheckpoint(request, await store.logOf(origin), store.signer, clock.now())
  // INVARIANT: stored before it is answered; a signature the witness does not remember must not exist.
  if (outcome.status === 200) await store.keep(origin, outcome.note)
  return outcome
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    length += (part as Buffer).length
    if (length > MAX_BODY_BYTES) return undefined
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString()
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(body)
}
