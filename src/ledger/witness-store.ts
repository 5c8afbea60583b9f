import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StartRefused } from '../base/start-refused.ts'
import { syncFolder, writeDurably } from './durable-file.ts'
import { readIfThere } from './tile-store.ts'
import { parseCheckpoint } from './tlog/checkpoint.ts'
import { sha256 } from './tlog/hash.ts'
import { parseNote, signNote } from './tlog/note.ts'
import {
  COSIGNER_KEY,
  drawSeed,
  formatNoteKey,
  LOG_KEY,
  type NoteKey,
  type NoteSigner,
  noteSigner,
  parseNoteKey,
} from './tlog/note-key.ts'
import { monitoringPath, type WitnessedLog } from './tlog/witness.ts'

const MAX_LOGS = 1_000
const MAX_KEPT_REFUSALS = 100
const PUBLIC = 0o644

/** A log as this witness knows it. */
export interface KnownLog extends WitnessedLog {
  /** whether its operator has said that the next checkpoint may be taken on trust, there being none yet */
  readonly isFirstUseTold: boolean
}

/** What a witness keeps: its key, the logs it watches, and the last checkpoint of each that it signed. */
export interface WitnessStore {
  readonly signer: NoteSigner
  logOf(origin: string): Promise<KnownLog | undefined>
  /** The last cosigned checkpoint; undefined: none, or no such log. */
  lastNote(path: string): Promise<string | undefined>
  /** Durable before it returns: a witness that forgets what it signed can be led to sign a fork. */
  keep(origin: string, note: string): Promise<void>
  /** Keeps a checkpoint the log has signed and this witness refused: what proves a second history. The first hundred. */
  keepRefused(origin: string, note: string): Promise<void>
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
  await writeDurably(join(folder, 'name'), `${name}\n`, PUBLIC)
  await writeDurably(join(folder, 'logs'), '# one vkey a line: the logs this witness signs for\n', PUBLIC)
  return signer
}

/** `not-a-key`: no vkey of a log. `has-state`: it has signed for this log already; only `anew` forgets that. */
export type TrustFailure = 'not-a-key' | 'has-state'

/**
 * Lets the witness take the next checkpoint of this log on trust, once. `anew`: although it has signed for it before; what
 * it knew is moved aside. Both are written into its journal: whoever asks later why it signed finds who said so when.
 */
export async function trustLog(
  folder: string,
  vkey: string,
  options: { readonly anew: boolean; readonly now: Date },
): Promise<TrustFailure | undefined> {
  const key = parseNoteKey(vkey)
  if (key?.type !== LOG_KEY) return 'not-a-key'
  const state = join(folder, 'state', monitoringPath(key.name))
  const had = await readIfThere(state)
  if (had && !options.anew) return 'has-state'
  await noteInJournal(folder, options.now, had ? 'forget' : 'trust', { origin: key.name, vkey, had: had?.toString() })
  const logs = await readFile(join(folder, 'logs'), 'utf8')
  const others = logs.split('\n').filter((line) => parseNoteKey(lineOf(line))?.name !== key.name)
  await writeDurably(join(folder, 'logs'), `${[...others.filter(Boolean), vkey].join('\n')}\n`, PUBLIC)
  await writeDurably(`${dirname(state)}/first-use`, `${options.now.toISOString()}\n`)
  if (had) await rename(state, `${state}.before-${options.now.getTime()}`)
  await syncFolder(dirname(state))
  return undefined
}

/**
 * Draws a new key under the same name, keeping what the witness knows of its logs. Answers a statement of both keys, signed
 * with the old one: whoever trusted that may trust the new one. The old seed stays beside it, named after its key.
 */
