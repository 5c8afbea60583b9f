// npm test: installs what is missing (packages, then the browser and fonts by apt as root), then runs every test.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildWebIfNeeded } from './build-web.mjs'
import { fail, installIfNeeded, project, runPinned } from './pinned-node.mjs'

const NEEDED = [
  { file: '/usr/bin/chromium', debianPackage: 'chromium' },
  { file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', debianPackage: 'fonts-noto-cjk' },
  { file: '/usr/bin/pdftotext', debianPackage: 'poppler-utils' },
]

installIfNeeded()
installSystemPackages()
buildWebIfNeeded()
await runPinned([join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--root', project, ...process.argv.slice(2)])

function installSystemPackages() {
  const missing = NEEDED.filter((each) => !existsSync(each.file)).map((each) => each.debianPackage)
  if (missing.length === 0) return
  const command = `apt-get install -y ${missing.join(' ')}`
  if (process.getuid?.() !== 0)
    fail(`The browser tests need: ${missing.join(', ')}. Run as root: apt-get update && ${command}`)
  console.error(`安裝測試所需套件… ${command}`)
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-qq'], options)
  const outcome = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], options)
  if (outcome.status !== 0) fail(`could not install ${missing.join(', ')}; run: ${command}`)
}
