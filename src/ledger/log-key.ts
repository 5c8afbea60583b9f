import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drawSeed, LOG_KEY, type NoteSigner, noteSigner } from './tlog/note-key.ts'

/**
 * Reads the log's signing key from the keys folder, drawing it on first use. Lost, it cannot be made again: the log then
 * goes on under a new origin, and says so.
 */
export async function loadLogSigner(folder: string, origin: string): Promise<NoteSigner> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'log-seed')
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (file) {
    await file.writeFile(drawSeed())
    await file.sync()
    await file.close()
  }
  return noteSigner(origin, LOG_KEY, await readFile(path))
}
