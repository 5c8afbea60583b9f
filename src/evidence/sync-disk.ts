import { access, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Analytics } from '../analytics/analytics.ts'

/**
 * What is told to have been taken in must outlast the power going away: bytes written stand in memory until they are synced,
 * and a new file is found again only when its folder is, too.
 */

/** Bytes and, for a folder, the names in it. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A new file and its name. */
export async function syncFile(path: string): Promise<void> {
  await syncPath(path)
  await syncPath(dirname(path))
}

/**
 * The parts of a table as they lie in the embedded engine's folder; returns how many. A server of one's own lies elsewhere
 * and syncs by its own settings (docs/operations.md).
 */
export async function syncParts(analytics: Analytics, table: string): Promise<number> {
  const parts = await partsOf(analytics, table)
  for (const part of parts) {
    await syncAll([...(await readdir(part)).map((name) => join(part, name)), part])
  }
  await syncAll(parts.map((part) => dirname(part)))
  return parts.length
}

/** The names of a table's parts, where their bytes were synced before they moved there. */
export async function syncPartNames(analytics: Analytics, table: string): Promise<void> {
  const parts = await partsOf(analytics, table)
  await syncAll([...parts, ...parts.map((part) => dirname(part))])
}

/** Open at a time: a process may not open more than a thousand. */
const MAX_TOGETHER = 64

// Together, the disk has to be waited for once and not for every file.
async function syncAll(paths: readonly string[]): Promise<void> {
  const each = [...new Set(paths)]
  for (let at = 0; at < each.length; at += MAX_TOGETHER)
    await Promise.all(each.slice(at, at + MAX_TOGETHER).map(syncPath))
}

async function partsOf(analytics: Analytics, table: string): Promise<readonly string[]> {
  const rows = await analytics.rows<{ path: string }>(
    'SELECT path FROM system.parts WHERE database = currentDatabase() AND table = {table:String} AND active AND rows > 0',
    { params: { table } },
  )
  const here: string[] = []
  // A merge may have put another part in its place meanwhile: it was made from parts that are synced, which the engine keeps.
  for (const { path } of rows) if (await isThere(path)) here.push(path.replace(/\/$/, ''))
  return here
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
