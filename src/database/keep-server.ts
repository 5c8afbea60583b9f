import type { ChildProcess } from 'node:child_process'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { fail, ok, type Result } from '../base/result.ts'
import { launchServer, type ServerParts } from './launch-server.ts'

// A fast shutdown writes everything out first; what takes too long is left to the journal, which the next start replays.
const STOP_TIMEOUT_MS = 6_000
const KILL_TIMEOUT_MS = 8_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** A server that stood so long before it ended is started again at once, without a pause. */
const STEADY_MS = 10_000

export interface KeptServer {
  /** process id of the server that runs now; undefined between two */
  pid(): number | undefined
  /** Asks the server to stop (fast shutdown: open transactions roll back) and waits until it has. */
  stop(): Promise<void>
}

/**
 * Starts a server and keeps one running until `stop`: one that ends by itself is started again, at once the first time,
 * then with growing pauses, without end (a full disk may be cleared). Fails when the very first start does.
 */
export async function keepServer(
  parts: Omit<ServerParts, 'onSpawned'>,
  log: (line: string) => void,
): Promise<Result<KeptServer, string>> {
  const keeper = new Keeper(parts, log)
  const first = await keeper.start()
  return first.ok ? ok(keeper) : fail(first.error)
}

class Keeper implements KeptServer {
  readonly #parts: ServerParts
  readonly #log: (line: string) => void
  readonly #stopping = new AbortController()
  #child: ChildProcess | undefined
  #restarting: Promise<void> = Promise.resolve()

  constructor(parts: Omit<ServerParts, 'onSpawned'>, log: (line: string) => void) {
    this.#log = log
    this.#parts = {
      ...parts,
      onSpawned: (child) => {
        this.#child = child
        if (this.#stopping.signal.aborted) child.kill('SIGINT')
      },
    }
  }

  async start(): Promise<Result<void, string>> {
    const started = await launchServer(this.#parts)
    if (!started.ok) return started
    const standsSince = performance.now()
    const child = started.value
    const onExit = () => {
      this.#child = undefined
      if (this.#stopping.signal.aborted) return
      this.#log(
        `PostgreSQL 意外結束（${child.signalCode ?? child.exitCode}），重新啟動。 PostgreSQL ended by itself; it is started again.`,
      )
      this.#restarting = this.#restart(performance.now() - standsSince < STEADY_MS ? FIRST_PAUSE_MS : 0)
    }
    // It may have ended between its word and ours.
    if (child.exitCode !== null || child.signalCode !== null) onExit()
    else child.once('exit', onExit)
    return ok(undefined)
  }

  pid(): number | undefined {
    return this.#child?.pid
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      const timers = [
        setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS),
        setTimeout(() => child.kill('SIGKILL'), KILL_TIMEOUT_MS),
      ]
      // SIGINT is PostgreSQL's "fast" shutdown, SIGQUIT its "immediate" one.
      child.kill('SIGINT')
      await ended
      for (const timer of timers) clearTimeout(timer)
    }
    await this.#restarting
  }

  async #restart(firstPauseMs: number): Promise<void> {
    const { signal } = this.#stopping
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(Math.max(2 * pauseMs, FIRST_PAUSE_MS), LONGEST_PAUSE_MS)) {
      await setTimeoutAsync(pauseMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      const started = await this.start()
      if (started.ok) return this.#log('PostgreSQL 已恢復。 PostgreSQL is up again.')
      if (!signal.aborted) this.#log(`PostgreSQL 無法啟動 could not be started:\n${started.error}`)
    }
  }
}
