import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasOpenssl, openAuthority, type StampAuthority } from '../../test/ledger/stamp-authority.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { judgeStampAge, requestStamp, STAMP_TOLERANCE_MS, verifyStamp } from './stamp.ts'

const NOTE = Buffer.from('log.example/events\n7\nroot\n')
let authority: StampAuthority

/** A clock that stands so far from the authority's, which is this machine's. */
const clockOff = (ms: number): Clock => ({ now: () => new Date(Date.now() + ms) })

describe.skipIf(!hasOpenssl)('stamps by a real authority', () => {
  beforeAll(async () => {
    authority = await openAuthority()
    authority.make('other', 'stamping')
    authority.make('signer', 'signing')
  })
  beforeEach(() => authority.answer(undefined))
  afterAll(() => authority.close())

  const request = async (clock: Clock = systemClock, timeoutMs = 60_000) =>
    requestStamp(NOTE, { url: authority.url, roots: await authority.roots(), clock, timeoutMs })
  async function stamped() {
    const outcome = await request()
    if (!outcome.ok) throw new Error(outcome.error)
    return outcome.value
  }

  test('are asked for, verified and dated, and openssl verifies the same token', async () => {
    // The authority's clock is this machine's, in whole seconds: the stamp lies between asking and having it.
    const asked = Math.floor(Date.now() / 1000) * 1000
    const { token, at } = await stamped()
    expect(at.getTime()).toBeGreaterThanOrEqual(asked)
    expect(at.getTime()).toBeLessThanOrEqual(Date.now())
    const { folder, openssl } = authority
    await writeFile(join(folder, 'token.der'), token)
    await writeFile(join(folder, 'note'), NOTE)
    const said = openssl('ts', '-verify', '-token_in', '-in', 'token.der', '-data', 'note', '-CAfile', 'tsa-ca.pem')
    expect(said).toContain('Verification: OK')
  })

  test('do not hold for other bytes, another root, another use of the certificate, or a changed token', async () => {
    const { token } = await stamped()
    const roots = await authority.roots()
    expect(await verifyStamp(token, NOTE, roots)).toBeInstanceOf(Date)
    expect(await verifyStamp(token, Buffer.from('other'), roots)).toBeUndefined()
    expect(await verifyStamp(token, NOTE, await authority.roots('other'))).toBeUndefined()
    const changed = Buffer.from(token)
    const at = changed.length - 40
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(await verifyStamp(changed, NOTE, roots)).toBeUndefined()
    expect(await verifyStamp(Buffer.from('junk'), NOTE, roots)).toBeUndefined()
  })

  test('an answer to an earlier question is not taken for one to this', async () => {
    await stamped()
    const old = await authority.reply(await readFile(join(authority.folder, 'last.tsq')))
    authority.answer((_query, response) => response.end(old))
    expect(await request()).toEqual({ ok: false, error: 'wrong' })
  })

  test('a stamp is taken only with a time between asking and having it, within what clocks differ by', async () => {
    const hoursMs = 3_600_000
    const days = 24 * hoursMs
    // Whole seconds of the authority, and the time it takes to answer, leave a minute on each side.
    for (const ms of [0, STAMP_TOLERANCE_MS - 60_000, 60_000 - STAMP_TOLERANCE_MS])
      expect([ms, (await request(clockOff(ms))).ok]).toEqual([ms, true])
    // Seen from our clock: 100 hours old, just too old, just ahead, 3,000 days ahead.
    for (const ms of [100 * hoursMs, STAMP_TOLERANCE_MS + 60_000, -STAMP_TOLERANCE_MS - 60_000, -3_000 * days])
      expect([ms, await request(clockOff(ms))]).toEqual([ms, { ok: false, error: 'wrong-time' }])
  })

  test('a time that was right when it was asked for stays right however long the answer takes', async () => {
    // Asked an hour ago by our clock, had now: the stamp lies between.
    let offset = -3_600_000
    const clock: Clock = {
      now: () => {
        const now = new Date(Date.now() + offset)
        offset = 0
        return now
      },
    }
    expect((await request(clock)).ok).toBe(true)
  })

  test('an authority that is down, or talks nonsense, is unreachable and nothing is kept', async () => {
    const nobody = { url: 'http://127.0.0.1:9', roots: [], clock: systemClock }
    expect(await requestStamp(NOTE, nobody)).toEqual({ ok: false, error: 'unreachable' })
    for (const bytes of ['<html>', '', '0', Buffer.from('3080'.repeat(30_000), 'hex')]) {
      authority.answer((_query, response) => response.end(bytes))
      const outcome = await request()
      expect(['unreachable', 'refused']).toContain(outcome.ok ? 'believed' : outcome.error)
    }
  })

  test('an answer without end is wrong, one that hangs or drips unreachable, and neither is read on', async () => {
    authority.answer((_query, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more)
      more()
    })
    expect(await request()).toEqual({ ok: false, error: 'wrong' })
    authority.answer(() => undefined)
    expect(await request(systemClock, 50)).toEqual({ ok: false, error: 'unreachable' })
    authority.answer((_query, response) => {
      const drip = setInterval(() => response.write('x'), 5)
      response.once('close', () => clearInterval(drip))
    })
    expect(await request(systemClock, 200)).toEqual({ ok: false, error: 'unreachable' })
  })

  test('a certificate that is not for stamping stamps nothing', async () => {
    authority.answer(async (query, response) => {
      response.end(await authority.reply(query, 'signer').catch(() => Buffer.alloc(0)))
    })
    const outcome = await requestStamp(NOTE, {
      ...{ url: authority.url, clock: systemClock },
      roots: await authority.roots('signer'),
    })
    expect(outcome.ok).toBe(false)
  })
})

test('a log goes on without stamps for the hours it was given, then refuses', () => {
  const last = new Date('2026-11-23T00:00:00Z')
  const after = (hours: number) =>
    judgeStampAge(last, new Date(last.getTime() + hours * 3_600_000), { intervalHours: 1, graceHours: 24 })
  expect([after(2), after(2.01), after(24), after(24.01)]).toEqual(['fine', 'degraded', 'degraded', 'refuse'])
})
