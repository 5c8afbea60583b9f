import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const MAX_FILE_BYTES = 32 * 1024 * 1024
const PATIENCE_MS = 60_000

/** The copy of a log could not be read at all: nothing is said about whether it is whole. */
export class LogUnreachable extends Error {}

/** Reads the files of a published log, from a folder or from an http(s) address. Throws LogUnreachable. */
export const logReader = (source: string) => (/^https?:\/\//.test(source) ? urlReader(source) : folderReader(source))

const folderReader = (folder: string) => async (path: string) =>
  readFile(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
    // A folder that is not there is no log that lacks a file.
    if ((error.code === 'ENOENT' || error.code === 'ENOTDIR') && existsSync(folder)) return undefined
    throw new LogUnreachable(`${error.code}`)
  })

function urlReader(prefix: string) {
  return async (path: string): Promise<Buffer | undefined> => {
    const address = `${prefix.replace(/\/$/, '')}/${path}`
    try {
      const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) })
      return response.ok ? await boundedBody(response) : undefined
    } catch (error) {
      throw new LogUnreachable(error instanceof Error ? error.message : String(error))
    }
  }
}

// An answer without end is none: the files of a log are far shorter.
async function boundedBody({ body }: Response): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    length += part.length
    if (length > MAX_FILE_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
