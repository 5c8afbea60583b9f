import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startEmbeddedPostgres } from '../../src/database/start-embedded.ts'
import { entryBounds } from '../../src/ledger/entries.ts'
import { createLedger, verifyLog } from '../../src/ledger/port.ts'
import { readIfThere } from '../../src/ledger/tile-store.ts'
import { parseNoteKey } from '../../src/ledger/tlog/note-key.ts'
import { entriesPath } from '../../src/ledger/tlog/tile.ts'

const KILLS = 50
const PROGRAM = join(import.meta.dirname, 'appending-process.ts')
const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** Runs the process until it has acknowledged so many events, kills it without warning, answers what it acknowledged. */
async function appendAndKill(folder: string, events: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['ignore', 'pipe', 'ignore'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line)
    if (acknowledged.length === events) child.kill('SIGKILL')
  }
  await gone
  // A line cut by the kill was never read whole by anybody.
  return acknowledged.filter((line) => /^\d+ [0-9a-f-]{36}$/.test(line))
}

test('fifty times killed without warning under load, no acknowledged event is missing and the log is one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-kill-'))
  folders.push(folder)
  const acknowledged: string[] = []
  for (let i = 0; i < KILLS; i++) acknowledged.push(...(await appendAndKill(folder, 1 + ((i * 37) % 400))))
  expect(acknowledged.length).toBeGreaterThan(KILLS * 100)
  expect(new Set(acknowledged.map((line) => line.split(' ')[0])).size).toBe(acknowledged.length)
  const server = await startEmbeddedPostgres(join(folder, 'postgres'))
  const database = await openDatabase({ url: server.url, unscoped: 'installation' })
  const paths = {
    folder: join(folder, 'public'),
    keysFolder: join(folder, 'keys'),
    origin: 'kill.example/events',
    writer: 'test',
  }
  const ledger = await createLedger({ ...paths, database, clock: systemClock, log: () => undefined })
  await ledger.integrated(Math.max(...acknowledged.map((line) => Number(line.split(' ')[0]))))
  const status = await ledger.status()
  const key = parseNoteKey(status.vkey)
  if (!key) throw new Error('no key')
  const read = (path: string) => readIfThere(join(folder, 'public', path))
  expect((await verifyLog(read, key)).breaks).toEqual([])
  const rows = await database.query<{ event_id: string; leaf: Buffer }>('SELECT event_id, leaf FROM event')
  const leafOf = new Map(rows.map((row) => [row.event_id, row.leaf]))
  const missing: string[] = []
  for (const line of acknowledged) {
    const [index = '', eventId = ''] = line.split(' ')
    const entry = await entryAt(read, Number(index), status.size)
    if (!leafOf.get(eventId)?.equals(entry)) missing.push(line)
  }
  expect(missing).toEqual([])
  await ledger.stop()
  await database.close()
  await server.stop()
})

const bundles = new Map<number, Buffer>()
async function entryAt(
  read: (path: string) => Promise<Buffer | undefined>,
  index: number,
  size: number,
): Promise<Buffer> {
  const number = Math.floor(index / 256)
  const width = Math.min(256, size - number * 256)
  const bundle = bundles.get(number) ?? (await read(entriesPath(number, width))) ?? Buffer.alloc(0)
  bundles.set(number, bundle)
  const bounds = entryBounds(bundle, width)
  const at = 2 * (index - number * 256)
  return bundle.subarray(bounds?.[at], bounds?.[at + 1])
}
