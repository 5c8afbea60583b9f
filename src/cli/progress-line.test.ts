import { expect, test } from 'vitest'
import { progressLine } from './progress-line.ts'

test('shows the share done, the rows, the rate and the time that remains', () => {
  const line = progressLine({ progress: 0.5, rowsRead: 1_234_567, rowsPerSecond: 310_000, remainingSeconds: 3.2 })
  expect(line).toContain(`${'█'.repeat(12)}${'░'.repeat(12)}`)
  expect(line).toContain('1,234,567 列')
  expect(line).toContain('310,000 列/秒')
  expect(line).toContain('約剩 4 秒')
})

test('leaves out what is not known yet', () => {
  const line = progressLine({ progress: null, rowsRead: 0, rowsPerSecond: null, remainingSeconds: null })
  expect(line).not.toContain('秒')
  expect(line).toContain('░'.repeat(24))
})
