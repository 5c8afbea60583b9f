import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { parseCheckpoint } from './tlog/checkpoint.ts'
import { judgeAddCheckpoint, originOf, parseAddCheckpoint, type WitnessAnswer } from './tlog/witness.ts'
import type { WitnessStore } from './witness-store.ts'

// A checkpoint with its signatures and 63 hashes is far below.
const MAX_BODY_BYTES = 64 * 1024
const REQUEST_TIMEOUT_MS = 10_000
const SAY_AGAIN_MS = 60_000

export interface WitnessServer {
  /** `http://host:port` or `https://host:port`, the submission and monitoring prefix */
  readonly address: string
  close(): Promise<void>
}

export interface WitnessListen {
  readonly host: string
  readonly port: number
  /** PEM; left out: plain http, for this machine or behind a proxy that speaks https */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
}

interface Serving {
  readonly store: WitnessStore
  readonly clock: Clock
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  readonly refused: (status: number, origin: string | undefined) => void
}

/**
 * Serves a witness (C2SP tlog-witness): `POST /add-checkpoint`, `GET /<hex SHA-256 of origin>/checkpoint`. It signs a
 * checkpoint only when it continues what it signed before, and only after it has stored it; of a log it has no state of
 * only once its operator has said so. What it refuses is told to `log`.
 */
export async function serveWitness(
  store: WitnessStore,
  clock: Clock,
  { host, port: asked, tls }: WitnessListen,
  log: (line: string) => void = () => undefined,
): Promise<WitnessServer> {
  // Requests of one witness run one after another: the old size is compared and replaced as one act.
  let queue: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work, work)
    queue = next.catch(() => undefined)
    return next
  }
  const serving: Serving = { store, clock, alone, refused: refusalLog(clock, log) }
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    answer(serving, request, response).catch((error: unknown) => {
      log(`witness: ${error instanceof Error ? error.message : 'unknown failure'}`)
      send(response, 500, 'internal error\n')
    })
  }
  const limits = { requestTimeout: REQUEST_TIMEOUT_MS }
  const server = tls ? createTlsServer({ ...limits, ...tls }, handle) : createServer(limits, handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(asked, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `${tls ? 'https' : 'http'}://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const WORDS: Readonly<Record<number, string>> = {
  400: '格式不符 malformed',
  403: '簽章不符，或尚未告知可以採信 wrong signature, or not told to trust it',
  404: '不在 logs 檔內 not in the file logs',
  409: '比先前所見的小：可能由備份還原 smaller than what was signed before: it may have been restored from a backup',
  413: '過大 too large',
  422: '不是先前所見的延續：可能有第二份歷史 it does not continue what was signed before: there may be a second history',
}

/** Says what was refused: at once, then once a minute with how often, so that nobody fills a disk by asking. */
function refusalLog(clock: Clock, log: (line: string) => void): Serving['refused'] {
  const said = new Map<string, { at: number; unsaid: number }>()
  return (status, origin) => {
    // A name is repeated only where this witness was told of it: anything else is whatever somebody sent.
    const key = `${status} ${origin ?? ''}`
    const before = said.get(key)
    const now = clock.now().getTime()
    if (before && Math.abs(now - before.at) < SAY_AGAIN_MS) {
      before.unsaid++
      return
    }
    said.set(key, { at: now, unsaid: 0 })
    const times = before && before.unsaid > 0 ? `（另有 ${before.unsaid} 次 and ${before.unsaid} more）` : ''
    log(`witness: 拒絕 refused ${status}${origin === undefined ? '' : ` ${origin}`}：${WORDS[status] ?? ''}${times}`)
  }
}

async function answer(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { store, alone, refused } = serving
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (request.method === 'POST' && path === '/add-checkpoint') {
    const body = await readBody(request)
    if (body === undefined) {
      refused(413, undefined)
      return send(response, 413, 'too large\n')
    }
    const outcome = await alone(() => judgeAndKeep(serving, body))
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

async function judgeAndKeep({ store, clock, refused }: Serving, body: string): Promise<WitnessAnswer> {
  const request = parseAddCheckpoint(body)
  const origin = request && originOf(request)
  const log = origin === undefined ? undefined : await store.logOf(origin)
  const outcome: WitnessAnswer =
    request && origin !== undefined
      ? judgeAddCheckpoint(request, log, store.signer, clock.now())
      : { status: 400, body: 'malformed request\n' }
  const known = log && origin
  const isUntold = log !== undefined && !log.last && !log.isFirstUseTold
  if (isUntold && (outcome.status === 200 || outcome.status === 409)) return refuseFirstUse(refused, known)
  if (outcome.status !== 200) {
    // Every log asks from another size after a restart; only one that has become smaller is worth a word.
    const isSmaller = outcome.status === 409 && request !== undefined && sizeIn(request.note) < (log?.last?.size ?? 0)
    if (outcome.status !== 409 || isSmaller) refused(outcome.status, known)
    if ((outcome.status === 422 || isSmaller) && known !== undefined && request)
      await store.keepRefused(known, request.note)
    return outcome
  }
  if (origin === undefined) return { status: 400, body: 'malformed request\n' }
  // INVARIANT: stored before it is answered; a signature the witness does not remember must not exist.
  await store.keep(origin, outcome.note)
  return outcome
}

const sizeIn = (note: string): number => parseCheckpoint(`${note.split('\n\n')[0]}\n`)?.size ?? 0

// A witness that lost its state would sign any history of a log it has long vouched for.
function refuseFirstUse(refused: Serving['refused'], origin: string | undefined): WitnessAnswer {
  refused(403, origin)
  return { status: 403, body: 'this witness has no state of this log: its operator runs “witness trust” first\n' }
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
