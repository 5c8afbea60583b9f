/** Rate and latency of one act under a steady number of callers, each waiting for its own answer. */
export interface Load {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const WARM_UP_SHARE = 0.25

/** Runs `act` from `callers` loops at once for `seconds` after a warm-up, prints and answers its figures. */
export async function measureLoad(
  name: string,
  callers: number,
  seconds: number,
  act: (n: number) => Promise<void>,
): Promise<Load> {
  const begin = performance.now()
  const from = begin + seconds * WARM_UP_SHARE * 1000
  const until = from + seconds * 1000
  const delays: number[] = []
  let n = 0
  const caller = async () => {
    for (let start = performance.now(); start < until; start = performance.now()) {
      await act(n++)
      const end = performance.now()
      if (start >= from) delays.push(end - start)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const spentS = (performance.now() - from) / 1000
  delays.sort((a, b) => a - b)
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0
  const load = { perSecond: delays.length / spentS, p50Ms: at(0.5), p99Ms: at(0.99) }
  process.stdout.write(
    `${name}: ${Math.round(load.perSecond)}/s, p50 ${load.p50Ms.toFixed(2)} ms, p99 ${load.p99Ms.toFixed(2)} ms\n`,
  )
  return load
}
