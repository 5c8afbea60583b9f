import { link, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Puts these bytes in a file that is not there yet, readable by its owner only, and leaves one that is there alone. The
 * file is whole and on the disk before it has its name: a power cut leaves none, never half of one.
 */
export async function drawOnce(path: string, draw: () => Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const making = `${path}.${process.pid}.making`
  const file = await open(making, 'w', 0o600)
  try {
    await file.writeFile(draw())
    await file.sync()
  } finally {
    await file.close()
  }
  await link(making, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(making, { force: true })
  await syncFolder(dirname(path))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}
