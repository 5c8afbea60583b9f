// npm run test:dates [-- DATE …]: the tests that live on a freshly made sample, once for each date as if it were today.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildWebIfNeeded } from './build-web.mjs'
import { installIfNeeded, pinnedNode, project } from './pinned-node.mjs'

// A Saturday on which a story once lost its witness, ends and firsts of months, new year, lunar new year, a leap day.
const DATES = [
  ...['2026-11-28', '2026-11-30', '2026-12-31', '2027-01-01', '2027-02-06'],
  ...['2027-03-01', '2027-05-15', '2027-10-31', '2028-02-29', '2029-01-01'],
]
const FILES = ['test/browser', 'test/http/gate-query', 'test/ledger/program']

installIfNeeded()
buildWebIfNeeded()
const asked = process.argv.slice(2)
const dates = asked.filter((each) => /^\d{4}-\d{2}-\d{2}$/.test(each))
const files = asked.filter((each) => !dates.includes(each))
const results = (dates.length > 0 ? dates : DATES).map((date) => ({ date, isGreen: isGreenOn(date) }))
for (const { date, isGreen } of results) console.log(`${date} ${isGreen ? 'green' : 'RED'}`)
const red = results.filter(({ isGreen }) => !isGreen).length
console.log(`${results.length - red} passed, ${red} failed`)
process.exit(red === 0 ? 0 : 1)

function isGreenOn(date) {
  console.error(`\n${date}`)
  const preload = pathToFileURL(join(project, 'test/other-day.ts')).href
  const env = { ...process.env, SHOUMI_TEST_DAY: date, NODE_OPTIONS: `--import=${preload}` }
  const vitest = join(project, 'node_modules/vitest/vitest.mjs')
  const chosen = files.length > 0 ? files : FILES
  return spawnSync(pinnedNode, [vitest, 'run', '--root', project, ...chosen], { stdio: 'inherit', env }).status === 0
}
