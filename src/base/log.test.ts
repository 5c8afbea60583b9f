import { expect, test } from 'vitest'
import { createLog } from './log.ts'

test('a line for collectors is one JSON object with time, level and fields', () => {
  const lines: string[] = []
  const log = createLog({ format: 'json', level: 'info' }, (text) => void lines.push(text))
  log('request', { level: 'info', requestId: 'ab12', status: 200, isSlow: false })
  log('line\nbreak')
  log('not shown', { level: 'debug' })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', msg: 'request', requestId: 'ab12', status: 200, isSlow: false, time: expect.stringMatching(/Z$/) },
    { level: 'warn', msg: 'line\nbreak' },
  ])
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
})

test('a line for a terminal begins with time and level', () => {
  const lines: string[] = []
  const log = createLog({ format: 'text', level: 'warn' }, (text) => void lines.push(text))
  log('ledger: refuses to write', { level: 'error', code: 'restored-backup' })
  log('quiet', { level: 'info' })
  expect(lines).toEqual([expect.stringMatching(/^\S+Z ERROR ledger: refuses to write code=restored-backup\n$/)])
})
