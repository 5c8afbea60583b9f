import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BODY_LIMITS } from '../src/http/body-limits.ts'
import { WATCH_PATHS } from '../src/http/watching.ts'

const PROJECT = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8')
const config = read('src/program/config.ts')

test('the unit and the image start a file that exists, with settings the program reads', () => {
  for (const file of ['deploy/shoumi.service', 'deploy/Containerfile']) {
    const text = read(file)
    expect(text).toContain('src/program/main.ts')
    const settings = [...new Set([...text.matchAll(/SHOUMI_[A-Z_]+/g)].map(([name]) => name))]
    expect(settings.length).toBeGreaterThan(3)
    expect(settings.filter((name) => !config.includes(`${name}:`))).toEqual([])
  }
  expect(existsSync(join(PROJECT, 'src/program/main.ts'))).toBe(true)
})

test('the unit takes away every right and lets nobody else read', () => {
  const unit = read('deploy/shoumi.service')
  for (const line of [
    ...['User=shoumi', 'UMask=0077', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'ProtectSystem=strict'],
    ...['ProtectHome=yes', 'PrivateTmp=yes', 'RestrictNamespaces=yes', 'SystemCallFilter=@system-service'],
  ])
    expect(unit.split('\n')).toContain(line)
})

test('the image’s check asks an address that is served', () => {
  const [path] = /(?<=8790)\/[a-z]+/.exec(read('deploy/Containerfile')) ?? []
  expect(WATCH_PATHS).toContain(path)
})

test('the papers name the limits that hold', () => {
  expect(read('docs/operations.md')).toContain(`within ${BODY_LIMITS.wholeMs / 1000} seconds`)
})
