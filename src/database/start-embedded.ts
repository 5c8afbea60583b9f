import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { fail, ok, type Result } from '../base/result.ts'
import { fileExists, type Launcher, launchers, postgresBinaries } from './embedded-launch.ts'
import { stopLeftover } from './stop-leftover.ts'

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 20_000
const POLL_MS = 20
// Eighth line of postmaster.pid since PostgreSQL 10.
const STATUS_LINE = 7

export interface EmbeddedPostgres {
  readonly url: string
  /** Asks the server to stop (fast shutdown: open transactions roll back) and waits until it has. */
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL that ships with the program on a private Unix socket, making its data folder on first use.
 * It listens on no network address. Throws with advice when no way of starting works on this machine.
 */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const binaries = await postgresBinaries()
  const failures: string[] = []
  for (const launcher of await usableLaunchers(folder)) {
    const outcome = await tryLauncher(launcher, folder, binaries)
    if (outcome.ok) return outcome.value
    failures.push(`${launcher.name}: ${outcome.error}`)
  }
  throw new Error(
    `the embedded PostgreSQL could not be started in ${folder}.\n${failures.join('\n')}\n` +
      'Run Shoumi as an ordinary user, allow user namespaces, or set SHOUMI_POSTGRES_URL to a PostgreSQL of your own.',
  )
}

// A cluster belongs to the user that made it: once made, only the same way of starting may touch it again.
async function usableLaunchers(folder: string): Promise<readonly Launcher[]> {
  const madeBy = await readFile(join(folder, 'started-by'), 'utf8').catch(() => undefined)
  return launchers().filter((launcher) => madeBy === undefined || launcher.name === madeBy)
}

async function tryLauncher(
  launcher: Launcher,
  folder: string,
  binaries: string,
): Promise<Result<EmbeddedPostgres, string>> {
  const place = await launcher.prepare(folder)
  if (!place) return fail('not available here')
  const password = await passwordOf(folder)
  const cluster = join(place, 'cluster')
  if (!(await fileExists(join(cluster, 'PG_VERSION')))) {
    const made = await initialise(launcher, binaries, cluster, password)
    if (made.code !== 0) return fail(`initdb: ${lastLine(made.output)}`)
    await writeFile(join(folder, 'started-by'), launcher.name)
  }
  await stopLeftover(cluster)
  // Unix socket paths are limited to about 100 bytes, so the socket lives in a short temporary folder of its own.
  const socketFolder = await mkdtemp(join(tmpdir(), 'shoumi-'))
  await launcher.own(socketFolder)
  const server = await serve(launcher, binaries, cluster, socketFolder)
  if (!server.ok) return server
  const url = `postgresql://shoumi:${password}@/postgres?host=${encodeURIComponent(socketFolder)}`
  return ok({ url, stop: () => stop(server.value, socketFolder) })
}

async function passwordOf(folder: string): Promise<string> {
  const path = join(folder, 'password')
  if (!(await fileExists(path))) await writeFile(path, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' })
  return (await readFile(path, 'utf8')).trim()
}

async function initialise(launcher: Launcher, binaries: string, cluster: string, password: string) {
  const secretFolder = await mkdtemp(join(tmpdir(), 'shoumi-'))
  const passwordFile = join(secretFolder, 'pw')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  await launcher.own(secretFolder)
  await launcher.own(passwordFile)
  const outcome = await run(launcher, join(binaries, 'initdb'), [
    `--pgdata=${cluster}`,
    '--username=shoumi',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ])
  await rm(secretFolder, { recursive: true })
  // A half-made cluster would be taken for a whole one at the next start.
  if (outcome.code !== 0) await rm(cluster, { recursive: true, force: true })
  return outcome
}

async function serve(
  launcher: Launcher,
  binaries: string,
  cluster: string,
  socketFolder: string,
): Promise<Result<ChildProcess, string>> {
  await chmod(socketFolder, 0o700)
  const child = start(launcher, join(binaries, 'postgres'), [
    '-D',
    cluster,
    '-c',
    'listen_addresses=',
    '-c',
    `unix_socket_directories=${socketFolder}`,
    '-c',
    'unix_socket_permissions=0700',
    '-c',
    'shared_buffers=256MB',
    '-c',
    'max_wal_size=2GB',
    '-c',
    'log_min_messages=warning',
    '-c',
    'log_statement=none',
    '-c',
    'log_min_error_statement=panic',
  ])
  const log: string[] = []
  child.stderr?.on('data', (chunk) => log.push(String(chunk)))
  if (await becomesReady(cluster, child)) return ok(child)
  child.kill('SIGKILL')
  return fail(lastLine(log.join('')))
}

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

async function stop(child: ChildProcess, socketFolder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    // SIGINT is PostgreSQL's "fast" shutdown.
    child.kill('SIGINT')
    await ended
    clearTimeout(timer)
  }
  await rm(socketFolder, { recursive: true, force: true })
}

function start(launcher: Launcher, program: string, args: readonly string[]): ChildProcess {
  const [command = program, ...prefix] = [...launcher.prefix, program]
  return spawn(command, [...prefix, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    ...launcher.spawnOptions,
  })
}

async function run(
  launcher: Launcher,
  program: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const child = start(launcher, program, args)
  const output: string[] = []
  child.stderr?.on('data', (chunk) => output.push(String(chunk)))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.join('') }))
  })
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
