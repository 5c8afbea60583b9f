import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDatabase } from '../engines.ts'
import { drawn } from '../thorough.ts'

const PROGRAM = join(import.meta.dirname, 'import-and-die.ts')
const ROWS_OF_A_FILE = 5999
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-kill-'))
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

/** One life of the process: what it found after recovering, and how it ended. */
async function live(round: number, step: string, act: 'import' | 'undo' = 'import') {
  const child = spawn(process.execPath, [PROGRAM, database.url, folder, String(round), step, act])
  let said = ''
  let talk = ''
  child.stdout.on('data', (bytes: Buffer) => {
    said += String(bytes)
  })
  child.stderr.on('data', (bytes: Buffer) => {
    talk += String(bytes)
  })
  const signal = await new Promise((done) => child.once('close', (_code, killedBy) => done(killedBy)))
  const [found = 'null', steps = ''] = said.split('\n')
  return { found: JSON.parse(found) as unknown, isKilled: signal === 'SIGKILL', steps: Number(steps.slice(6)), talk }
}

const whole = (files: number, again?: string) => ({
  ...(again !== undefined && { again }),
  access: { rows: String(files * ROWS_OF_A_FILE), ids: String(files * ROWS_OF_A_FILE), imports: String(files) },
  done: { n: files },
  open: { n: 0 },
  events: { n: files, imports: files },
  left: [],
  rejects: { n: '0' },
  staged: [],
  archived: files,
  withdrawn: { n: 0, done: 0 },
  undone: { n: 0 },
})

/** Every step around the decision and after it, some while the file is loaded: each is a process of its own. */
const stepsOf = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => i + 1).filter(
    (step) => step % drawn(6, 1) === 1 % drawn(6, 1) || step > count - 14,
  )

test('killed before any statement, an import is undone or finished by the next start; loading again gives each row once', async () => {
  const first = await live(0, '0')
  expect(first.found, first.talk).toEqual(whole(0))
  expect(first.steps).toBeGreaterThan(25)
  const states = new Set<string>()
  let round = 0
  for (const step of stepsOf(first.steps)) {
    round += 1
    const { found, isKilled, talk } = await live(round, String(step))
    expect(isKilled, `step ${step}: ${talk}`).toBe(true)
    const { again = '' } = found as { again?: string }
    states.add(again)
    expect(found, `killed at the step before ${step}`).toEqual(whole(round, again))
  }
  // Undone, it is loaded anew; finished, the file is recognised.
  expect([...states].sort()).toEqual(['done', 'repeated'])
  const last = await live(round + 1, 'none')
  expect(last.found, last.talk).toEqual(whole(round + 1, 'repeated'))
})

// After the other test, whose files are there: each of these lives loads one again, and dies undoing it.
test('killed before any statement of its undoing, an import is undone by the next start, once, and its file may come again', async () => {
  const files = Number(((await live(0, 'none')).found as { archived: number }).archived)
  const first = await live(files, '0', 'undo')
  expect(first.isKilled, first.talk).toBe(false)
  expect(first.steps).toBeGreaterThan(6)
  let lives = 0
  for (let step = 1; step <= first.steps; step += drawn(2, 1)) {
    lives += 1
    // The file that was undone last is loaded again, which shows that it left.
    const { found, isKilled, talk } = await live(files, String(step), 'undo')
    expect(isKilled, `step ${step}: ${talk}`).toBe(true)
    expect(found, `killed at the step before ${step}`).toEqual({
      ...whole(files, 'done'),
      ...{ archived: files + lives, events: { n: files + lives, imports: files + lives } },
      ...{ withdrawn: { n: lives, done: lives }, undone: { n: lives } },
    })
  }
})
