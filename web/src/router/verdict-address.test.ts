import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filterSearch, readVerdictAddress, verdictHref, withPart } from './verdict-address.ts'

const searchOf = (href: string): string => href.split('?')[1] ?? ''

describe('the address of the verdict list', () => {
  test('reads days as whole Taipei days, the last one included', () => {
    const { filter } = readVerdictAddress('from=2026-09-01&to=2026-09-07')
    expect(filter).toEqual({ from: '2026-08-31T16:00:00.000Z', to: '2026-09-07T16:00:00.000Z' })
  })

  test('writes whole days as days and other instants as they are', () => {
    const filter = { from: '2026-08-31T16:00:00.000Z', to: '2026-09-07T16:00:00.000Z' }
    expect(verdictHref({ filter, sort: 'rank', view: 'list' })).toBe('/verdicts?from=2026-09-01&to=2026-09-07')
    const odd = { from: '2026-09-01T06:02:00.000Z' }
    expect(readVerdictAddress(searchOf(verdictHref({ filter: odd, sort: 'rank', view: 'list' }))).filter).toEqual(odd)
  })

  test('leaves out what is malformed instead of sending it to the server', () => {
    const wrong = 'from=yesterday&to=2026-13-40&verdict=nice,weak&subject=abc&hour=24&weekday=0&sort=odd&view=x'
    expect(readVerdictAddress(wrong)).toEqual({
      filter: { verdict: 'weak' },
      sort: 'rank',
      view: 'list',
    })
  })

  test('gives back every filter it wrote', () => {
    const day = fc.integer({ min: 0, max: 9000 }).map((n) => new Date(Date.UTC(2010, 0, 1 + n, 16)).toISOString())
    const word = fc.string({ minLength: 1, maxLength: 20 })
    const filters = fc.record(
      {
        from: day,
        to: day,
        agency: word,
        unit: word,
        text: word,
        rule: word,
        hour: fc.integer({ min: 0, max: 23 }),
        weekday: fc.integer({ min: 1, max: 7 }),
      },
      { requiredKeys: [] },
    )
    const addresses = fc.record({
      filter: filters,
      sort: fc.constantFrom('rank' as const, 'time' as const),
      view: fc.constantFrom('list' as const, 'overview' as const),
    })
    fc.assert(
      fc.property(addresses, (address) => {
        expect(readVerdictAddress(searchOf(verdictHref(address)))).toEqual(address)
      }),
    )
  })

  test('drops a part that is set to nothing', () => {
    expect(withPart({ agency: 'police', text: 'a' }, 'agency', undefined)).toEqual({ text: 'a' })
    expect(withPart({ text: 'a' }, 'text', '')).toEqual({})
  })

  test('writes equal filters as equal queries whatever the order of their parts', () => {
    expect(filterSearch({ agency: 'a', system: 'b' })).toBe(filterSearch({ system: 'b', agency: 'a' }))
  })
})
