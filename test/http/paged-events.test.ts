import { afterAll, beforeAll, expect, test } from 'vitest'
import { asInstallation } from '../../src/base/tenant.ts'
import { recorded } from '../../src/database/database.ts'
import { recordEvents } from '../../src/ledger/port.ts'
import type { EventList } from '../../src/wire/ledger.ts'
import { type OneOffice, oneOffice } from './one-office.ts'

const AT = '2026-11-23T01:00:00.000Z'
const EVENTS = 300
let office: OneOffice

beforeAll(async () => {
  office = await oneOffice()
  await asInstallation(() =>
    office.services.database.transaction(async (tx) => {
      const events = Array.from({ length: EVENTS }, (_, n) => ({
        ...{ kind: 'look' as const, at: new Date(AT), actor: 'ethics', actorPost: '室 員' },
        ...{ subjectRef: `access:${n}`, reason: '', detail: {} },
      }))
      const [first] = await recordEvents(tx, events)
      if (!first) throw new Error('nothing recorded')
      return recorded(first, undefined)
    }),
  )
})
afterAll(() => office.close())

/** All ids of a list, page by page as the answers say. */
async function wholeList(path: string, limit: number): Promise<string[]> {
  const ids: string[] = []
  let next: EventList['next'] = null
  do {
    const search = new URLSearchParams({ limit: String(limit), ...next })
    const page: EventList = (await office.send('ethics', 'GET', `${path}?${search}`)).json()
    expect(page.events.length).toBeLessThanOrEqual(limit)
    ids.push(...page.events.filter(({ at }) => at === AT).map(({ eventId }) => eventId))
    next = page.next
  } while (next)
  return ids
}

test.each(['/api/ledger/events', '/api/me/acts'])('%s shows every event of one instant exactly once', async (path) => {
  for (const limit of [20, 50, 200]) {
    const ids = await wholeList(path, limit)
    expect([ids.length, new Set(ids).size]).toEqual([EVENTS, EVENTS])
  }
})

test('a list that ends with a full page says that nothing follows', async () => {
  const page: EventList = (
    await office.send('ethics', 'GET', `/api/ledger/events?limit=${EVENTS / 2}&before=2026-11-23T01:00:00.001Z`)
  ).json()
  expect(page.next).not.toBeNull()
  const rest: EventList = (
    await office.send('ethics', 'GET', `/api/ledger/events?${new URLSearchParams({ limit: '150', ...page.next })}`)
  ).json()
  expect([rest.events.length, rest.next]).toEqual([EVENTS / 2, null])
})

test('a time alone lists what is before it, and no event of that very instant', async () => {
  const page: EventList = (await office.send('ethics', 'GET', `/api/ledger/events?limit=50&before=${AT}`)).json()
  expect(page).toEqual({ events: [], next: null })
})
