// Builds the web page when its sources changed since the last build.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, pinnedNode, project } from './pinned-node.mjs'

const stamp = join(project, 'web/dist/.built-from')

export function buildWebIfNeeded() {
  const source = fingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === source) return
  console.error('建置網頁中… Building the web page…')
  const vite = join(project, 'node_modules/vite/bin/vite.js')
  const outcome = spawnSync(
    pinnedNode,
    [vite, 'build', '--config', join(project, 'web/vite.config.ts'), '--logLevel', 'warn'],
    {
      cwd: project,
      stdio: ['ignore', 2, 2],
    },
  )
  if (outcome.status !== 0) fail('the web page could not be built; see above.')
  writeFileSync(stamp, source)
}

function fingerprint() {
  const hash = createHash('sha256')
  const folders = ['web', 'src/wire']
  for (const file of folders.flatMap((folder) => filesBelow(join(project, folder))).sort()) {
    hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.update(readFileSync(join(project, 'package-lock.json'))).digest('hex')
}

function filesBelow(folder) {
  return readdirSync(folder)
    .filter((name) => name !== 'dist' && name !== 'node_modules')
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? filesBelow(path) : [path]
    })
}
