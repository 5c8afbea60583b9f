import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { openDatabase } from '../src/database/open.ts'
import { startEmbeddedPostgres } from '../src/database/start-embedded.ts'
import { verifyLog } from '../src/ledger/port.ts'
import { readIfThere } from '../src/ledger/tile-store.ts'
import { parseNoteKey } from '../src/ledger/tlog/note-key.ts'
import { ledgerStatus } from '../src/wire/ledger.ts'
import { verdictList } from '../src/wire/verdict.ts'
import { serversOf, signal } from './postgres-processes.ts'
import { type RunningServer, signInAs, startServer } from './running-server.ts'

/** What is killed without warning: one process of PostgreSQL, its first one, the program, or all of them at once. */
export const KILLS = ['backend', 'postmaster', 'program', 'everything'] as const
export type Kill = (typeof KILLS)[number]

const CALLERS = 4
const PAGE_ROWS = 500
const PAUSE_MS = 50

export interface KillReport {
  readonly kills: number
  /** looks the program said were recorded */
  readonly acknowledged: number
  /** of those, the ones of which the ledger knows nothing */
  readonly lost: number
  /** 503 with words and Retry-After */
  readonly refusedInWords: number
  /** connections cut by the death of the program */
  readonly cut: number
  /** any other answer: there should be none */
  readonly unexpected: Readonly<Record<string, number>>
  /** longest time from a kill to the next recorded look, restart of a killed program included */
  readonly longestAwayMs: number
  readonly isLogWhole: boolean
}

export interface KillOptions {
  readonly tell?: (line: string) => void
  /** no kill is begun after so long */
  readonly seconds?: number
}

interface Load {
  server: RunningServer
  headers: Readonly<Record<string, string>>
  ids: readonly string[]
  next: number
  isOver: boolean
  readonly acknowledged: string[]
  refusedInWords: number
  cut: number
  readonly unexpected: Record<string, number>
  onLook: () => void
  /** resolves when a killed program is back */
  back: Promise<void>
}

/**
 * Runs the real program, has officials open accesses without a pause, kills as told, and compares at the end what was
 * acknowledged with what stands in the ledger. A program that was killed is started again once: it must start.
 */
export async function killUnderLoad(
  kills: readonly Kill[],
  { tell = () => undefined, seconds = Infinity }: KillOptions = {},
): Promise<KillReport> {
  const load = await prepare()
  const callers = Array.from({ length: CALLERS }, () => caller(load))
  let longestAwayMs = 0
  let done = 0
  const until = performance.now() + 1000 * seconds
  await recordedLooks(load, CALLERS)
  for (const [i, kill] of kills.entries()) {
    if (performance.now() > until) break
    done += 1
    await recordedLooks(load, 1 + (i % CALLERS))
    const from = performance.now()
    await carryOut(load, kill)
    await recordedLooks(load, 1)
    const awayMs = performance.now() - from
    longestAwayMs = Math.max(longestAwayMs, awayMs)
    tell(
      `${i + 1}/${kills.length} ${kill}: next look after ${Math.round(awayMs)} ms, ${load.acknowledged.length} in all`,
    )
  }
  load.isOver = true
  await Promise.all(callers)
  const { lost, isLogWhole } = await compare(load)
  const { acknowledged, refusedInWords, cut, unexpected } = load
  return {
    ...{ kills: done, acknowledged: acknowledged.length, lost, refusedInWords, cut, unexpected },
    ...{ longestAwayMs: Math.round(longestAwayMs), isLogWhole },
  }
}

async function prepare(): Promise<Load> {
  const server = await startServer()
  const { headers } = await signInAs(server, 'ethics')
  const ids: string[] = []
  for (let offset = 0; ; offset += PAGE_ROWS) {
    const page = await fetch(`${server.address}/api/verdicts?limit=${PAGE_ROWS}&offset=${offset}`, { headers })
    const { rows } = verdictList.parse(await page.json())
    ids.push(...rows.map(({ accessId }) => accessId))
    if (rows.length < PAGE_ROWS) break
  }
  const counts = { next: 0, isOver: false, acknowledged: [], refusedInWords: 0, cut: 0, unexpected: {} }
  return { server, headers, ids, ...counts, onLook: () => undefined, back: Promise.resolve() }
}

// Each access is opened once, so that its event can be told from all others.
async function caller(load: Load): Promise<void> {
  while (!load.isOver) {
    const id = load.ids[load.next++]
    if (id === undefined) throw new Error('no access left to open')
    try {
      const answer = await fetch(`${load.server.address}/api/accesses/${id}`, { headers: load.headers })
      const body = await answer.text()
      if (answer.status === 200) {
        load.acknowledged.push(id)
        load.onLook()
        continue
      }
      if (answer.status === 503 && answer.headers.has('retry-after') && body.includes('資料庫暫時無法使用'))
        load.refusedInWords += 1
      else load.unexpected[answer.status] = 1 + (load.unexpected[answer.status] ?? 0)
    } catch {
      load.cut += 1
      await load.back
    }
    await setTimeoutAsync(PAUSE_MS)
  }
}

async function recordedLooks(load: Load, count: number): Promise<void> {
  const until = load.acknowledged.length + count
  await new Promise<void>((done) => {
    load.onLook = () => {
      if (load.acknowledged.length >= until) done()
    }
  })
}

async function carryOut(load: Load, kill: Kill): Promise<void> {
  const { child, dataFolder } = load.server
  const postgres = await serversOf(join(dataFolder, 'postgres/cluster'))
  if (kill === 'backend') return signal(postgres.backends.slice(0, 1), 'SIGKILL')
  if (kill === 'postmaster') return signal(postgres.postmaster, 'SIGKILL')
  const gone = once(child, 'exit')
  const { promise, resolve } = Promise.withResolvers<void>()
  load.back = promise
  // All in one turn, the program first: nobody is left who could tidy up.
  child.kill('SIGKILL')
  if (kill === 'everything') signal(postgres.all, 'SIGKILL')
  await gone
  load.server = await startServer({ dataFolder })
  resolve()
}

async function compare(load: Load): Promise<{ readonly lost: number; readonly isLogWhole: boolean }> {
  const { dataFolder } = load.server
  const key = await writtenUp(load)
  await load.server.stop({ keepsData: true })
  const server = await startEmbeddedPostgres(join(dataFolder, 'postgres'))
  const database = await openDatabase({ url: server.url, unscoped: 'installation' })
  const rows = await database.query<{ subject_ref: string }>("SELECT subject_ref FROM event WHERE kind = 'look'")
  const known = new Set(rows.map(({ subject_ref }) => subject_ref.replace(/^access:/, '')))
  await database.close()
  await server.stop()
  const verified = await verifyLog((path) => readIfThere(join(dataFolder, 'ledger', path)), key)
  const lost = load.acknowledged.filter((id) => !known.has(id)).length
  // The folder goes with the last stop of a program that holds it.
  await (await startServer({ dataFolder })).stop()
  return { lost, isLogWhole: verified.breaks.length === 0 }
}

// Waits until every event has its place in the signed log, which the writer gives it by itself.
async function writtenUp({ server, headers }: Load) {
  for (;;) {
    const status = ledgerStatus.parse(await (await fetch(`${server.address}/api/ledger`, { headers })).json())
    const key = parseNoteKey(status.vkey)
    if (key && status.state === 'writing' && status.queued === 0) return key
    await setTimeoutAsync(PAUSE_MS)
  }
}
