import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'

const WAIT_MS = 20_000
const POLL_MS = 50

/**
 * Makes a cluster free to be started: a server that a killed program left running is stopped, what a killed server left
 * running is ended, and the file that names a process long gone is removed (after a power cut its number may be anybody's,
 * and PostgreSQL would refuse to start). Processes are recognised by their name and by the folder they work in, so that a
 * stranger is never signalled.
 */
export async function stopLeftover(cluster: string): Promise<void> {
  const folder = await realpath(cluster).catch(() => cluster)
  const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined)
  const postmaster = Number(pidFile?.split('\n')[0])
  if ((await serversIn(folder)).includes(postmaster)) {
    signal(postmaster, 'SIGINT')
    await areGone(folder, WAIT_MS)
  }
  for (const pid of await serversIn(folder)) signal(pid, 'SIGKILL')
  if (await areGone(folder, WAIT_MS)) await rm(join(cluster, 'postmaster.pid'), { force: true })
}

async function areGone(folder: string, waitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += POLL_MS) {
    if ((await serversIn(folder)).length === 0) return true
    await setTimeoutAsync(POLL_MS)
  }
  return false
}

// The postmaster and each of its children work in the cluster's folder.
async function serversIn(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map(async (pid) => ((await isServerIn(pid, folder)) ? [pid] : [])))
  return found.flat()
}

async function isServerIn(pid: number, folder: string): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  if (name.trim() !== 'postgres') return false
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder
}

function signal(pid: number, name: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone in the meantime.
  }
}
