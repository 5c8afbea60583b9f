import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readIfThere } from './tile-store.ts'
import { parseCheckpoint } from './tlog/checkpoint.ts'
import { parseNote } from './tlog/note.ts'
import { COSIGNER_KEY, drawSeed, type NoteKey, type NoteSigner, noteSigner, parseNoteKey } from './tlog/note-key.ts'
import { monitoringPath, type WitnessedLog } from './tlog/witness.ts'

const MAX_LOGS = 1_000

/** What a witness keeps: its key, the logs it watches, and the last checkpoint of each that it signed. */
export interface WitnessStore {
  readonly signer: NoteSigner
  logOf(origin: string): Promise<WitnessedLog | undefined>
  /** The last cosigned checkpoint; undefined: none, or no such log. */
  lastNote(path: string): Promise<string | undefined>
  /** Durable before it returns: a witness that forgets what it signed can be led to sign a fork. */
  keep(origin: string, note: string): Promise<void>
}

/** Makes a witness's folder: a key of its own and an empty list of logs. Refuses a folder that has a key. */
export async function initWitness(folder: string, name: string): Promise<NoteSigner> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const seed = drawSeed()
  const signer = noteSigner(name, COSIGNER_KEY, seed)
  const key = await open(join(folder, 'witness-seed'), 'wx', 0o600)
  await key.writeFile(seed)
  await key.sync()
  await key.close()
  await writeDurably(join(folder, 'name'), `${name}\n`)
  await writeDurably(join(folder, 'logs'), '# one vkey a line: the logs this witness signs for\n')
  return signer
}

/** Opens a witness's folder. Throws with the name of the file that is missing or wrong. */
export async function openWitnessStore(folder: string): Promise<WitnessStore> {
  const name = (await readFile(join(folder, 'name'), 'utf8')).trim()
  const signer = noteSigner(name, COSIGNER_KEY, await readFile(join(folder, 'witness-seed')))
  const logs = parseLogs(await readFile(join(folder, 'logs'), 'utf8'))
  const path = (origin: string) => join(folder, 'state', monitoringPath(origin))
  return {
    signer,
    logOf: async (origin) => {
      const key = logs.get(origin)
      if (!key) return undefined
      const note = (await readIfThere(path(origin)))?.toString()
      const parsed = note === undefined ? undefined : parseNote(note)
      const last = parsed?.ok ? parseCheckpoint(parsed.value.text) : undefined
      // A state that cannot be read must not become "never seen": that would allow a second history.
      if (note !== undefined && !last) throw new Error(`unreadable state of ${origin}`)
      return { key, last }
    },
    lastNote: async (asked) =>
      /^[0-9a-f]{64}\/checkpoint$/.test(asked)
        ? (await readIfThere(join(folder, 'state', asked)))?.toString()
        : undefined,
    keep: (origin, note) => writeDurably(path(origin), note),
  }
}

function parseLogs(text: string): Map<string, NoteKey> {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter(Boolean)
  if (lines.length > MAX_LOGS) throw new Error(`logs: more than ${MAX_LOGS} lines`)
  return new Map(
    lines.map((line) => {
      const key = parseNoteKey(line)
      if (!key) throw new Error('logs: a line is not a vkey')
      return [key.name, key]
    }),
  )
}

async function writeDurably(path: string, text: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const file = await open(`${path}.new`, 'w', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  const handle = await open(folder)
  await handle.sync()
  await handle.close()
}
