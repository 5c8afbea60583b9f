import { hash } from 'node:crypto'
import { assert } from '../base/assert.ts'
import { subjectValue } from '../base/subject-value.ts'

/** Pseudonyms of subjects: the first 16 bytes of HMAC-SHA-256 of `kind:value`, the same that imported logs carry. */
export interface SubjectTokens {
  bytesOf(kind: string, value: string): Buffer
  /** as hex, for decisions and events */
  hexOf(kind: string, value: string): string
  /** as 16 characters of one byte each: what a stream of rows is booked under */
  binaryOf(kind: string, value: string): string
}

export const TOKEN_BYTES = 16
const BLOCK_BYTES = 64
const HASH_BYTES = 32
const ROOM_BYTES = 256
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

/** Makes pseudonyms under the installation's key. The value is read as imports read it: `subjectValue`. */
export function subjectTokens(key: Buffer): SubjectTokens {
  const hmac = streamingHmac(key)
  const binaryOf = (kind: string, value: string) => hmac(`${kind}:${plainOf(value)}`).slice(0, TOKEN_BYTES)
  const bytesOf = (kind: string, value: string) => Buffer.from(binaryOf(kind, value), 'latin1')
  return { bytesOf, binaryOf, hexOf: (kind, value) => bytesOf(kind, value).toString('hex') }
}

// Most are written so already. Han is no such form: some characters have a way of writing that is another's.
const plainOf = (value: string): string => (/^[A-Z0-9]*$/.test(value) ? value : subjectValue(value))

// HMAC (RFC 2104) as two one-shot hashes: an HMAC object for each row costs more than fetching the row.
function streamingHmac(key: Buffer): (message: string) => string {
  assert(key.length <= BLOCK_BYTES, 'the key fits a block')
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, OUTER_PAD)
  const inner = Buffer.alloc(BLOCK_BYTES, INNER_PAD)
  for (const [i, byte] of key.entries()) {
    outer[i] = byte ^ OUTER_PAD
    inner[i] = byte ^ INNER_PAD
  }
  const room = Buffer.concat([inner, Buffer.alloc(ROOM_BYTES)])
  return (message) => {
    // Three bytes at most for each unit of a string.
    const isShort = message.length * 3 <= ROOM_BYTES
    const bytes = isShort
      ? room.subarray(0, BLOCK_BYTES + room.write(message, BLOCK_BYTES))
      : Buffer.concat([inner, Buffer.from(message)])
    outer.write(hash('sha256', bytes, 'binary'), BLOCK_BYTES, 'latin1')
    return hash('sha256', outer, 'binary')
  }
}
