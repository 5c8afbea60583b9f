import { readFileSync } from 'node:fs'

const SAMPLE_MS = 100
const KIB_PER_MIB = 1024

/** Highest resident memory of this process and its children (the embedded PostgreSQL) since the start, in MiB. */
export function watchMemory(): { stop(): number } {
  let peakMib = 0
  const look = () => {
    peakMib = Math.max(
      peakMib,
      residentMib(process.pid) + childrenOf(process.pid).reduce((sum, pid) => sum + residentMib(pid), 0),
    )
  }
  const timer = setInterval(look, SAMPLE_MS)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      // The kernel's own high-water mark of this process catches what falls between two looks.
      return Math.round(Math.max(peakMib, highWaterMib()))
    },
  }
}

function residentMib(pid: number): number {
  return field(`/proc/${pid}/status`, 'VmRSS')
}

const highWaterMib = (): number => field('/proc/self/status', 'VmHWM')

function field(path: string, name: string): number {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(path, 'utf8'))
    return Number(found?.[1] ?? 0) / KIB_PER_MIB
  } catch {
    // The process ended between listing and reading.
    return 0
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  const direct = text === '' ? [] : text.split(' ').map(Number)
  return direct.flatMap((child) => {
    try {
      return [child, ...childrenOf(child)]
    } catch {
      return [child]
    }
  })
}
