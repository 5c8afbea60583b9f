import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Clock, fixedClock, systemClock } from '../base/clock.ts'
import { encodeEntries } from './entries.ts'
import { growTree } from './grow-tree.ts'
import { rootAt } from './prove.ts'
import { folderTileStore } from './tile-store.ts'
import { formatCheckpoint, parseCheckpoint } from './tlog/checkpoint.ts'
import { parseNote, signNote } from './tlog/note.ts'
import { formatNoteKey, LOG_KEY, noteKey, noteSigner, parseNoteKey } from './tlog/note-key.ts'
import { type Policy, parsePolicy } from './tlog/policy.ts'
import { CompactRange } from './tlog/tree.ts'
import { monitoringPath } from './tlog/witness.ts'
import { serveWitness, type WitnessServer } from './witness-server.ts'
import { initWitness, openWitnessStore, rotateWitnessKey, trustLog } from './witness-store.ts'
import { type Contradiction, Witnesses } from './witnesses.ts'

const ORIGIN = 'log.example/events'
const log = noteSigner(ORIGIN, LOG_KEY, Buffer.alloc(32, 5))
let folder: string
let servers: WitnessServer[]
let said: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-witness-'))
  servers = []
  said = []
})
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()))
  await rm(folder, { recursive: true, force: true })
})

async function startWitness(name: string, logs = [formatNoteKey(log.key)]) {
  const signer = await initWitness(join(folder, name), `${name}.example`)
  for (const each of logs) await trustLog(join(folder, name), each, { anew: false, now: systemClock.now() })
  return { ...(await restartWitness(name)), vkey: formatNoteKey(signer.key) }
}

async function restartWitness(name: string, port = 0, clock: Clock = systemClock) {
  const store = await openWitnessStore(join(folder, name))
  const server = await serveWitness(store, clock, { host: '127.0.0.1', port }, (line) => said.push(line))
  servers.push(server)
  return server
}

const portOf = ({ address }: { readonly address: string }) => Number(new URL(address).port)

const post = (address: string, body: string) => fetch(`${address}/add-checkpoint`, { method: 'POST', body })

