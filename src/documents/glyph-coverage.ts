import { closeSync, openSync, readSync } from 'node:fs'
import { assert } from '../base/assert.ts'

/** Inclusive ranges of code points a font can draw, ascending. */
export type Coverage = readonly (readonly [number, number])[]

const MAX_TABLES = 64
const MAX_CMAP_BYTES = 8 * 1024 * 1024
const FORMAT_32_BIT = 12

/**
 * Reads which characters a font file (OpenType, or the first face of a collection) can draw, from its cmap table of
 * format 12. Only that table is read, not the 20 MB of outlines. Asserts on a file that is no such font.
 */
export function readCoverage(file: string): Coverage {
  const handle = openSync(file, 'r')
  const read = (offset: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length)
    assert(readSync(handle, bytes, 0, length, offset) === length, 'a font file ends after its tables')
    return bytes
  }
  try {
    const head = read(0, 16)
    const face = head.toString('latin1', 0, 4) === 'ttcf' ? head.readUInt32BE(12) : 0
    return rangesOf(cmapOf(read, face))
  } finally {
    closeSync(handle)
  }
}

function cmapOf(read: (offset: number, length: number) => Buffer, face: number): Buffer {
  const count = read(face + 4, 2).readUInt16BE(0)
  assert(count <= MAX_TABLES, 'a font has a bounded number of tables')
  const directory = read(face + 12, count * 16)
  for (let at = 0; at < directory.length; at += 16) {
    if (directory.toString('latin1', at, at + 4) !== 'cmap') continue
    const length = directory.readUInt32BE(at + 12)
    assert(length <= MAX_CMAP_BYTES, 'a cmap table has a bounded size')
    return read(directory.readUInt32BE(at + 8), length)
  }
  throw new Error('invariant broken: a font has a cmap table')
}

function rangesOf(cmap: Buffer): Coverage {
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => cmap.readUInt32BE(4 + i * 8 + 4))
  const wide = subtables.find((offset) => cmap.readUInt16BE(offset) === FORMAT_32_BIT)
  assert(wide !== undefined, 'a font for Chinese maps characters beyond the first plane')
  return Array.from({ length: cmap.readUInt32BE(wide + 12) }, (_, i) => {
    const at = wide + 16 + i * 12
    return [cmap.readUInt32BE(at), cmap.readUInt32BE(at + 4)] as const
  })
}

/** True when the font draws the character, or when nothing is to be drawn (line breaks, joiners, variation selectors). */
export function isDrawn(coverage: Coverage, codePoint: number): boolean {
  if (codePoint === 0x0a || codePoint === 0x09 || isInvisible(codePoint)) return true
  let [low, high] = [0, coverage.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = coverage[middle]
    if (!range) return false
    if (codePoint < range[0]) high = middle - 1
    else if (codePoint > range[1]) low = middle + 1
    else return true
  }
  return false
}

const isInvisible = (codePoint: number): boolean =>
  (codePoint >= 0x200b && codePoint <= 0x200f) ||
  (codePoint >= 0xfe00 && codePoint <= 0xfe0f) ||
  (codePoint >= 0xe0100 && codePoint <= 0xe01ef)

export interface Drawable<Data> {
  readonly data: Data
  /** each character that could not be drawn, once */
  readonly missing: readonly string[]
}

/**
 * A copy of `data` in which every string holds only characters the font draws. Another one is shown by its number,
 * 〔U+1F701〕, and listed: PDF/A forbids a blank box, and a blank box in a name would be a silent loss.
 */
export function drawable<Data>(data: Data, coverage: Coverage): Drawable<Data> {
  const missing = new Set<string>()
  const show = (text: string): string =>
    [...text]
      .map((sign) => {
        const codePoint = sign.codePointAt(0) ?? 0
        if (isDrawn(coverage, codePoint)) return sign
        missing.add(sign)
        return `〔U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}〕`
      })
      .join('')
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string') return show(value)
    if (Array.isArray(value)) return value.map(visit)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each)]))
  }
  // The shape is kept member by member, so the type is too.
  return { data: visit(data) as Data, missing: [...missing] }
}
