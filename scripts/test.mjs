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
// Outside programs some tests compare with or run against; without them those tests skip and say so.
const WANTED = [
  { file: '/usr/bin/go', debianPackage: 'golang-go' },
  { file: '/usr/share/gocode/src/golang.org/x/mod/sumdb', debianPackage: 'golang-golang-x-mod-dev' },
  { file: '/usr/sbin/mariadbd', debianPackage: 'mariadb-server' },
  { file: '/usr/sbin/slapd', debianPackage: 'slapd' },
  { file: '/usr/bin/openssl', debianPackage: 'openssl' },
]

const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }

installIfNeeded()
installSystemPackages()
buildWebIfNeeded()
await runPinned([join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--root', project, ...process.argv.slice(2)])

function installSystemPackages() {
  const needed = missingOf(NEEDED)
  const wanted = missingOf(WANTED)
  if (needed.length + wanted.length === 0) return
  const isRoot = process.getuid?.() === 0
  if (needed.length > 0 && !isRoot)
    fail(
      `瀏覽器測試缺少：${needed.join('、')}。請以 root 執行：apt-get update && ${command(needed)}\n` +
        `The browser tests need: ${needed.join(', ')}. Run as root the command above, then npm test again.`,
    )
  if (!isRoot) {
    console.error(`缺少 ${wanted.join('、')}，部分測試將略過；以 root 執行可補齊： ${command(wanted)}`)
    console.error(`Without ${wanted.join(', ')} some tests will be skipped; the command above, as root, gets them.`)
    return
  }
  spawnSync('apt-get', ['update', '-qq'], options)
  if (needed.length > 0 && !install(needed)) fail(`could not install ${needed.join(', ')}; run: ${command(needed)}`)
  for (const each of wanted) if (!install([each])) console.error(`Without ${each} some tests will be skipped.`)
}

function missingOf(list) {
  return list.filter((each) => !existsSync(each.file)).map((each) => each.debianPackage)
}

function command(packages) {
  return `apt-get install -y --no-install-recommends ${packages.join(' ')}`
}

function install(packages) {
  console.error(`安裝測試所需套件… ${command(packages)}`)
  return spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options).status === 0
}
