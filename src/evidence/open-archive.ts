import type { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import {
  EXPANSION_GRACE_BYTES,
  MAX_ARCHIVE_ENTRIES,
  MAX_DIRECTORY_BYTES,
  MAX_EXPANSION,
  MAX_PART_BYTES,
} from './source-limits.ts'
import { damaged, passwordProtected, tooLarge } from './workbook-words.ts'

const MAX_NAME_BYTES = 1024
const DEFLATED = 8
const PIECE_BYTES = 128 * 1024

/** An open workbook archive whose parts are streamed, never unpacked whole. */
export interface Archive {
  /** names of the parts as `partName` writes them */
  readonly names: ReadonlySet<string>
  /** Bytes of one part, or undefined when there is none. Throws SourceFailure on damage or an unreasonable size. */
  read(name: string, maxBytes?: number): Promise<AsyncIterable<Buffer> | undefined>
  close(): void
}

/** One spelling for a part's name: some programs write backslashes or a leading slash, and case does not count. */
export const partName = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase()

/** Opens a zip archive and reads its directory, within limits. Calls `onProgress` for every piece of a part that is read. */
export async function openArchive(
  path: string,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<Archive> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    // Names are decoded here: the library refuses archives whose names begin with a slash, which Excel opens.
    yauzl.open(path, { lazyEntries: true, autoClose: false, decodeStrings: false }, (error, opened) =>
      error ? reject(damaged()) : resolve(opened),
    )
  })
  try {
    const entries = await listEntries(zip)
    return {
      names: new Set(entries.keys()),
      close: () => zip.close(),
      read: async (name, maxBytes = MAX_PART_BYTES) => {
        const entry = entries.get(partName(name))
        if (!entry) return undefined
        checkEntry(entry, maxBytes)
        return checkedBytes(await openEntry(zip, entry), entry, onProgress)
      },
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

function listEntries(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>()
  let directoryBytes = 0
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      const name = entry.fileNameRaw
      directoryBytes += name.length + entry.extraFieldRaw.length + entry.fileCommentRaw.length
      if (zip.entriesRead > MAX_ARCHIVE_ENTRIES || directoryBytes > MAX_DIRECTORY_BYTES) return reject(tooLarge())
      const key = partName(name.subarray(0, MAX_NAME_BYTES).toString('utf8'))
      // Two parts of one name: which of them a program reads is anybody's guess.
      if (entries.has(key)) return reject(damaged())
      entries.set(key, entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', () => reject(damaged()))
    zip.readEntry()
  })
}

function checkEntry(entry: Entry, maxBytes: number): void {
  if (entry.isEncrypted()) throw passwordProtected()
  const isBomb =
    entry.uncompressedSize > EXPANSION_GRACE_BYTES && entry.uncompressedSize > entry.compressedSize * MAX_EXPANSION
  if (isBomb || entry.uncompressedSize > maxBytes) throw tooLarge()
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  const isDeflated = entry.compressionMethod === DEFLATED
  const raw = await new Promise<Readable>((resolve, reject) => {
    const done = (error: Error | null, opened: Readable) => (error ? reject(damaged()) : resolve(opened))
    if (isDeflated) zip.openReadStream(entry, { decompress: false }, done)
    else zip.openReadStream(entry, done)
  })
  // Unpacked here for larger pieces than the library makes: fewer turns for the same sheet.
  if (!isDeflated) return raw
  const unpacked = createInflateRaw({ chunkSize: PIECE_BYTES })
  raw.on('error', (error) => unpacked.destroy(error))
  unpacked.on('close', () => raw.destroy())
  return raw.pipe(unpacked)
}

// What counts are the bytes that come, not those the directory promises.
async function* checkedBytes(
  stream: Readable,
  entry: Entry,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let sum = 0
  let bytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum)
      bytes += chunk.length
      onProgress(chunk.length)
      if (bytes > entry.uncompressedSize) break
      yield chunk
    }
  } catch {
    throw damaged()
  }
  if (sum !== entry.crc32 || bytes !== entry.uncompressedSize) throw damaged()
}
