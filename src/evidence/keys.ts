import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'

const KEY_BYTES = 32

/**
 * Reads a 32-byte key from the keys folder, making it on first use. The folder is kept apart from the stores: whoever
 * copies a database gets pseudonyms he cannot test guesses against (the whole range of national IDs is small).
 */
export async function loadKey(folder: string, name: string): Promise<Buffer> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (file) {
    await file.writeFile(randomBytes(KEY_BYTES))
    // A key that is lost after data was pseudonymised with it can never be made again.
    await file.sync()
    await file.close()
  }
  const key = await readFile(path)
  assert(key.length === KEY_BYTES, `key file ${name} holds 32 bytes`)
  return key
}
