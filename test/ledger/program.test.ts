import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseCheckpoint } from '../../src/ledger/tlog/checkpoint.ts'
import { hashLeaf } from '../../src/ledger/tlog/hash.ts'
import { parseNote } from '../../src/ledger/tlog/note.ts'
import { parseProof } from '../../src/ledger/tlog/proof.ts'
import { isIncluded } from '../../src/ledger/tlog/verify-proof.ts'
import type { EventLine, EventReceiptView, LedgerStatusView } from '../../src/wire/ledger.ts'
import { type RunningServer, startServer } from '../running-server.ts'

const MAIN = resolve(import.meta.dirname, '../../src/program/main.ts')
let server: RunningServer
let folder: string
let cookie: string

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-program-'))
  cookie = await signIn('ethics')
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function signIn(account: string): Promise<string> {
  const answer = await fetch(`${server.address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account, password: server.passwordOf(account) }),
  })
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
}

const ask = (path: string) => fetch(`${server.address}${path}`, { headers: { cookie } })
const get = async <Answer>(path: string) => (await (await ask(path)).json()) as Answer
const shoumi = (...args: readonly string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, SHOUMI_DATA: server.dataFolder },
  })

test('what the sample did at start stands in the log: imports, reconciliation, sign-ins', async () => {
  const { events } = await get<{ events: EventLine[] }>('/api/ledger/events?limit=200')
  const kinds = new Set(events.map(({ kind }) => kind))
  for (const kind of ['import', 'reconcile', 'sign-in']) expect(kinds).toContain(kind)
  expect((await get<LedgerStatusView>('/api/ledger')).state).toBe('writing')
})

test('a started program says that it is ready, and gives its figures to the machine itself', async () => {
  const health = await fetch(`${server.address}/healthz`)
  expect([health.status, await health.json()]).toMatchObject([200, { isReady: true, reasons: [] }])
  const figures = await (await fetch(`${server.address}/metrics`)).text()
  const value = (name: string) => Number(new RegExp(`^shoumi_${name} (\\S+)$`, 'm').exec(figures)?.[1])
  expect(value('ready')).toBe(1)
  expect(value('ledger_entries')).toBeGreaterThan(10)
  for (const name of ['ledger_queued', 'sessions', 'imports_running', 'reconcile_months_waiting', 'database_bytes'])
    expect(value(name)).toBeGreaterThanOrEqual(0)
  for (const name of ['import_age_seconds', 'reconcile_age_seconds']) expect(value(name)).toBeLessThan(3600)
})

test('anybody who reaches the program can verify its log with a key alone, over HTTP and from the folder', async () => {
  const { vkey } = await get<LedgerStatusView>('/api/ledger')
  const overHttp = shoumi('ledger', 'verify', `${server.address}/log`, '--key', vkey, '--json')
  expect(overHttp).toMatchObject({ status: 0, stdout: expect.stringContaining('"isWhole":true') })
  expect(shoumi('ledger', 'verify', join(server.dataFolder, 'ledger'), '--key', vkey).status).toBe(0)
  expect(shoumi('ledger', 'verify').stderr).toContain(vkey)
  expect(shoumi('ledger', 'verify', server.dataFolder, '--key', vkey)).toMatchObject({ status: 1 })
  expect(shoumi('ledger', 'verify', server.dataFolder).status).toBe(64)
})

test('serves nothing but the files of the log under the public path', async () => {
  for (const path of ['/log/tile/%2e%2e%2fcheckpoint', '/log/tile/0/..%2f..%2f..%2fkeys'])
    expect([path, (await fetch(`${server.address}${path}`)).status]).not.toEqual([path, 200])
})

test('an event can be opened by the ethics office, proved by anybody with the file, and carried away as one page', async () => {
  const { events } = await get<{ events: EventLine[] }>('/api/ledger/events?limit=200')
  const eventId = events.find(({ kind }) => kind === 'import')?.eventId ?? ''
  const receipt = await get<EventReceiptView>(`/api/ledger/events/${eventId}`)
  expect(receipt).toMatchObject({ level: 'integrated', isTrue: true })
  expect(receipt.facets.find(({ name }) => name === 'result')?.text).toContain('sha256')
  const proof = parseProof(shoumi('ledger', 'prove', eventId).stdout)
  const note = proof.ok ? parseNote(proof.value.checkpoint) : undefined
  const checkpoint = note?.ok ? parseCheckpoint(note.value.text) : undefined
  if (!proof.ok || !checkpoint) throw new Error('no proof')
  expect(proof.value.index).toBe(receipt.index)
  const html = await (await ask(`/api/ledger/events/${eventId}/bundle`)).text()
  const leaf = Buffer.from(/"leaf":"([^"]+)"/.exec(html)?.[1] ?? '', 'base64')
  const { size, root } = checkpoint
  expect(
    isIncluded({ index: proof.value.index, size, root, leafHash: hashLeaf(leaf), proof: proof.value.hashes }),
  ).toBe(true)
})

test('each person sees his own acts and nobody else’s', async () => {
  const { events } = await get<{ events: EventLine[] }>('/api/me/acts')
  expect(events.length).toBeGreaterThan(1)
  expect(new Set(events.map(({ actor }) => actor))).toEqual(new Set(['ethics']))
})

test('an organisation outside makes a witness with one command and serves it with another, without any database', async () => {
  const home = join(folder, 'witness')
  const made = shoumi('witness', 'init', home, 'audit.example/w')
  expect(made.stdout).toMatch(/^audit\.example\/w\+[0-9a-f]{8}\+/)
  expect(shoumi('witness', 'show', home).stdout).toBe(made.stdout)
  expect(shoumi('witness', 'init', home, 'audit.example/w').status).not.toBe(0)
  const { vkey, checkpoint } = await get<LedgerStatusView>('/api/ledger')
  await writeFile(join(home, 'logs'), `${vkey}\n`)
  expect(shoumi('witness', 'trust', home, vkey).status).toBe(0)
  const child = spawn(process.execPath, [MAIN, 'witness', 'serve', home, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const address = await new Promise<string>((found) => {
    child.stderr.on('data', (text) => {
      const match = /http:\/\/\S+/.exec(String(text))
      if (match) found(match[0])
    })
  })
  const answer = await fetch(`${address}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${checkpoint}` })
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('— audit.example/w ')])
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})
