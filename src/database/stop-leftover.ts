import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'

const WAIT_MS = 20_000
const POLL_MS = 50

/**
 * Stops a server that a killed program left running on this cluster. It is recognised by its own postmaster.pid and by
 * its command line naming this cluster, so a stranger that was given the same process id is never signalled.
 */
export async function stopLeftover(cluster: string): Promise<void> {
  const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined)
  const pid = Number(pidFile?.split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !(await isServing(pid, cluster))) return
  process.kill(pid, 'SIGINT')
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_MS) {
    if (!(await isServing(pid, cluster))) return
    await setTimeoutAsync(POLL_MS)
  }
}

async function isServing(pid: number, cluster: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.split('\0').includes(cluster)
}
