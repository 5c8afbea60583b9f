import { unescaped } from './cell-values.ts'
import type { Archive } from './open-archive.ts'
import { parseXml } from './parse-xml.ts'
import { MAX_CELL_CHARACTERS, MAX_SHARED_BYTES, MAX_SHARED_STRINGS } from './source-limits.ts'
import { damaged, tooLarge } from './workbook-words.ts'
import { XLSX } from './xlsx-package.ts'

const BLOCK_BYTES = 1024 * 1024

/** The texts many cells share, kept as UTF-8: a tenth of the memory of as many strings. */
export interface SharedStrings {
  /** undefined for a text longer than a cell may be */
  at(index: number): string | undefined
}

/** Collects the text of a cell or a shared string; a phonetic guide beside it is no part of the value. */
export interface TextCollector {
  open(name: string): void
  text(text: string): void
  close(name: string): void
  /** what was collected since the last time, or undefined when it is longer than a cell may be */
  take(): string | undefined
}

export function newTextCollector(): TextCollector {
  let text = ''
  let isText = false
  let isGuide = false
  let isTooLong = false
  return {
    open: (name) => {
      if (name === 'rPh') isGuide = true
      isText = name === 't' && !isGuide
    },
    text: (piece) => {
      if (!isText) return
      isTooLong ||= text.length + piece.length > MAX_CELL_CHARACTERS
      if (!isTooLong) text += piece
    },
    close: (name) => {
      if (name === 'rPh') isGuide = false
      isText = false
    },
    take: () => {
      const taken = isTooLong ? undefined : unescaped(text)
      text = ''
      isTooLong = false
      return taken
    },
  }
}

/** Reads the part of shared strings; there are none where the workbook has no such part. */
export async function readSharedStrings(archive: Archive, part: string | undefined): Promise<SharedStrings> {
  const kept = newStringTable()
  const bytes = part === undefined ? undefined : await archive.read(part)
  if (!bytes) return kept
  const collector = newTextCollector()
  const listener = {
    open: collector.open,
    text: collector.text,
    close: (name: string) => {
      collector.close(name)
      if (name === 'si') kept.push(collector.take())
    },
  }
  for await (const _ of parseXml(bytes, XLSX, listener));
  return kept
}

function newStringTable() {
  const blocks: Buffer[] = []
  // Place in the blocks laid end to end, and length; -1 for a text too long to be kept.
  const starts: number[] = []
  const lengths: number[] = []
  let used = BLOCK_BYTES
  let total = 0
  const push = (text: string | undefined) => {
    const bytes = Buffer.from(text ?? '')
    total += bytes.length
    if (starts.length >= MAX_SHARED_STRINGS || total > MAX_SHARED_BYTES) throw tooLarge()
    if (used + bytes.length > BLOCK_BYTES) {
      blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES))
      used = 0
    }
    blocks.at(-1)?.set(bytes, used)
    starts.push((blocks.length - 1) * BLOCK_BYTES + used)
    lengths.push(text === undefined ? -1 : bytes.length)
    used += bytes.length
  }
  const at = (index: number): string | undefined => {
    const [start, length] = [starts[index], lengths[index]]
    // A cell that points at no text cannot be read: better no file than an empty name.
    if (start === undefined || length === undefined) throw damaged()
    const from = start % BLOCK_BYTES
    return length === -1 ? undefined : blocks[Math.floor(start / BLOCK_BYTES)]?.toString('utf8', from, from + length)
  }
  return { push, at }
}
