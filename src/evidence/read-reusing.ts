import { open } from 'node:fs/promises'

/**
 * A file's bytes in pieces of `size`, each valid until the next is asked for: one buffer serves for all. With a new one
 * for every piece the collector runs for every few of them.
 */
export async function* readReusing(path: string, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(size)
  const file = await open(path, 'r')
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, size)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
