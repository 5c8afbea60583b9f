import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'

/** Longest an uploaded file waits for its mapping. */
const MAX_WAIT_MS = 3_600_000
/** Files one account may have waiting; of more the oldest goes. */
export const MAX_WAITING = 20
const MAX_WAITING_SHARE = 2
const MAX_RECEIVING = 4

/**
 * Files sent for import, as they were sent: identifiers of citizens in clear. So none stays: it goes when it is refused,
 * when its import ends, after an hour, when its sender sends more than fits, and when the program stops or starts.
 */
export interface Uploads {
  /** Takes a file in. `busy`: this account sends too many at once. Throws when the sending breaks off; nothing stays then. */
  receive(
    account: string,
    body: Readable,
  ): Promise<Result<{ readonly uploadId: string; readonly path: string }, { readonly code: 'busy' }>>
  /** Hands a waiting file over, once and only to who sent it: from now on it is its taker's to remove. */
  take(account: string, uploadId: string): string | undefined
  discard(uploadId: string): Promise<void>
  /** Removes all that wait. */
  clear(): Promise<void>
}

interface Waiting {
  readonly account: string
  readonly bytes: number
  readonly sinceMs: number
}

/** Opens the folder, empty: what an earlier run left there is nobody's any more. `maxBytes` is that of one file. */
export async function openUploads(parts: {
  readonly folder: string
  readonly maxBytes: number
  readonly clock: Clock
}): Promise<Uploads> {
  const { folder, maxBytes, clock } = parts
  await rm(folder, { recursive: true, force: true })
  // INVARIANT: in the order of their coming.
  const waiting = new Map<string, Waiting>()
  const receiving = new Map<string, number>()
  const pathOf = (uploadId: string): string => join(folder, uploadId)

  const discard = async (uploadId: string): Promise<void> => {
    waiting.delete(uploadId)
    await rm(pathOf(uploadId), { force: true })
  }

  const count = (account: string, by: number): number => {
    const now = (receiving.get(account) ?? 0) + by
    if (now === 0) receiving.delete(account)
    else receiving.set(account, now)
    return now
  }

  /** Removes what waited too long, and of this account the oldest beyond what it may have. */
  const sweep = async (account: string): Promise<void> => {
    const nowMs = clock.now().getTime()
    for (const [uploadId, { sinceMs }] of waiting) if (nowMs - sinceMs > MAX_WAIT_MS) await discard(uploadId)
    const own = [...waiting].filter(([, each]) => each.account === account).reverse()
    let bytes = 0
    for (const [i, [uploadId, each]] of own.entries()) {
      bytes += each.bytes
      if (i >= MAX_WAITING || bytes > maxBytes * MAX_WAITING_SHARE) await discard(uploadId)
    }
  }

  const write = async (account: string, body: Readable): Promise<{ uploadId: string; path: string }> => {
    const uploadId = randomUUID()
    const path = pathOf(uploadId)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
      waiting.set(uploadId, { account, bytes: (await stat(path)).size, sinceMs: clock.now().getTime() })
    } catch (error) {
      await discard(uploadId)
      throw error
    }
    await sweep(account)
    return { uploadId, path }
  }

  return {
    receive: async (account, body) => {
      if (count(account, 1) > MAX_RECEIVING) {
        count(account, -1)
        body.resume()
        return fail({ code: 'busy' })
      }
      return write(account, body)
        .then(ok)
        .finally(() => count(account, -1))
    },
    take: (account, uploadId) => {
      if (waiting.get(uploadId)?.account !== account) return undefined
      waiting.delete(uploadId)
      return pathOf(uploadId)
    },
    discard,
    clear: async () => {
      for (const uploadId of waiting.keys()) await discard(uploadId)
    },
  }
}
