import { expect, test } from 'vitest'
import { KILLS, killUnderLoad } from './kill-under-load.ts'

// A hundred of them: npm run bench -- kills --count 100
test('killed once in each way under load, no acknowledged look is lost, and it goes on by itself or at the first start', async () => {
  const report = await killUnderLoad(KILLS)
  expect(report).toMatchObject({ lost: 0, unexpected: {}, isLogWhole: true })
  expect(report.acknowledged).toBeGreaterThan(report.kills)
}, 900_000)
