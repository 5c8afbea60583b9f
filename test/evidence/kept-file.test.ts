import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asInstallation } from '../../src/base/tenant.ts'
import { passKeys } from '../http/pass-keys.ts'
import { PASSWORD, type TwoAgencies, twoAgencies } from '../http/two-agencies.ts'

let world: TwoAgencies
let headers: Record<string, string>
let kept: string
beforeAll(async () => {
  world = await twoAgencies()
  kept = join(world.folder, 'archive', world.foreign.import)
  const signed = await world.server.inject({
    ...{ method: 'POST', url: '/api/session', headers: { host: '127.0.0.1' } },
    payload: { account: 'pol-ethics', password: PASSWORD },
  })
  await passKeys(world.services.database)
  const jar = Object.fromEntries(signed.cookies.map(({ name, value }) => [name, value]))
  headers = {
    host: '127.0.0.1',
    cookie: `shoumi_session=${jar['shoumi_session']}`,
    'x-shoumi-csrf': jar['shoumi_csrf'] ?? '',
  }
}, 120_000)
afterAll(() => world.close())

const reveal = () =>
  world.server.inject({
    ...{ method: 'POST', url: `/api/accesses/${world.foreign.access}/reveal`, headers },
    payload: { what: 'subject', reason: '調查疑似不當查詢' },
  })
const kinds = () =>
  asInstallation(async () =>
    (
      await world.services.database.query<{ kind: string }>(
        "SELECT kind FROM event WHERE subject_ref = $1 AND kind IN ('reveal', 'reveal-failed') ORDER BY at, kind",
        [`access:${world.foreign.access}`],
      )
    ).map(({ kind }) => kind),
  )

test('a kept file that is damaged or missing is said in words when a name is asked for, and recorded as nothing shown', async () => {
  const before = (await kinds()).length
  const shown = await reveal()
  expect([shown.statusCode, shown.json()]).toMatchObject([200, { value: expect.stringMatching(/^A12345678/) }])
  const bytes = await readFile(kept)
  bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1
  await writeFile(kept, bytes)
  const damaged = await reveal()
  expect([damaged.statusCode, damaged.json().code]).toEqual([409, 'archive-damaged'])
  await rm(kept)
  const missing = await reveal()
  expect([missing.statusCode, missing.json().code]).toEqual([409, 'archive-missing'])
  for (const answer of [damaged, missing]) expect(answer.body).not.toMatch(/A12345678/)
  expect((await kinds()).slice(before)).toEqual(['reveal', 'reveal', 'reveal-failed', 'reveal', 'reveal-failed'])
})
