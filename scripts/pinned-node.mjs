// Plain JavaScript for Node 20: everything in scripts/*.mjs runs before the pinned Node is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const project = dirname(dirname(fileURLToPath(import.meta.url)))
export const pinnedNode = join(project, `node_modules/node-linux-${process.arch}/bin/node`)
const stamp = join(project, 'node_modules/.shoumi-installed')

/** Installs the locked packages when they are missing or the lock file changed. Exits with npm's code when that fails. */
export function installIfNeeded() {
  const lock = createHash('sha256')
    .update(readFileSync(join(project, 'package-lock.json')))
    .digest('hex')
  if (existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  if (process.platform !== 'linux') fail('Shoumi runs on Linux (x64 or arm64).')
  console.error('安裝套件中… Installing packages…')
  const outcome = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: project,
    stdio: ['ignore', 2, 2],
  })
  if (outcome.status !== 0) fail('npm ci failed; see above.')
  if (!existsSync(pinnedNode)) fail(`no pinned Node for ${process.platform}-${process.arch}.`)
  writeFileSync(stamp, lock)
}

/** Runs a program of this project on the pinned Node and exits as it does; signals reach it first. */
export async function runPinned(args) {
  const { spawn } = await import('node:child_process')
  const child = spawn(pinnedNode, args, { cwd: process.cwd(), stdio: 'inherit', env: process.env })
  // Ctrl-C reaches the whole group by itself; a signal sent to this process alone must be handed on.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const code = await new Promise((resolve) => child.on('exit', (exitCode, signal) => resolve(signal ? 1 : exitCode)))
  process.exit(code ?? 1)
}

export function fail(message) {
  console.error(message)
  process.exit(1)
}