export async function rotateWitnessKey(
  folder: string,
  now: Date,
): Promise<{ readonly vkey: string; readonly note: string }> {
  const name = (await readFile(join(folder, 'name'), 'utf8')).trim()
  const path = join(folder, 'witness-seed')
  const seed = await readFile(path)
  const old = noteSigner(name, COSIGNER_KEY, seed)
  const next = drawSeed()
  const { key } = noteSigner(name, COSIGNER_KEY, next)
  const text = `shoumi/witness-key/v1\n${now.toISOString()}\nold ${formatNoteKey(old.key)}\nnew ${formatNoteKey(key)}\n`
  const note = signNote(text, [old])
  await writeSeed(`${path}.${old.key.id}`, seed)
  await writeDurably(join(folder, `key-${key.id}.note`), note, PUBLIC)
  await noteInJournal(folder, now, 'new-key', { old: formatNoteKey(old.key), new: formatNoteKey(key) })
  await writeSeed(`${path}.next`, next)
  await rename(`${path}.next`, path)
  await syncFolder(folder)
  return { vkey: formatNoteKey(key), note }
}

async function writeSeed(path: string, seed: Buffer): Promise<void> {
  // What an attempt that was cut short left is written over: the seed in force is never touched.
  const file = await open(path, 'w', 0o600)
  await file.writeFile(seed)
  await file.sync()
  await file.close()
}

async function noteInJournal(folder: string, now: Date, act: string, detail: object): Promise<void> {
  const file = await open(join(folder, 'journal'), 'a', 0o600)
  await file.appendFile(`${JSON.stringify({ at: now.toISOString(), act, ...detail })}\n`)
  await file.sync()
  await file.close()
}

/** Opens a witness's folder. Throws with the name of the file that is missing or wrong. */
export async function openWitnessStore(folder: string): Promise<WitnessStore> {
  const name = (await readFile(join(folder, 'name'), 'utf8')).trim()
  const signer = noteSigner(name, COSIGNER_KEY, await readFile(join(folder, 'witness-seed')))
  const logs = parseLogs(await readFile(join(folder, 'logs'), 'utf8'))
  const path = (origin: string) => join(folder, 'state', monitoringPath(origin))
  const firstUse = (origin: string) => join(dirname(path(origin)), 'first-use')
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
      const isFirstUseTold = last === undefined && (await readIfThere(firstUse(origin))) !== undefined
      return { key, last, isFirstUseTold }
    },
    lastNote: async (asked) =>
      /^[0-9a-f]{64}\/checkpoint$/.test(asked)
        ? (await readIfThere(join(folder, 'state', asked)))?.toString()
        : undefined,
    keep: async (origin, note) => {
      const isFirst = (await readIfThere(firstUse(origin))) !== undefined
      if (isFirst) await noteInJournal(folder, new Date(), 'first-use', { origin, note })
      await writeDurably(path(origin), note, PUBLIC)
      // Told once, used once: state that is lost later must not be taken for a log nobody has seen yet.
      if (isFirst) await rm(firstUse(origin), { force: true })
    },
    keepRefused: (origin, note) => keepRefused(join(folder, 'refused'), origin, note),
  }
}

async function keepRefused(folder: string, origin: string, note: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const name = `${monitoringPath(origin).slice(0, 16)}-${sha256(Buffer.from(note)).toString('hex').slice(0, 16)}.note`
  const kept = await readdir(folder)
  if (kept.includes(name) || kept.length >= MAX_KEPT_REFUSALS) return
  await writeDurably(join(folder, name), note, PUBLIC)
}

const lineOf = (line: string): string => line.replace(/#.*$/, '').trim()

function parseLogs(text: string): Map<string, NoteKey> {
  const lines = text.split('\n').map(lineOf).filter(Boolean)
  if (lines.length > MAX_LOGS) throw new StartRefused(`logs：超過 ${MAX_LOGS} 行。 More than ${MAX_LOGS} lines.`)
  return new Map(
    lines.map((line) => {
      const key = parseNoteKey(line)
      if (!key) throw new StartRefused('logs：有一行不是公鑰（NAME+ID+BASE64）。 A line is not a vkey.')
      return [key.name, key]
    }),
  )
}
