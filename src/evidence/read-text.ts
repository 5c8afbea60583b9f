import { isUtf8 } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform, type TransformCallback } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { big5Decoder } from './decode-big5.ts'
import type { Detected, Encoding } from './detect.ts'
import { SourceFailure } from './failure.ts'
import { readReusing } from './read-reusing.ts'

const READ_BYTES = 4 * 1024 * 1024
// Text logs shrink about tenfold; a file that grows two-hundredfold was made to fill the disk.
const MAX_EXPANSION = 200
const EXPANSION_GRACE_BYTES = 64 * 1024 * 1024

/** What reading a file has seen so far: for progress and for the file's identity. */
export interface ReadMeter {
  bytesRead: number
  readonly hash: Hash
}

export const newMeter = (): ReadMeter => ({ bytesRead: 0, hash: createHash('sha256') })

/**
 * The file's text as UTF-8 in pieces of a few MiB that end at characters, each valid until the next is asked for. Throws
 * SourceFailure on damage.
 */
export async function* readBytes(path: string, detected: Detected, meter: ReadMeter): AsyncGenerator<Buffer> {
  const decoder = decoderFor(detected.encoding)
  let toSkip = detected.markBytes
  let unpacked = 0
  try {
    for await (const chunk of detected.isGzip ? unpackedBytes(path, meter) : metered(path, meter)) {
      unpacked += chunk.length
      if (detected.isGzip) checkExpansion(unpacked, meter.bytesRead)
      const skipped = Math.min(toSkip, chunk.length)
      toSkip -= skipped
      yield decoder.decode(chunk.subarray(skipped))
    }
    yield decoder.end()
  } catch (error) {
    throw readFailure(error, meter.bytesRead)
  }
}

async function* metered(path: string, meter: ReadMeter): AsyncGenerator<Buffer> {
  for await (const chunk of readReusing(path, READ_BYTES)) {
    meter.bytesRead += chunk.length
    meter.hash.update(chunk)
    yield chunk
  }
}

async function* unpackedBytes(path: string, meter: ReadMeter): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES })
  const counted = file.pipe(meterStream(meter))
  file.on('error', (error) => counted.destroy(error))
  const bytes = counted.pipe(createGunzip({ chunkSize: 1024 * 1024 }))
  counted.on('error', (error) => bytes.destroy(error))
  try {
    yield* bytes as AsyncIterable<Buffer>
  } finally {
    file.destroy()
  }
}

function meterStream(meter: ReadMeter): Transform {
  return new Transform({
    highWaterMark: READ_BYTES,
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      meter.bytesRead += chunk.length
      meter.hash.update(chunk)
      done(null, chunk)
    },
  })
}

function checkExpansion(unpacked: number, packed: number): void {
  if (unpacked > EXPANSION_GRACE_BYTES && unpacked > packed * MAX_EXPANSION) {
    throw new SourceFailure(
      'too-large-inside',
      '壓縮檔解開後大得不合理，已停止讀取。',
      'The archive unpacks to an unreasonable size; reading stopped.',
    )
  }
}

interface Decoder {
  decode(bytes: Buffer): Buffer
  end(): Buffer
}

function decoderFor(encoding: Encoding): Decoder {
  if (encoding === 'big5') return big5Decoder()
  if (encoding === 'utf-8') return utf8Check()
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  return {
    decode: (bytes) => Buffer.from(decoder.decode(bytes, { stream: true })),
    end: () => Buffer.from(decoder.decode()),
  }
}

// Text that is UTF-8 already is looked at, never decoded: a string of each character would cost more than all else here.
function utf8Check(): Decoder {
  let held: Buffer = Buffer.alloc(0)
  const checked = (bytes: Buffer): Buffer => {
    if (!isUtf8(bytes)) throw Object.assign(new Error('not UTF-8'), { code: INVALID })
    return bytes
  }
  return {
    decode: (bytes) => {
      const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      const end = wholeCharacters(whole)
      held = Buffer.from(whole.subarray(end))
      return checked(whole.subarray(0, end))
    },
    end: () => checked(held),
  }
}

/** How many bytes are left when a character cut off at the end is taken away. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0
    if (needs > 0) return needs > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

const INVALID = 'ERR_ENCODING_INVALID_ENCODED_DATA'

function readFailure(error: unknown, offset: number): unknown {
  const code = (error as { code?: string }).code
  if (code === INVALID) {
    const near = offset.toLocaleString('en')
    return new SourceFailure(
      'invalid-encoding',
      `檔案在前 ${near} 位元組內有不合編碼的內容；若為 Big5，請在對應檔指定 encoding: big5。`,
      `The file breaks its encoding within the first ${near} bytes; if it is Big5, say encoding: big5 in the mapping.`,
    )
  }
  if (code === 'Z_BUF_ERROR')
    return new SourceFailure(
      'truncated',
      '壓縮檔不完整（被截斷）；請重新取得檔案。',
      'The compressed file is cut short; get it again.',
    )
  if (code?.startsWith('Z_'))
    return new SourceFailure(
      'damaged',
      '壓縮檔已損毀；請重新取得檔案。',
      'The compressed file is damaged; get it again.',
    )
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    return new SourceFailure(
      'unreadable',
      '無法讀取檔案；請確認路徑與權限。',
      'The file cannot be read; check its path and permissions.',
    )
  }
  return error
}
