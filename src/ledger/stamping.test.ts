import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { hasOpenssl, openAuthority, type StampAuthority } from '../../test/ledger/stamp-authority.ts'
import type { Clock } from '../base/clock.ts'
import { createLedger, type Ledger } from './create-ledger.ts'
import { recordAct } from './record-event.ts'

const HOUR_MS = 3_600_000
// The authority's clock is this machine's, and cannot be moved: grace is shorter here than what clocks may differ by.
const GRACE_HOURS = 0.03
const INTERVAL_MS = 0.01 * HOUR_MS
const BEYOND_GRACE_MS = 0.04 * HOUR_MS
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let authority: StampAuthority
let said: string[]

/** This machine's clock, so far off. */
function offClock(offsetMs = 0): Clock & { advanceMs(ms: number): void } {
  let offset = offsetMs
  return {
    now: () => new Date(Date.now() + offset),
    advanceMs: (ms) => {
      offset += ms
    },
  }
}

describe.skipIf(!hasOpenssl)('a log that is stamped by a real authority', () => {
  beforeAll(async () => {
    database = await temporaryDatabase()
    folder = await mkdtemp(join(tmpdir(), 'shoumi-stamping-'))
    authority = await openAuthority()
  })
  beforeEach(() => {
    said = []
    authority.answer(undefined)
  })
  afterAll(async () => {
    await authority.close()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  const open = async (name: string, clock: Clock) =>
    createLedger({
      ...{ database, clock, writer: name, origin: `${name}.example/events` },
      folder: join(folder, name, 'public'),
      keysFolder: join(folder, name, 'keys'),
      outside: {
        policy: undefined,
        stamping: {
          ...{ url: authority.url, roots: await authority.roots(), intervalHours: 0.01, graceHours: GRACE_HOURS },
        },
      },
      log: (line) => said.push(line),
    })
  const event = (clock: Clock, kind: 'look' | 'sign-in' = 'look') => ({
    ...{ kind, at: clock.now(), actor: 'lin', actorPost: '', subjectRef: '', reason: '', detail: {} },
  })
  async function append(ledger: Ledger, clock: Clock): Promise<void> {
    const outcome = await ledger.append(event(clock))
    if (!outcome.ok) throw new Error(outcome.error)
    await ledger.integrated(outcome.value.index)
    await ledger.askOutside()
  }
  const down = () => authority.answer((_query, response) => response.destroy())

  test('is stamped, and keeps the token with the checkpoint', async () => {
    const clock = offClock()
    const ledger = await open('stamped', clock)
    await append(ledger, clock)
    // The empty log was stamped at its start; the entry is covered by the next.
    clock.advanceMs(INTERVAL_MS)
    await ledger.askOutside()
    expect(ledger.outside()).toMatchObject({ stampState: 'fine', stampFailure: undefined })
    const [recorded] = await ledger.listEvents({ limit: 1 })
    expect((await ledger.receiptOf(recorded?.eventId ?? ''))?.level).toBe('stamped')
    expect((await ledger.evidenceOf(recorded?.eventId ?? ''))?.stamp?.token).toBeInstanceOf(Buffer)
    await ledger.stop()
  })

  test('asks again on a clock of its own: nobody has to act for longer than the grace for it to go on', async () => {
    const clock = offClock()
    const ledger = await open('idle', clock)
    await append(ledger, clock)
    const asked = authority.asked()
    clock.advanceMs(BEYOND_GRACE_MS)
    expect(ledger.refusal()).toMatch(/^stamp-overdue: /)
    await ledger.askOutside()
    expect([authority.asked() - asked, ledger.refusal()]).toEqual([1, undefined])
    await append(ledger, clock)
    await ledger.stop()
    // The stamp of a checkpoint that had one already counts after a restart, too.
    const again = await open('idle', clock)
    expect(again.outside().stampState).toBe('fine')
    await again.stop()
  })

  test('refuses when the grace is over, lets in who has to cure it, also after a restart, and goes on when the authority is back', async () => {
    down()
    const clock = offClock()
    const ledger = await open('back', clock)
    await append(ledger, clock)
    expect(ledger.outside()).toMatchObject({ stampState: 'fine', stampFailure: 'unreachable' })
    expect(said.join('\n')).toContain('no time stamp: unreachable')
    clock.advanceMs(BEYOND_GRACE_MS)
    await ledger.askOutside()
    expect(await ledger.append(event(clock))).toEqual({ ok: false, error: 'stopped' })
    await recordAct(ledger.database, event(clock, 'sign-in'))
    await ledger.stop()
    // Never stamped: a restart does not begin the grace anew.
    const again = await open('back', clock)
    expect(again.refusal()).toMatch(/^stamp-overdue: /)
    await recordAct(again.database, event(clock, 'sign-in'))
    authority.answer(undefined)
    await again.askOutside()
    expect(again.refusal()).toBeUndefined()
    expect(said.join('\n')).toContain('the time authority stamps again')
    await append(again, clock)
    await again.stop()
  })

  test.each([
    ['100 hours old', 100 * HOUR_MS],
    ['3,000 days ahead', -3_000 * 24 * HOUR_MS],
  ])('a stamp %s is refused and told, neither ends the grace nor the asking', async (_age, offsetMs) => {
    const clock = offClock(offsetMs)
    const name = `off${offsetMs}`
    const ledger = await open(name, clock)
    await append(ledger, clock)
    const state = { stampState: 'fine', stampFailure: 'wrong-time', lastStampAt: undefined }
    expect(ledger.outside()).toMatchObject(state)
    expect(said.join('\n')).toContain('no time stamp: wrong-time')
    const asked = authority.asked()
    await ledger.askOutside()
    expect(authority.asked()).toBeGreaterThan(asked)
    clock.advanceMs(BEYOND_GRACE_MS)
    expect(ledger.refusal()).toMatch(/^stamp-overdue: /)
    await ledger.stop()
    const kept = await database.query('SELECT 1 FROM ledger_checkpoint WHERE origin = $1 AND stamp IS NOT NULL', [
      `${name}.example/events`,
    ])
    expect(kept).toEqual([])
  })

  test('a stamp of a later year that an earlier version took is no reason not to ask', async () => {
    const clock = offClock()
    await database.upkeep.query("INSERT INTO ledger_log (origin) VALUES ('poisoned.example/events')")
    await database.upkeep.query(
      `INSERT INTO ledger_checkpoint (origin, size, note, signed_at, stamped_at, stamp)
       VALUES ('poisoned.example/events', 999, 'x', now(), now() + interval '3000 days', 'x')`,
    )
    const ledger = await open('poisoned', clock)
    expect(ledger.outside().lastStampAt).toBeUndefined()
    await append(ledger, clock)
    expect(ledger.outside()).toMatchObject({ stampState: 'fine', lastStampAt: expect.any(Date) })
    await ledger.stop()
  })

  test('an authority that hangs holds up neither a checkpoint nor the end of the program', async () => {
    authority.answer(() => undefined)
    const clock = offClock()
    const ledger = await open('hung', clock)
    for (let i = 0; i < 3; i++) {
      const outcome = await ledger.append(event(clock))
      if (outcome.ok) await ledger.integrated(outcome.value.index)
    }
    await ledger.stop()
    const { size } = await ledger.status()
    expect(size).toBe(3)
  })
})
