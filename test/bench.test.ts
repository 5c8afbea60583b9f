import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../bench/main.ts')
const MAX_PRINTED = 4_000

test.each([
  ['people', ['--people', '300', '--units', '6', '--scim', '5']],
  ['export', ['--rows', '15000']],
])(
  'the benchmark %s runs and prints one JSON object as its last line, and little else',
  (name, options) => {
    const ran = spawnSync(process.execPath, [MAIN, name, ...options], { encoding: 'utf8' })
    expect(ran.status, ran.stderr.slice(0, MAX_PRINTED)).toBe(0)
    const last = ran.stdout.trimEnd().split('\n').at(-1) ?? ''
    expect(JSON.parse(last)).toMatchObject({ name })
    expect(ran.stdout.length + ran.stderr.length).toBeLessThan(MAX_PRINTED)
  },
  300_000,
)
