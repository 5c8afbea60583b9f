import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail, ok, type Result } from '../base/result.ts'
import { fileExists, type Launcher, launchers, postgresBinaries } from './embedded-launch.ts'
import { keepServer } from './keep-server.ts'
import { lastLines, startProgram } from './launch-server.ts'

export interface EmbeddedPostgres {
  readonly url: string
  /** process id of the server that runs now; undefined while it is being started again */
  pid(): number | undefined
  /** Asks the server to stop (fast shutdown: open transactions roll back) and waits until it has. */
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL that ships with the program on a private Unix socket, making its data folder on first use.
 * It listens on no network address. A server that ends by itself is started again under the same URL, and `log` is told;
 * what the server says stands in `server.log` of the folder. Throws with advice when no way of starting works here.
 */
export async function startEmbeddedPostgres(
  folder: string,
  log: (line: string) => void = () => undefined,
): Promise<EmbeddedPostgres> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const binaries = await postgresBinaries()
  const failures: string[] = []
  for (const launcher of await usableLaunchers(folder)) {
    const outcome = await tryLauncher(launcher, folder, binaries, log)
    if (outcome.ok) return outcome.value
    failures.push(`${launcher.name}: ${outcome.error}`)
  }
  throw new EmbeddedStartFailure(folder, failures)
}

/** The embedded server did not start; the message says what it said, for people. */
export class EmbeddedStartFailure extends Error {
  override readonly name = 'EmbeddedStartFailure'

  constructor(folder: string, failures: readonly string[]) {
    super(
      `內嵌的 PostgreSQL 無法在 ${folder} 啟動：\n${failures.join('\n')}\n` +
        '請依上列訊息處理（磁碟空間、資料夾權限、由備份還原）；或以一般使用者執行、允許 user namespace，或以 SHOUMI_POSTGRES_URL 指定自備的 PostgreSQL。\n' +
        'The embedded PostgreSQL could not be started. See to what it says above (disk space, rights, restore from the backup); ' +
        'or run Shoumi as an ordinary user, allow user namespaces, or set SHOUMI_POSTGRES_URL to a PostgreSQL of your own.',
    )
  }
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
  log: (line: string) => void,
): Promise<Result<EmbeddedPostgres, string>> {
  const place = await launcher.prepare(folder)
  if (!place) return fail('not available here')
  const cluster = join(place, 'cluster')
  const hasCluster = await fileExists(join(cluster, 'PG_VERSION'))
  const password = hasCluster ? await readPassword(folder) : await drawPassword(folder)
  if (password === '')
    return fail(`${join(folder, 'password')} 不在了，請由備份還原 is missing: restore it from the backup`)
  if (!hasCluster) {
    const made = await initialise(launcher, binaries, cluster, password)
    if (made.code !== 0) return fail(`initdb: ${lastLines(made.output)}`)
    await writeFile(join(folder, 'started-by'), launcher.name)
    // INVARIANT: a cluster under its name is whole. One that was half made when the power went is made anew.
    await rename(`${cluster}.making`, cluster)
  }
  // Unix socket paths are limited to about 100 bytes, so the socket lives in a short temporary folder of its own.
  const socketFolder = await mkdtemp(join(tmpdir(), 'shoumi-'))
  await launcher.own(socketFolder)
  const removeSocket = () => rm(socketFolder, { recursive: true, force: true })
  const logFile = join(folder, 'server.log')
  const server = await keepServer({ launcher, binaries, cluster, socketFolder, logFile }, log)
  if (!server.ok) {
    await removeSocket()
    return server
  }
  const url = `postgresql://shoumi:${password}@/postgres?host=${encodeURIComponent(socketFolder)}`
  return ok({ url, pid: () => server.value.pid(), stop: () => server.value.stop().then(removeSocket) })
}

const readPassword = async (folder: string): Promise<string> =>
  (await readFile(join(folder, 'password'), 'utf8').catch(() => '')).trim()

async function drawPassword(folder: string): Promise<string> {
  const password = randomBytes(24).toString('hex')
  await writeFile(join(folder, 'password.making'), password, { mode: 0o600 })
  await rename(join(folder, 'password.making'), join(folder, 'password'))
  return password
}

async function initialise(launcher: Launcher, binaries: string, cluster: string, password: string) {
  const secretFolder = await mkdtemp(join(tmpdir(), 'shoumi-'))
  const passwordFile = join(secretFolder, 'pw')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  await launcher.own(secretFolder)
  await launcher.own(passwordFile)
  const making = `${cluster}.making`
  await rm(making, { recursive: true, force: true })
  const outcome = await run(launcher, join(binaries, 'initdb'), [
    `--pgdata=${making}`,
    '--username=shoumi',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ])
  await rm(secretFolder, { recursive: true })
  return outcome
}

async function run(
  launcher: Launcher,
  program: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const child = startProgram(launcher, program, args)
  const output: string[] = []
  child.stderr?.on('data', (chunk) => output.push(String(chunk)))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.join('') }))
  })
}
