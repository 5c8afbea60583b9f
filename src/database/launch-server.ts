import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { appendBounded } from '../base/bounded-log.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Launcher } from './embedded-launch.ts'
import { stopLeftover } from './stop-leftover.ts'

// After a power cut the server replays its journal first, up to max_wal_size; stopped in the middle it would begin anew.
const START_TIMEOUT_MS = 15 * 60_000
const POLL_MS = 20
// Eighth line of postmaster.pid since PostgreSQL 10.
const STATUS_LINE = 7
const MAX_FAILURE_LINES = 8
const MAX_FAILURE_CHARACTERS = 2_000

export interface ServerParts {
  readonly launcher: Launcher
  readonly binaries: string
  readonly cluster: string
  readonly socketFolder: string
  readonly logFile: string
  /** told of the process as soon as there is one */
  readonly onSpawned: (child: ChildProcess) => void
}

// Errors of statements stay out of the log, and details of all others: they may quote values. What remains tells of the
// server itself.
const SETTINGS = [
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'shared_buffers=256MB',
  'max_wal_size=2GB',
  'log_min_messages=log',
  'log_error_verbosity=terse',
  'log_line_prefix=%m [%p] ',
  'log_checkpoints=off',
  'log_statement=none',
  'log_min_error_statement=panic',
]

/** Starts the server of a cluster that nobody serves and waits until it takes connections; otherwise says what it said. */
export async function launchServer(parts: ServerParts): Promise<Result<ChildProcess, string>> {
  const { launcher, binaries, cluster, socketFolder, logFile, onSpawned } = parts
  await stopLeftover(cluster)
  await chmod(socketFolder, 0o700)
  const settings = [...SETTINGS, `unix_socket_directories=${socketFolder}`].flatMap((each) => ['-c', each])
  const child = startProgram(launcher, join(binaries, 'postgres'), ['-D', cluster, ...settings])
  onSpawned(child)
  let said = ''
  child.stderr?.on('data', (chunk) => {
    appendBounded(logFile, String(chunk))
    said = `${said}${chunk}`.slice(-MAX_FAILURE_CHARACTERS)
  })
  if (await becomesReady(cluster, child)) return ok(child)
  child.kill('SIGKILL')
  return fail(lastLines(said) || `no answer within ${START_TIMEOUT_MS / 60_000} minutes`)
}

/** Starts a PostgreSQL program in a group of its own, so that Ctrl-C reaches it through this program only. */
export function startProgram(launcher: Launcher, program: string, args: readonly string[]): ChildProcess {
  const [command = program, ...prefix] = [...launcher.prefix, program]
  return spawn(command, [...prefix, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    ...launcher.spawnOptions,
  })
}

/** What a program said last, for people. */
export const lastLines = (text: string): string =>
  text.trim().split('\n').slice(-MAX_FAILURE_LINES).join('\n').slice(-MAX_FAILURE_CHARACTERS)

/** Waits until the server says in its postmaster.pid that it takes connections; false when it ended or took too long. */
async function becomesReady(cluster: string, child: ChildProcess): Promise<boolean> {
  let hasEnded = false
  child.once('exit', () => {
    hasEnded = true
  })
  child.once('error', () => {
    hasEnded = true
  })
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS && !hasEnded; waitedMs += POLL_MS) {
    const status = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
    if (status.split('\n')[STATUS_LINE]?.trim() === 'ready') return true
    await setTimeoutAsync(POLL_MS)
  }
  return false
}
