import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CanaryList, GateCatalogue, GateCheck } from '../../src/wire/gate-query.ts'
import { type RunningServer, signInAs, startServer } from '../running-server.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await server?.stop()
})

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

test('a newcomer’s start has three agencies behind the gate, every login and every query fit', async () => {
  const it = await signInAs(server, 'it')
  const check = (await (await it.fetch('/api/gate/check')).json()) as GateCheck
  expect(check.connectors.map(({ id }) => id)).toEqual(['sample_insurance', 'sample_police', 'sample_land'])
  expect(check.connectors.every(({ isReachable, findings }) => isReachable && findings.length === 0)).toBe(true)
  expect(check.queries.filter(({ isFit }) => !isFit)).toEqual([])
})

test('an official sees which queries and purposes there are, and nothing of how they are asked', async () => {
  const officer = await signInAs(server, 'officer')
  const text = await (await officer.fetch('/api/gate/catalogue')).text()
  const { queries, purposes } = JSON.parse(text) as GateCatalogue
  expect(queries.map(({ id }) => id)).toContain('insurance-company')
  expect(queries.some(({ id }) => id.endsWith('-case-facts'))).toBe(false)
  expect(purposes.length).toBeGreaterThan(3)
  expect(text).not.toMatch(/SELECT|sample_insurance/)
})

test('a mistyped code and an unknown one are told apart, in words', async () => {
  const ethics = await signInAs(server, 'ethics')
  const ask = async (code: string) => {
    const response = await ethics.fetch('/api/gate/trace', post({ code, reason: '外流截圖' }))
    return { status: response.status, problem: (await response.json()) as { message: string } }
  }
  expect(await ask('000-000-001')).toMatchObject({
    status: 404,
    problem: { message: expect.stringContaining('檢查碼') },
  })
  expect(await ask('000-000-000')).toMatchObject({ status: 404, problem: { message: '查無此追查代碼。' } })
  expect((await ethics.fetch('/api/gate/trace', post({ code: '000-000-000', reason: '' }))).status).toBe(400)
})

test('a canary is sealed, listed by pseudonym only, and unsealed', async () => {
  const ethics = await signInAs(server, 'ethics')
  const list = async () => ((await (await ethics.fetch('/api/gate/canaries')).json()) as CanaryList).canaries
  await ethics.fetch('/api/gate/canaries', post({ kind: 'person', identifier: 'A123456789' }))
  const [sealed] = await list()
  expect(sealed).toMatchObject({ sealedBy: 'ethics', reads: 0 })
  expect(JSON.stringify(sealed)).not.toContain('A123456789')
  const gone = await ethics.fetch(`/api/gate/canaries/${sealed?.subject}`, { method: 'DELETE' })
  expect(gone.status).toBe(200)
  expect(await list()).toEqual([])
  expect((await ethics.fetch('/api/gate/canaries/nobody', { method: 'DELETE' })).status).toBe(404)
})
