import { randomBytes } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drawOnce } from '../base/draw-once.ts'
import { StartRefused } from '../base/start-refused.ts'

const KEY_BYTES = 32

/**
 * Reads a 32-byte key from the keys folder, drawing it on first use; whether this may be a first use is looked into before
 * (src/program/installation-keys.ts). The folder is kept apart from the stores: whoever copies a database gets pseudonyms he cannot
 * test guesses against (the whole range of national IDs is small). Throws StartRefused for a file that is no key.
 */
export async function loadKey(folder: string, name: string): Promise<Buffer> {
  const path = join(folder, name)
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere) await drawOnce(path, () => randomBytes(KEY_BYTES))
  const key = await readFile(path)
  if (key.length === KEY_BYTES) return key
  throw new StartRefused(
    `金鑰檔 ${path} 應為 ${KEY_BYTES} 位元組，現為 ${key.length}；請由備份還原。\n` +
      `Key file ${path} holds ${key.length} bytes instead of ${KEY_BYTES}; restore it from the backup.`,
  )
}