/** A log in a folder that grows; answers its signed checkpoint. */
function growingLog(seed = 0) {
  const tiles = folderTileStore(join(folder, `log-${seed}`))
  const range = new CompactRange()
  return {
    tiles,
    continues: async ({ size, root }: { readonly size: number; readonly root: Buffer }) =>
      size <= range.size && (await rootAt(tiles.read, size, range.size)).equals(root),
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

type Growing = ReturnType<typeof growingLog>

/** A log's side of the talk, which begins knowing nothing of its witnesses, as after a restart. */
function sideOf(policy: Policy, { tiles, continues }: Growing) {
  const found: Contradiction[] = []
  const witnesses = new Witnesses({
    ...{ policy, log: log.key, readTile: tiles.read, clock: systemClock, continues, patienceMs: 600_000 },
    tell: (line) => said.push(line),
    onContradicted: async (each) => void found.push(each),
    onLate: () => undefined,
  })
  return { witnesses, found, ask: (checkpoint: { note: string; size: number }) => witnesses.ask(checkpoint) }
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
  const side = sideOf(policy, growing)
  for (const count of [1, 300, 5]) {
    expect(await side.ask(await growing.grow(count))).toMatchObject({ isSatisfied: true, seenBy: ['w0'] })
  }
  expect(side.found).toEqual([])
  const monitored = await (await fetch(`${witness.address}/${monitoringPath(ORIGIN)}`)).text()
  const parsed = parseNote(monitored)
  expect(parsed.ok && parseCheckpoint(parsed.value.text)?.size).toBe(306)
})

test('remembers across a restart what it signed, refuses a second history, says so and keeps it', async () => {
  const witness = await startWitness('one')
  const policy = policyOf([witness], 'all')
  const growing = growingLog()
  await sideOf(policy, growing).ask(await growing.grow(10))
  await servers[0]?.close()
  await restartWitness('one', portOf(witness))
  const fork = growingLog(1)
  const side = sideOf(policy, fork)
  const forked = await fork.grow(12)
  expect(await side.ask(forked)).toMatchObject({ isSatisfied: false, seenBy: [] })
  expect(side.found).toMatchObject([{ witness: 'w0', shown: { size: 10 } }])
  expect(side.witnesses.standing()).toMatchObject([{ name: 'w0', state: 'contradicts' }])
  expect(said.join('\n')).toContain(`refused 422 ${ORIGIN}`)
  const [kept = ''] = await readdir(join(folder, 'one/refused'))
  expect(await readFile(join(folder, 'one/refused', kept), 'utf8')).toBe(forked.note)
  expect(await sideOf(policy, growing).ask(await growing.grow(2))).toMatchObject({ isSatisfied: true })
})

test('tells a log that was restored from a backup how far it had been', async () => {
  const witness = await startWitness('one')
  const policy = policyOf([witness], 'all')
  const newest = growingLog()
  await newest.grow(10)
  await sideOf(policy, newest).ask(await newest.grow(30))
  const older = growingLog(2)
  const side = sideOf(policy, older)
  expect(await side.ask(await older.grow(10))).toMatchObject({ isSatisfied: false })
  expect(side.found).toMatchObject([{ shown: { size: 40 } }])
  expect(said.join('\n')).toContain(`refused 409 ${ORIGIN}`)
})

test('two of three witnesses are enough when the policy says so, whoever is down', async () => {
  const witnesses = [await startWitness('one'), await startWitness('two'), await startWitness('three')]
  await servers[1]?.close()
  const growing = growingLog()
  const two = await sideOf(policyOf(witnesses, '2'), growing).ask(await growing.grow(10))
  expect(two).toMatchObject({ isSatisfied: true, seenBy: ['w0', 'w2'] })
  const all = sideOf(policyOf(witnesses, 'all'), growing)
  expect((await all.ask(await growing.grow(1))).isSatisfied).toBe(false)
  expect(all.witnesses.standing()).toMatchObject([{ state: 'fine' }, { state: 'silent' }, { state: 'fine' }])
})

test('a witness that lost its state signs nothing of a log it knew, unless its operator says so; both are noted', async () => {
  const witness = await startWitness('one')
  const policy = policyOf([witness], 'all')
  const growing = growingLog()
  await sideOf(policy, growing).ask(await growing.grow(10))
  await servers[0]?.close()
  await rm(join(folder, 'one/state'), { recursive: true })
  await restartWitness('one', portOf(witness))
  const fork = growingLog(1)
  for (const each of [growing, fork]) {
    const side = sideOf(policy, each)
    expect(await side.ask(await each.grow(5))).toMatchObject({ isSatisfied: false })
    expect(side.witnesses.standing()).toMatchObject([{ state: 'refuses', why: 'unknown-log' }])
  }
  expect(said.join('\n')).toContain(`refused 403 ${ORIGIN}`)
  const vkey = formatNoteKey(log.key)
  expect(await trustLog(join(folder, 'one'), vkey, { anew: false, now: systemClock.now() })).toBeUndefined()
  expect(await sideOf(policy, growing).ask(await growing.grow(1))).toMatchObject({ isSatisfied: true })
  const acts = (await readFile(join(folder, 'one/journal'), 'utf8')).trim().split('\n')
  expect(acts.map((line) => (JSON.parse(line) as { act: string }).act)).toEqual([
    'trust',
    'first-use',
    'trust',
    'first-use',
  ])
})

test('trust is given once: state that is lost after the first signature is not taken for a new log', async () => {
  const witness = await startWitness('one')
  const growing = growingLog()
  await sideOf(policyOf([witness], 'all'), growing).ask(await growing.grow(3))
  await rm(join(folder, 'one/state', monitoringPath(ORIGIN)))
  const side = sideOf(policyOf([witness], 'all'), growing)
  expect((await side.ask(await growing.grow(3))).isSatisfied).toBe(false)
})

test('a witness forgets what it has signed only when told so in so many words, and keeps it aside', async () => {
  const witness = await startWitness('one')
  const growing = growingLog()
  await sideOf(policyOf([witness], 'all'), growing).ask(await growing.grow(10))
  const told = { anew: false, now: systemClock.now() }
  expect(await trustLog(join(folder, 'one'), formatNoteKey(log.key), told)).toBe('has-state')
  expect(await trustLog(join(folder, 'one'), witness.vkey, told)).toBe('not-a-key')
  expect(await trustLog(join(folder, 'one'), formatNoteKey(log.key), { ...told, anew: true })).toBeUndefined()
  const fork = growingLog(1)
  expect(await sideOf(policyOf([witness], 'all'), fork).ask(await fork.grow(4))).toMatchObject({ isSatisfied: true })
  const state = await readdir(join(folder, 'one/state', monitoringPath(ORIGIN).split('/')[0] ?? ''))
  expect(state.some((name) => name.startsWith('checkpoint.before-'))).toBe(true)
})

test('a witness with a new key goes on from what it knew, and the old key vouches for the new one', async () => {
  const witness = await startWitness('one')
  const growing = growingLog()
  await sideOf(policyOf([witness], 'all'), growing).ask(await growing.grow(10))
  await servers[0]?.close()
  const { vkey, note } = await rotateWitnessKey(join(folder, 'one'), systemClock.now())
  const address = (await restartWitness('one', portOf(witness))).address
  expect(await sideOf(policyOf([{ vkey, address }], 'all'), growing).ask(await growing.grow(1))).toMatchObject({
    isSatisfied: true,
  })
  const fork = growingLog(1)
  const side = sideOf(policyOf([{ vkey, address }], 'all'), fork)
  await side.ask(await fork.grow(20))
  expect(side.found).toHaveLength(1)
  const opened = parseNote(note)
  const old = parseNoteKey(witness.vkey)
  if (!opened.ok || !old) throw new Error('the handover is a note')
  expect(old.isSignedBy(Buffer.from(opened.value.text), opened.value.signatures[0]?.bytes ?? Buffer.alloc(0))).toBe(
    true,
  )
  expect(opened.value.text).toContain(`new ${vkey}\n`)
})

test('what a witness refuses is said at once and then once a minute, and no name that somebody sent is repeated', async () => {
  const clock = fixedClock(new Date('2026-11-28T00:00:00Z'))
  await initWitness(join(folder, 'quiet'), 'quiet.example')
  const { address } = await restartWitness('quiet', 0, clock)
  const { note } = await growingLog().grow(3)
  for (let i = 0; i < 50; i++) await post(address, `old 0\n\n${note}`)
  expect(said).toHaveLength(1)
  expect(said[0]).not.toContain(ORIGIN)
  clock.advanceMs(60_000)
  await post(address, `old 0\n\n${note}`)
  expect(said[1]).toContain('49')
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
