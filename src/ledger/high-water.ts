import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readIfThere } from './tile-store.ts'
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './tlog/checkpoint.ts'

/**
 * The largest checkpoint ever signed, kept beside the signing key and not in the database: a database restored from an
 * old backup, even together with the public files, still finds here that the log had gone further.
 */
export interface HighWater {
  read(): Promise<Checkpoint | undefined>
  /** Durable before it returns. */
  raise(checkpoint: Checkpoint): Promise<void>
}

export function fileHighWater(path: string): HighWater {
  return {
    read: async () => {
      const bytes = await readIfThere(path)
      return bytes && parseCheckpoint(bytes.toString())
    },
    raise: async (checkpoint) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const file = await open(`${path}.new`, 'w', 0o600)
      try {
        await file.writeFile(formatCheckpoint(checkpoint))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}.new`, path)
    },
  }
}
