import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'
import { assert } from '../base/assert.ts'

/** One file of an archive. `stored` content is written as it is; a stream is deflated as it comes. */
export type ZipPart =
  | { readonly name: string; readonly stored: string }
  | { readonly name: string; readonly content: AsyncIterable<string> }

interface Entry {
  readonly name: Buffer
  readonly method: 0 | 8
  readonly flags: number
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  readonly offset: number
}

// Without ZIP64 a part ends at 4 GiB; callers cap their rows far below that.
const MAX_PART_BYTES = 0xffff_fffe
const UTF8_NAME = 0x0800
const SIZES_FOLLOW = 0x0008
// 1980-01-01: archives of the same rows are the same bytes.
const DOS_EPOCH_DATE = 0x0021

/**
 * The parts as one ZIP archive, in bounded memory. Own writer because an OpenDocument file must begin with a stored
 * `mimetype` whose sizes stand in its own header, which fflate's streaming Zip does not do.
 */
export async function* zipBytes(parts: readonly ZipPart[]): AsyncGenerator<Uint8Array> {
  const entries: Entry[] = []
  let offset = 0
  for (const part of parts) {
    for await (const item of 'stored' in part ? storedPart(part, offset) : deflatedPart(part, offset)) {
      if (item instanceof Uint8Array) {
        offset += item.length
        yield item
      } else entries.push(item)
    }
  }
  yield directory(entries, offset)
}

function* storedPart(
  part: { readonly name: string; readonly stored: string },
  offset: number,
): Generator<Uint8Array | Entry> {
  const content = Buffer.from(part.stored)
  const sizes = { crc: crc32(content), packedBytes: content.length, bytes: content.length }
  const entry: Entry = {
    name: Buffer.from(part.name),
    method: 0,
    flags: UTF8_NAME,
    offset,
    ...sizes,
  }
  yield Buffer.concat([localHeader(entry), content])
  yield entry
}

async function* deflatedPart(
  part: { readonly name: string; readonly content: AsyncIterable<string> },
  offset: number,
): AsyncGenerator<Uint8Array | Entry> {
  const start = {
    name: Buffer.from(part.name),
    method: 8 as const,
    flags: UTF8_NAME | SIZES_FOLLOW,
    offset,
  }
  yield localHeader({ ...start, crc: 0, packedBytes: 0, bytes: 0 })
  let [crc, bytes, packedBytes] = [0, 0, 0]
  const measured = async function* () {
    for await (const text of part.content) {
      const piece = Buffer.from(text)
      crc = crc32(piece, crc)
      bytes += piece.length
      yield piece
    }
  }
  // compose passes a failure of the rows on to the reader; pipe would leave the archive open for ever.
  for await (const piece of Readable.from(measured()).compose(createDeflateRaw())) {
    packedBytes += piece.length
    yield piece
  }
  assert(bytes <= MAX_PART_BYTES && packedBytes <= MAX_PART_BYTES, 'a zip part stays below 4 GiB')
  const entry: Entry = { ...start, crc, packedBytes, bytes }
  yield sizesAfter(entry)
  yield entry
}

function localHeader(entry: Entry): Buffer {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(20, 4)
  writeShared(head, entry, 6)
  return Buffer.concat([head, entry.name])
}

function sizesAfter(entry: Entry): Buffer {
  const tail = Buffer.alloc(16)
  tail.writeUInt32LE(0x08074b50, 0)
  tail.writeUInt32LE(entry.crc, 4)
  tail.writeUInt32LE(entry.packedBytes, 8)
  tail.writeUInt32LE(entry.bytes, 12)
  return tail
}

// Flags, method, time, date, checksum, sizes and name length stand in the same order in both headers.
function writeShared(head: Buffer, entry: Entry, at: number): void {
  head.writeUInt16LE(entry.flags, at)
  head.writeUInt16LE(entry.method, at + 2)
  head.writeUInt16LE(DOS_EPOCH_DATE, at + 6)
  head.writeUInt32LE(entry.crc, at + 8)
  head.writeUInt32LE(entry.packedBytes, at + 12)
  head.writeUInt32LE(entry.bytes, at + 16)
  head.writeUInt16LE(entry.name.length, at + 20)
}

function directory(entries: readonly Entry[], offset: number): Buffer {
  const records = entries.map((entry) => {
    const head = Buffer.alloc(46)
    head.writeUInt32LE(0x02014b50, 0)
    head.writeUInt16LE(20, 4)
    head.writeUInt16LE(20, 6)
    writeShared(head, entry, 8)
    head.writeUInt32LE(entry.offset, 42)
    return Buffer.concat([head, entry.name])
  })
  const body = Buffer.concat(records)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(body.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([body, end])
}
