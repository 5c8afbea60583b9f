import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'sample/**/*.test.ts',
      'test/**/*.test.ts',
      'web/src/**/*.test.{ts,tsx}',
      'bench/**/*.test.ts',
    ],
    // Against what hangs only: on a machine with ten others at work a minute's test takes ten.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    globalSetup: 'test/template-folder.ts',
    // Each file gets a process: the embedded ClickHouse binds one folder per process.
    pool: 'forks',
    // One more than the cores: a file waits for its servers a seventh of its time.
    maxWorkers: Math.min(availableParallelism() + 1, 4),
  },
})
