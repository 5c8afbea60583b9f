// Plain JavaScript for Node 20: everything in scripts/*.mjs runs before the pinned Node is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const project = dirname(dirname(fileURLToPath(import.meta.url)))
export const pinnedNode = join(project, `node_modules/node-linux-${process.arch}/bin/node`)
const WATCH_MS = 500
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

/**
 * Runs a program of this project on the pinned Node and exits as it does; signals reach it first. It learns through the
 * channel between the two when this process is gone, however it went.
 */
export async function runPinned(args) {
  const { spawn } = await import('node:child_process')
  const child = spawn(pinnedNode, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: process.env })
  // Ctrl-C reaches the whole group by itself; a signal sent to this process alone must be handed on.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const unwatch = watchNpm(() => child.kill('SIGTERM'))
  const code = await new Promise((resolve) => child.on('exit', (exitCode, signal) => resolve(signal ? 1 : exitCode)))
  unwatch()
  process.exit(code ?? 1)
}

// npm hands a signal to the shell between it and this process; some shells die of it and tell nobody. Without npm nothing
// is watched: whoever starts this from a shell in the background may leave the shell.
function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined
  const started = linesUpToNpm()
  const timer = setInterval(() => {
    if (linesUpToNpm() === started) return
    clearInterval(timer)
    onGone()
  }, WATCH_MS)
  return () => clearInterval(timer)
}

// The parent, and where that is a shell, its parent as well: npm.
function linesUpToNpm() {
  const parent = process.ppid
  const [name, grandparent] = statusOf(parent)
  return /^(sh|dash|bash|ash|busybox|zsh)$/.test(name) ? `${parent} ${grandparent}` : `${parent}`
}

function statusOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    return [/^Name:\s*(\S+)/m.exec(text)?.[1] ?? '', /^PPid:\s*(\d+)/m.exec(text)?.[1] ?? '']
  } catch {
    return ['', '']
  }
}

export function fail(message) {
  console.error(message)
  process.exit(1)
}
