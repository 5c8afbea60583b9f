import { readdir, readFile, readlink } from 'node:fs/promises'

/** The processes of the server of one cluster. */
export interface ServerProcesses {
  readonly postmaster: readonly number[]
  /** those that serve a connection */
  readonly backends: readonly number[]
  readonly all: readonly number[]
}

/** Finds the processes of a server: they work in its cluster's folder and say in their title what they are. */
export async function serversOf(cluster: string): Promise<ServerProcesses> {
  const titles = new Map<number, string>()
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) !== cluster) continue
    titles.set(pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  }
  const all = [...titles.keys()]
  const titled = (start: RegExp) => all.filter((pid) => start.test(titles.get(pid) ?? ''))
  // `postgres: user database …`; helpers of the server have a plain name there.
  return { all, postmaster: titled(/^(?!postgres:)./), backends: titled(/^postgres: \S*(shoumi|owner)\S* /) }
}

/** Signals each of them; one that had ended by itself is no fault. */
export function signal(pids: readonly number[], name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It had ended by itself.
    }
  }
}
