import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drawOnce } from '../base/draw-once.ts'
import { StartRefused } from '../base/start-refused.ts'
import { parseCheckpoint } from './tlog/checkpoint.ts'
import { parseNote, signaturesOf } from './tlog/note.ts'
import { drawSeed, LOG_KEY, type NoteKey, type NoteSigner, noteSigner } from './tlog/note-key.ts'

const SEED_BYTES = 32

/**
 * Reads the log's signing key from the keys folder, drawing it on first use. Lost, it cannot be made again,
 * and this log cannot go on (docs/ledger.md, "Keys"). Throws StartRefused for a file that is no key.
 */
export async function loadLogSigner(folder: string, origin: string): Promise<NoteSigner> {
  const path = join(folder, 'log-seed')
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere) await drawOnce(path, drawSeed)
  const seed = await readFile(path)
  if (seed.length === SEED_BYTES) return noteSigner(origin, LOG_KEY, seed)
  throw new StartRefused(
    `帳冊簽章金鑰 ${path} 應為 ${SEED_BYTES} 位元組，現為 ${seed.length}；請由備份還原。\n` +
      `The ledger's signing key ${path} holds ${seed.length} bytes instead of ${SEED_BYTES}; restore it from the backup.`,
  )
}

/**
 * What a stored checkpoint that this key does not open says of the cause. `other-name`: the log had another name, so the
 * setting was changed. `other-key`: the same name, another key: the seed was lost or changed. Else it cannot be read at all.
 */
export function causeUnopened(note: string, key: NoteKey): 'other-name' | 'other-key' | 'unreadable-checkpoint' {
  const parsed = parseNote(note)
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : undefined
  if (!parsed.ok || !checkpoint) return 'unreadable-checkpoint'
  if (checkpoint.origin !== key.name) return 'other-name'
  return signaturesOf(parsed.value, key).length === 0 ? 'other-key' : 'unreadable-checkpoint'
}
