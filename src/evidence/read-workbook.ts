import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { SourceFailure } from './failure.ts'

const MAX_ENTRY_BYTES = 2 * 1024 ** 3
const MAX_EXPANSION = 200
const EXPANSION_GRACE_BYTES = 64 * 1024 * 1024
const MAX_ENTRIES = 2000

/** One row of a sheet: its number in the sheet and its cells as text. */
export interface SheetRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** An open workbook archive whose parts are streamed, never unpacked whole. */
export interface Archive {
  readonly names: readonly string[]
  /** Decoded text of one part, or undefined when there is none. Throws SourceFailure on damage or an unreasonable size. */
  read(name: string): Promise<AsyncIterable<string> | undefined>
  close(): void
}

/** Opens a zip archive and reads its directory, within limits. */
export async function openArchive(path: string): Promise<Archive> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, opened) =>
      error ? reject(damaged()) : resolve(opened),
    )
  })
  const entries = await listEntries(zip)
  return {
    names: [...entries.keys()],
    close: () => zip.close(),
    read: async (name) => {
      const entry = entries.get(name)
      if (!entry) return undefined
      checkEntry(entry)
      const stream = await new Promise<Readable>((resolve, reject) => {
        zip.openReadStream(entry, (error, opened) => (error ? reject(damaged()) : resolve(opened)))
      })
      return decoded(stream)
    },
  }
}

function listEntries(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>()
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry)
      if (entries.size > MAX_ENTRIES) reject(tooLarge())
      else zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', () => reject(damaged()))
    zip.readEntry()
  })
}

function checkEntry(entry: Entry): void {
  const isBomb =
    entry.uncompressedSize > EXPANSION_GRACE_BYTES && entry.uncompressedSize > entry.compressedSize * MAX_EXPANSION
  if (isBomb || entry.uncompressedSize > MAX_ENTRY_BYTES) throw tooLarge()
}

async function* decoded(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  } catch {
    throw damaged()
  }
}

const damaged = (): SourceFailure =>
  new SourceFailure(
    'damaged',
    '試算表檔案已損毀或不完整；請重新匯出。',
    'The workbook is damaged or cut short; export it again.',
  )
const tooLarge = (): SourceFailure =>
  new SourceFailure(
    'too-large-inside',
    '試算表解開後大得不合理，已停止讀取。',
    'The workbook unpacks to an unreasonable size; reading stopped.',
  )

/** Opening tag, text and closing tag events of an XML part. No DTD entities are expanded. */
export interface XmlListener {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly text: (text: string) => void
  readonly close: (name: string) => void
}

/** Feeds an XML part to a listener piece by piece; yields after each piece so that rows can be handed on. */
export async function* parseXml(pieces: AsyncIterable<string>, listener: XmlListener): AsyncGenerator<void> {
  const parser = new SaxesParser()
  parser.on('error', () => {
    throw damaged()
  })
  parser.on('opentag', (tag) => listener.open(tag.name, tag.attributes as Record<string, string>))
  parser.on('text', listener.text)
  parser.on('closetag', (tag) => listener.close(tag.name))
  for await (const piece of pieces) {
    parser.write(piece)
    yield
  }
  parser.close()
}
