import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The public face of the log: immutable files and one checkpoint. Any static file server can serve the folder. */
export interface TileStore {
  /** undefined: there is no such file */
  read(path: string): Promise<Buffer | undefined>
  /** Writes once. The same bytes again are fine; other bytes under a published name throw. */
  write(path: string, bytes: Buffer): Promise<void>
  /** Writes again what was found damaged; only recovery may, after it has re-derived the bytes. */
  repair(path: string, bytes: Buffer): Promise<void>
  /** Drops the partial tiles of a tile that is full now. */
  dropPartials(path: string): Promise<void>
  /** Replaces the checkpoint, durably: this is the moment at which the world may know. */
  publish(note: string): Promise<void>
}

/** Thrown when a published file would have to change: a fork, or somebody else writes here. */
export class ImmutableFileDiffers extends Error {
  constructor(path: string) {
    super(`published file ${path} holds other bytes than the log derives`)
  }
}

/** A folder as tile store. Tiles are derivable and written without fsync; the checkpoint is synced, file and folder. */
export function folderTileStore(folder: string): TileStore {
  const at = (path: string): string => join(folder, path)
  return {
    read: (path) => readIfThere(at(path)),
    write: async (path, bytes) => {
      const temporary = await writeAside(folder, bytes, false)
      try {
        await mkdir(dirname(at(path)), { recursive: true })
        // A link, unlike a rename, refuses to replace.
        await link(temporary, at(path))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        if (!(await readFile(at(path))).equals(bytes)) throw new ImmutableFileDiffers(path)
      } finally {
        await rm(temporary, { force: true })
      }
    },
    repair: async (path, bytes) => {
      await mkdir(dirname(at(path)), { recursive: true })
      await rename(await writeAside(folder, bytes, true), at(path))
    },
    dropPartials: (path) => rm(`${at(path)}.p`, { recursive: true, force: true }),
    publish: async (note) => {
      await rename(await writeAside(folder, Buffer.from(note), true), at('checkpoint'))
      await syncFolder(folder)
    },
  }
}

/** Reads a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
}

// Each attempt writes under a name of its own: a late write of an earlier attempt can never land on a later one's file.
async function writeAside(folder: string, bytes: Buffer, isSynced: boolean): Promise<string> {
  const aside = join(folder, '.aside')
  await mkdir(aside, { recursive: true })
  const temporary = join(aside, randomUUID())
  const file = await open(temporary, 'wx', 0o644)
  try {
    await file.writeFile(bytes)
    if (isSynced) await file.sync()
  } finally {
    await file.close()
  }
  return temporary
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
