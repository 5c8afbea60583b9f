import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const OPEN = pathToFileURL(resolve(import.meta.dirname, 'open.ts')).href
// As on a platform for which the engine's library is not to be had: its package throws as it is loaded.
const WITHOUT = `import { registerHooks } from 'node:module'
registerHooks({ resolve: (name, context, next) => { if (name.startsWith('chdb')) throw new Error('no binding'); return next(name, context) } })`

test('where the embedded engine is not to be had, a server can be used and the engine names the setting for it', () => {
  const folder = join(tmpdir(), `shoumi-none-${process.pid}`)
  const program = `import { openAnalytics } from ${JSON.stringify(OPEN)}
    await (await openAnalytics({ url: 'http://127.0.0.1:1/shoumi' })).close()
    await openAnalytics({ path: ${JSON.stringify(folder)} }).catch((error) => console.log(error.message))`
  const hook = `data:text/javascript,${encodeURIComponent(WITHOUT)}`
  const { stdout } = spawnSync(process.execPath, ['--import', hook, '--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  expect(stdout).toContain('未安裝內嵌的 ClickHouse')
  expect(stdout).toContain('SHOUMI_CLICKHOUSE_URL')
})
