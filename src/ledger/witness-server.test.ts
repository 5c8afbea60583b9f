import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { askWitnesses } from './ask-witnesses.ts'
import { encodeEntries } from './entries.ts'
import { growTree } from './grow-tree.ts'
import { folderTileStore } from './tile-store.ts'
import { formatCheckpoint, parseCheckpoint } from './tlog/checkpoint.ts'
import { parseNote, signNote } from './tlog/note.ts'
import { formatNoteKey, LOG_KEY, noteKey, noteSigner } from './tlog/note-key.ts'
import { type Policy, parsePolicy } from './tlog/policy.ts'
import { CompactRange } from './tlog/tree.ts'
import { monitoringPath } from './tlog/witness.ts'
import { serveWitness, type WitnessServer } from './witness-server.ts'
import { initWitness, openWitnessStore } from './witness-store.ts'

const ORIGIN = 'log.example/events'
const log = noteSigner(ORIGIN, LOG_KEY, Buffer.alloc(32, 5))
let folder: string
let servers: WitnessServer[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-witness-'))
  servers = []
})
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()))
  await rm(folder, { recursive: true, force: true })
})

async function startWitness(name: string, logs = [formatNoteKey(log.key)]) {
  const signer = await initWitness(join(folder, name), `${name}.example`)
  await writeFile(join(folder, name, 'logs'), logs.join('\n'))
  return { ...(await restartWitness(name)), vkey: formatNoteKey(signer.key) }
}

async function restartWitness(name: string, port = 0) {
  const server = await serveWitness(await openWitnessStore(join(folder, name)), systemClock, {
    host: '127.0.0.1',
    port,
  })
  servers.push(server)
  return server
}

const post = (address: string, body: string) => fetch(`${address}/add-checkpoint`, { method: 'POST', body })

/** A log in a folder that grows; answers its signed checkpoint. */
function growingLog(seed = 0) {
  const tiles = folderTileStore(join(folder, `log-${seed}`))
  const range = new CompactRange()
  return {
    tiles,
    grow: async (count: number) => {
      const entries = encodeEntries(Array.from({ length: count }, (_, i) => Buffer.from(`${seed} ${range.size + i}`)))
      for (const file of await growTree(range, [{ firstIndex: range.size, count, entries }], tiles.read))
        await tiles.write(file.path, file.bytes)
      const note = signNote(formatCheckpoint({ origin: ORIGIN, size: range.size, root: range.root() }), [log])
      return { note, size: range.size }
    },
  }
}

function policyOf(witnesses: readonly { readonly vkey: string; readonly address: string }[], rule: string): Policy {
  const lines = witnesses.map(({ vkey, address }, i) => `witness w${i} ${vkey} ${address}`)
  const text = [
    ...lines,
    `group all-of-them ${rule} ${witnesses.map((_, i) => `w${i}`).join(' ')}`,
    'quorum all-of-them',
  ]
  const parsed = parsePolicy(text.join('\n'))
  if (!parsed.ok) throw new Error(parsed.error.reason)
  return parsed.value
}

const VECTORS = resolve(import.meta.dirname, '../../../shared/vectors/tlog/witness-add-checkpoint.json')
test.skipIf(!existsSync(VECTORS))('answers the outside vectors over HTTP, in order', async () => {
  const file = JSON.parse(readFileSync(VECTORS, 'utf8')) as {
    origin: string
    logEd25519PublicKeyHex: string
    steps: { name: string; body: string; wantCode: number; wantBodyContains: string }[]
  }
  const key = noteKey(file.origin, LOG_KEY, Buffer.from(file.logEd25519PublicKeyHex, 'hex'))
  const { address } = await startWitness('vectors', [formatNoteKey(key)])
  for (const step of file.steps) {
    const answer = await post(address, step.body)
    expect([step.name, answer.status]).toEqual([step.name, step.wantCode])
    if (step.wantCode === 409) expect(answer.headers.get('content-type')).toBe('text/x.tlog.size')
    if (step.wantCode === 409) expect(await answer.text()).toBe(step.wantBodyContains)
  }
})

test('cosigns a growing log again and again, and publishes what it signed', async () => {
  const witness = await startWitness('one')
  const policy = policyOf([witness], 'all')
  const growing = growingLog()
  const known = new Map<string, number>()
  for (const count of [1, 300, 5]) {
    const outcome = await askWitnesses(policy, log.key, await growing.grow(count), known, growing.tiles.read)
    expect(outcome).toMatchObject({ isSatisfied: true, seenBy: ['w0'], contradictedAt: undefined })
  }
  const monitored = await (await fetch(`${witness.address}/${monitoringPath(ORIGIN)}`)).text()
  const parsed = parseNote(monitored)
  expect(parsed.ok && parseCheckpoint(parsed.value.text)?.size).toBe(306)
})

test('remembers across a restart what it signed, and refuses a second history', async () => {
  const witness = await startWitness('one')
  const policy = policyOf([witness], 'all')
  const growing = growingLog()
  await askWitnesses(policy, log.key, await growing.grow(10), new Map(), growing.tiles.read)
  const port = Number(new URL(witness.address).port)
  await servers[0]?.close()
  await restartWitness('one', port)
  const fork = growingLog(1)
  const outcome = await askWitnesses(policy, log.key, await fork.grow(12), new Map(), fork.tiles.read)
  expect(outcome).toMatchObject({ isSatisfied: false, seenBy: [], contradictedAt: 10 })
  expect(await askWitnesses(policy, log.key, await growing.grow(2), new Map(), growing.tiles.read)).toMatchObject({
    isSatisfied: true,
  })
})

test('tells a log that was restored from a backup how far it had been', async () => {
  const witness = await startWitness('one')
  const policy = policyOf([witness], 'all')
  const growing = growingLog()
  const early = await growing.grow(10)
  await askWitnesses(policy, log.key, await growing.grow(30), new Map(), growing.tiles.read)
  expect(await askWitnesses(policy, log.key, early, new Map(), growing.tiles.read)).toMatchObject({
    isSatisfied: false,
    contradictedAt: 40,
  })
})

test('two of three witnesses are enough when the policy says so, whoever is down', async () => {
  const witnesses = [await startWitness('one'), await startWitness('two'), await startWitness('three')]
  await servers[1]?.close()
  const growing = growingLog()
  const checkpoint = await growing.grow(10)
  const two = await askWitnesses(policyOf(witnesses, '2'), log.key, checkpoint, new Map(), growing.tiles.read)
  expect(two).toMatchObject({ isSatisfied: true, seenBy: ['w0', 'w2'] })
  const all = await askWitnesses(
    policyOf(witnesses, 'all'),
    log.key,
    await growing.grow(1),
    new Map(),
    growing.tiles.read,
  )
  expect(all.isSatisfied).toBe(false)
})

test('signs for nobody it was not told of, takes no other method and no large body', async () => {
  const witness = await startWitness('one', [])
  const growing = growingLog()
  const { note } = await growing.grow(3)
  expect((await post(witness.address, `old 0\n\n${note}`)).status).toBe(404)
  expect((await fetch(`${witness.address}/add-checkpoint`, { method: 'PUT', body: 'x' })).status).toBe(405)
  expect((await post(witness.address, 'x'.repeat(70_000))).status).toBe(413)
  expect((await fetch(`${witness.address}/../witness-seed`)).status).toBe(404)
})

test('does not take a folder that has a key already', async () => {
  await startWitness('one')
  await expect(initWitness(join(folder, 'one'), 'other.example')).rejects.toThrow('EEXIST')
  expect((await readFile(join(folder, 'one/name'), 'utf8')).trim()).toBe('one.example')
})
