import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { assert } from '../base/assert.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { readReusing } from './read-reusing.ts'
import { syncFile } from './sync-disk.ts'

const FRAME_BYTES = 1024 * 1024
const PREFIX_BYTES = 8
const TAG_BYTES = 16
const LENGTH_BYTES = 4
// Half the time of the usual 3 for a twentieth more room, measured on access logs.
const LEVEL = 1

/**
 * Keeps a copy of an imported file: zstd, then AES-256-GCM in frames of 1 MiB. Each frame is bound to its file, its
 * place and whether it is the last, so that frames cannot be dropped, swapped or cut off unseen. On the disk when it returns.
 */
export async function archiveFile(from: string, to: string, key: Buffer, fileId: string): Promise<void> {
  await pipeline(
    // The compressor has done with a piece before it asks for the next.
    readReusing(from, FRAME_BYTES),
    createZstdCompress({ chunkSize: FRAME_BYTES, params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }),
    (bytes: AsyncIterable<Buffer>) => sealFrames(framesOf(bytes), key, fileId),
    createWriteStream(to, { flags: 'wx', mode: 0o600 }),
  )
  await syncFile(to)
}

/** `archive-missing`: there is no kept copy. `archive-damaged`: it was changed or cut off, or is sealed with another key. */
export type ArchiveFailure = 'archive-missing' | 'archive-damaged'

/**
 * Writes the kept copy out again, byte for byte as it was imported; fails when anything in it was changed, and then what
 * was written is to be thrown away. Throws when the copy cannot be written.
 */
export async function restoreFile(
  from: string,
  to: string,
  key: Buffer,
  fileId: string,
): Promise<Result<undefined, ArchiveFailure>> {
  let isDamaged = false
  const opened = async function* () {
    try {
      yield* openFrames(createReadStream(from, { highWaterMark: FRAME_BYTES }), key, fileId)
    } catch (error) {
      isDamaged = true
      throw error
    }
  }
  try {
    await pipeline(Readable.from(opened()), createZstdDecompress(), createWriteStream(to, { flags: 'wx', mode: 0o600 }))
    return ok(undefined)
  } catch (error) {
    if ((await stat(from).catch(() => undefined)) === undefined) return fail('archive-missing')
    if (isDamaged || (error as NodeJS.ErrnoException).code?.startsWith('ZSTD')) return fail('archive-damaged')
    throw error
  }
}

async function* framesOf(
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly data: Buffer; readonly isLast: boolean }> {
  let held: Buffer[] = []
  let heldBytes = 0
  for await (const chunk of bytes) {
    held.push(chunk)
    heldBytes += chunk.length
    if (heldBytes <= FRAME_BYTES) continue
    // Joined once for a frame: joining with every piece would copy the frame a dozen times.
    let rest = Buffer.concat(held)
    for (; rest.length > FRAME_BYTES; rest = rest.subarray(FRAME_BYTES))
      yield { data: rest.subarray(0, FRAME_BYTES), isLast: false }
    held = [rest]
    heldBytes = rest.length
  }
  yield { data: Buffer.concat(held), isLast: true }
}

async function* sealFrames(
  frames: AsyncIterable<{ readonly data: Buffer; readonly isLast: boolean }>,
  key: Buffer,
  fileId: string,
): AsyncGenerator<Buffer> {
  const prefix = randomBytes(PREFIX_BYTES)
  yield prefix
  let index = 0
  for await (const { data, isLast } of frames) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(prefix, index))
    cipher.setAAD(boundTo(fileId, index, isLast))
    const sealed = Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()])
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE((sealed.length << 1) | (isLast ? 1 : 0))
    yield length
    yield sealed
    index++
  }
}

async function* openFrames(bytes: AsyncIterable<Buffer>, key: Buffer, fileId: string): AsyncGenerator<Buffer> {
  const take = reader(bytes)
  const prefix = await take(PREFIX_BYTES)
  for (let index = 0; ; index++) {
    const header = (await take(LENGTH_BYTES)).readUInt32BE()
    const isLast = (header & 1) === 1
    const length = header >>> 1
    assert(length >= TAG_BYTES && length <= FRAME_BYTES + TAG_BYTES, 'an archive frame has a frame length')
    const sealed = await take(length)
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(prefix, index))
    decipher.setAAD(boundTo(fileId, index, isLast))
    decipher.setAuthTag(sealed.subarray(length - TAG_BYTES))
    yield Buffer.concat([decipher.update(sealed.subarray(0, length - TAG_BYTES)), decipher.final()])
    if (isLast) return
  }
}

function reader(bytes: AsyncIterable<Buffer>): (length: number) => Promise<Buffer> {
  const source = bytes[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  return async (length) => {
    while (held.length < length) {
      const next = await source.next()
      assert(!next.done, 'an archive ends with its last frame')
      held = Buffer.concat([held, next.value])
    }
    const taken = held.subarray(0, length)
    held = held.subarray(length)
    return taken
  }
}

function nonceOf(prefix: Buffer, index: number): Buffer {
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(index)
  return Buffer.concat([prefix, counter])
}

const boundTo = (fileId: string, index: number, isLast: boolean): Buffer =>
  Buffer.from(`${fileId}/${index}/${isLast ? 'last' : 'more'}`)
