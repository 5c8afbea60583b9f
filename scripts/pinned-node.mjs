// Plain JavaScript for Node 20: everything in scripts/*.mjs runs before the pinned Node is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const project = dirname(dirname(fileURLToPath(import.meta.url)))
export const pinnedNode = join(project, `node_modules/node-linux-${process.arch}/bin/node`)
const WATCH_MS = 500
const stamp = join(project, 'node_modules/.shoumi-installed')

/**
 * Installs the locked packages when they are missing or the lock file changed: the same with npm 10 and 11. No package
 * runs anything of its own but those named in `allowScripts` of package.json; none without a checksum in the lock stays.
 */
export function installIfNeeded() {
  const lockFile = readFileSync(join(project, 'package-lock.json'))
  const lock = createHash('sha256').update(lockFile).digest('hex')
  if (existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    fail(
      `守密須在 Linux（x64 或 arm64）執行。 Shoumi runs on Linux (x64 or arm64), not ${process.platform}-${process.arch}.`,
    )
  console.error('安裝套件中… Installing packages…')
  const arguments_ = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  const outcome = spawnSync('npm', arguments_, { cwd: project, stdio: ['ignore', 2, 2] })
  if (outcome.error?.code === 'ENOENT')
    fail('找不到 npm，請先安裝 Node 20 以上。 npm is missing: install Node 20 or later, with npm.')
  if (outcome.status !== 0)
    fail(
      `套件未能安裝，原因如上；須能寫入 ${project}，並能連到 npm 套件庫。 npm ci failed, see above; it needs to write to ${project} and to reach the npm registry.`,
    )
  if (!existsSync(pinnedNode)) fail(`no pinned Node for ${process.platform}-${process.arch}.`)
  dropUnverified(JSON.parse(lockFile.toString()).packages)
  runApprovedScripts()
  writeFileSync(stamp, lock)
}

// A package that could not be had when the lock was made has no checksum there: whatever came instead is not kept.
function dropUnverified(packages) {
  for (const [path, { integrity, link, version }] of Object.entries(packages)) {
    if (path === '' || link || integrity || !existsSync(join(project, path))) continue
    rmSync(join(project, path), { recursive: true })
    const name = path.slice('node_modules/'.length)
    console.error(
      `「${name}」${version} 在 package-lock.json 沒有檢核碼，未保留；需要它的功能無法使用。\n` +
        `${name} ${version} has no checksum in package-lock.json and was not kept; what needs it will not work. ` +
        `Record the checksum that its publisher states (npm view ${name}@${version} dist.integrity) and install again.`,
    )
  }
}

function runApprovedScripts() {
  const { allowScripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  for (const name of Object.keys(allowScripts).filter((each) => allowScripts[each] === true)) {
    const cwd = join(project, 'node_modules', name)
    if (!existsSync(cwd)) continue
    const { scripts = {} } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
    const env = { ...process.env, PATH: `${dirname(pinnedNode)}:${process.env.PATH}` }
    for (const step of ['preinstall', 'install', 'postinstall']) {
      if (scripts[step] === undefined) continue
      const outcome = spawnSync('sh', ['-c', scripts[step]], { cwd, env, stdio: ['ignore', 2, 2] })
      if (outcome.status !== 0) fail(`「${name}」的安裝步驟失敗，原因如上。 ${step} of ${name} failed; see above.`)
    }
  }
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
