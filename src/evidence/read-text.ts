import { isUtf8 } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform, type TransformCallback } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { big5Decoder } from './decode-big5.ts'
import type { Detected } from './detect.ts'
import { brokenWatch, type Encoding } from './detect-encoding.ts'
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
    throw readFailure(error)
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

// Broken bytes become U+FFFD, so that they cost one value and not the file; many of them mean another encoding.
function decoderFor(encoding: Encoding): Decoder {
  const watch = brokenWatch(encoding)
  return encoding === 'utf-8'
    ? utf8Decoder(watch)
    : encoding === 'big5'
      ? watched(big5Decoder(), watch)
      : watched(streamed(encoding), watch)
}

type Watch = (decoded: Buffer) => Buffer

const watched = (decoder: Decoder, watch: Watch): Decoder => ({
  decode: (bytes) => watch(decoder.decode(bytes)),
  end: () => watch(decoder.end()),
})

function streamed(encoding: Encoding): Decoder {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  return {
    decode: (bytes) => Buffer.from(decoder.decode(bytes, { stream: true })),
    end: () => Buffer.from(decoder.decode()),
  }
}

// Text that is UTF-8 already is looked at, never decoded: a string of each character would cost more than all else here.
function utf8Decoder(watch: Watch): Decoder {
  let held: Buffer = Buffer.alloc(0)
  const mended = (bytes: Buffer): Buffer => (isUtf8(bytes) ? bytes : watch(Buffer.from(bytes.toString('utf8'))))
  return {
    decode: (bytes) => {
      const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      const end = wholeCharacters(whole)
      held = Buffer.from(whole.subarray(end))
      return mended(whole.subarray(0, end))
    },
    end: () => mended(held),
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

function readFailure(error: unknown): unknown {
  const code = (error as { code?: string }).code
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
