import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixedClock } from '../../src/base/clock.ts'
import { MEMBERS, smallAgency } from '../../src/gate/gate-test.fixture.ts'
import { recoverDisclosures } from '../../src/gate/recover-disclosures.ts'
import { openEvent } from '../../src/ledger/seal.ts'
import { temporaryDatabase } from '../engines.ts'

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let agency: Awaited<ReturnType<typeof smallAgency>>
let keysFolder: string
beforeAll(async () => {
  database = await temporaryDatabase()
  agency = await smallAgency(database.url)
  keysFolder = await mkdtemp(join(tmpdir(), 'shoumi-kill-'))
})
afterAll(async () => {
  await database.close()
  await rm(keysFolder, { recursive: true, force: true })
})

/** Runs the look until it dies at its n-th step; how many rows it had handed out. */
async function lookAndDie(
  step: number,
): Promise<{ readonly rows: number; readonly isKilled: boolean; readonly talk: string }> {
  const program = join(import.meta.dirname, 'look-and-die.ts')
  const child = spawn(process.execPath, [program, database.url, agency.url, keysFolder, String(step)])
  let rows = 0
  let talk = ''
  child.stdout.on('data', (bytes: Buffer) => {
    rows += bytes.length
  })
  child.stderr.on('data', (bytes: Buffer) => {
    talk += String(bytes)
  })
  const signal = await new Promise((done) => child.once('close', (_code, killedBy) => done(killedBy)))
  return { rows, isKilled: signal === 'SIGKILL', talk }
}

/** The bounds a recovered disclosure states, and how many of its closing events there are. */
async function recovered(code: string) {
  const events = await database.query<{ leaf: Buffer; sealed: Buffer }>(
    "SELECT leaf, sealed FROM event WHERE subject_ref = $1 AND kind = 'disclosure-closed'",
    [`disclosure:${code}`],
  )
  const details = events.map(({ leaf, sealed }) => {
    const opened = openEvent(database.keys, { leaf, sealed, personToken: undefined, sealedForPerson: undefined })
    const text = opened?.facets.find(({ name }) => name === 'result')?.open?.bytes.toString() ?? '{}'
    return JSON.parse(text) as { deliveredAtLeast: number; deliveredAtMost: number }
  })
  expect(details).toHaveLength(1)
  return details[0]
}

test('killed at whatever step, no row is out that is not on record, and the next start says so', async () => {
  const whole = await lookAndDie(0)
  expect(whole.rows).toBe(MEMBERS)
  const steps = Number(/steps (\d+)/.exec(whole.talk)?.[1])
  expect(steps).toBeGreaterThan(15)
  for (let step = 1; step <= steps; step++) {
    const { rows, isKilled, talk } = await lookAndDie(step)
    expect(isKilled, `step ${step}: ${talk}`).toBe(true)
    const [open] = await database.query<{ code: string; recorded: number }>(
      `SELECT code, (SELECT coalesce(sum(rows), 0)::int FROM disclosed_chunk c WHERE c.code = d.code) AS recorded
       FROM disclosure d WHERE state = 'open'`,
    )
    const isClosed = !open && rows === MEMBERS
    if (!isClosed) expect(open?.recorded ?? 0, `step ${step}`).toBeGreaterThanOrEqual(rows)
    await recoverDisclosures({ database, clock: fixedClock(new Date('2026-11-24T02:00:00Z')) })
    if (!open) continue
    const bounds = await recovered(open.code)
    expect(bounds?.deliveredAtLeast, `step ${step}`).toBeLessThanOrEqual(rows)
    expect(bounds?.deliveredAtMost, `step ${step}`).toBeGreaterThanOrEqual(rows)
  }
})
