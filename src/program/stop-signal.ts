const DEADLINE_MS = 10_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface StopSignal {
  /** resolves when somebody asks the program to stop */
  readonly promise: Promise<void>
  readonly signal: AbortSignal
  /** the stop is through: no deadline runs any more */
  done(): void
}

/**
 * Listens for being asked to stop: by a signal, or by the end of the program that started this one (its IPC channel
 * closes). Stopping in order may take ten seconds, then `onDeadline` ends the process; asked a second time, `onForced` does
 * so at once. What was under way then is found and undone at the next start, as after a power cut.
 */
export function listenForStop(onDeadline: () => void, onForced: () => void): StopSignal {
  const controller = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    if (controller.signal.aborted) return onForced()
    controller.abort()
    timer = setTimeout(onDeadline, DEADLINE_MS)
    timer.unref()
    resolve()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  process.once('disconnect', () => {
    if (!controller.signal.aborted) stop()
  })
  // The channel only tells of its end; it keeps nothing running.
  process.channel?.unref()
  return { promise, signal: controller.signal, done: () => clearTimeout(timer) }
}
