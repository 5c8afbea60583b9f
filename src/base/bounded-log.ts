import { appendFileSync, renameSync, statSync } from 'node:fs'

const MAX_BYTES = 2 * 1024 * 1024

/**
 * Appends to a text file that never grows beyond 2 MiB: what is full becomes `….1`, the one before goes. Nothing is thrown
 * when it cannot be written (a full disk): whoever logs has other work to finish.
 */
export function appendBounded(path: string, text: string): void {
  try {
    if (sizeOf(path) + text.length > MAX_BYTES) renameSync(path, `${path}.1`)
    appendFileSync(path, text.slice(-MAX_BYTES), { mode: 0o600 })
  } catch {
    // The log is for people; the work it tells of does not wait for it.
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
