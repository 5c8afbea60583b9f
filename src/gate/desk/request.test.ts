import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextState, pendingUntil, type RequestAct, type RequestFacts, stateAt } from './request.ts'

const ASKED = new Date('2026-11-23T02:00:00Z')
const DAY_MS = 86_400_000
const PEOPLE = ['officer', 'chief', 'head'] as const

const acts = fc.array(
  fc.record({
    type: fc.constantFrom<RequestAct['type']>('approve', 'approve', 'reject', 'withdraw', 'use'),
    by: fc.constantFrom(...PEOPLE),
    afterMs: fc.constantFrom(0, 1, DAY_MS / 2, DAY_MS, 4 * DAY_MS),
  }),
  { maxLength: 12 },
)

const fresh = (template: RequestFacts['template']): RequestFacts => ({
  state: 'pending',
  account: 'officer',
  template,
  expiresAt: pendingUntil(ASKED),
  usableUntil: undefined,
  usesLeft: 0,
  approvedBy: [],
})

/** Runs acts one after another; returns every state reached and who approved. */
function live(template: RequestFacts['template'], given: readonly (RequestAct & { readonly afterMs: number })[]) {
  let facts = fresh(template)
  let now = ASKED
  const states: RequestFacts[] = [facts]
  for (const { afterMs, ...act } of given) {
    now = new Date(now.getTime() + afterMs)
    const change = nextState(facts, act, now)
    if (!change.ok) continue
    const approvedBy = act.type === 'approve' ? [...facts.approvedBy, act.by] : facts.approvedBy
    facts = { ...facts, ...change.value, usableUntil: change.value.usableUntil ?? facts.usableUntil, approvedBy }
    states.push(facts)
  }
  return { states, end: facts, now }
}

describe('a request', () => {
  it('is never approved by the one who asked, nor by one person where two are needed', () => {
    fc.assert(
      fc.property(fc.constantFrom('supervisor', 'two-persons', 'head'), acts, (template, given) => {
        for (const facts of live(template, given).states) {
          if (facts.state !== 'approved' && facts.state !== 'used') continue
          expect(facts.approvedBy).not.toContain('officer')
          expect(new Set(facts.approvedBy).size).toBeGreaterThanOrEqual(template === 'two-persons' ? 2 : 1)
        }
      }),
    )
  })

  it('that has ended never changes again', () => {
    fc.assert(
      fc.property(acts, (given) => {
        const { states } = live('supervisor', given)
        const ended = states.findIndex(({ state }) => ['rejected', 'withdrawn', 'used'].includes(state))
        expect(ended === -1 || ended === states.length - 1).toBe(true)
      }),
    )
  })

  it('is used once at most, by the one who asked, within its day', () => {
    fc.assert(
      fc.property(acts, (given) => {
        const uses = live('supervisor', given).states.filter(({ state }) => state === 'used')
        expect(uses.length).toBeLessThanOrEqual(1)
      }),
    )
    const approved: RequestFacts = {
      ...fresh('supervisor'),
      state: 'approved',
      usableUntil: new Date(+ASKED + 1),
      usesLeft: 1,
    }
    expect(nextState(approved, { type: 'use', by: 'chief' }, ASKED)).toEqual({ ok: false, error: 'not-yours' })
    expect(nextState(approved, { type: 'use', by: 'officer' }, new Date(+ASKED + 1))).toEqual({
      ok: false,
      error: 'expired',
    })
    expect(nextState(approved, { type: 'use', by: 'officer' }, ASKED)).toMatchObject({
      ok: true,
      value: { state: 'used' },
    })
  })

  it('is not approved by silence: time alone only ends it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * DAY_MS }), (ms) => {
        const state = stateAt(fresh('supervisor'), new Date(ASKED.getTime() + ms))
        expect(state).toBe(ms < 3 * DAY_MS ? 'pending' : 'expired')
      }),
    )
    const late = new Date(ASKED.getTime() + 3 * DAY_MS)
    expect(nextState(fresh('supervisor'), { type: 'approve', by: 'chief' }, late)).toEqual({
      ok: false,
      error: 'expired',
    })
  })
})
