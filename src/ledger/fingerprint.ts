import { sha256 } from './tlog/hash.ts'
import type { NoteKey } from './tlog/note-key.ts'

const GROUPS = 8
const GROUP_DIGITS = 5

/**
 * A key as people compare it by voice or on paper: the first 16 bytes of SHA-256(name ‖ \n ‖ type ‖ public key), as eight
 * groups of five digits, each two bytes, big-endian. Digits, because letters are misheard; the name is in it, so that the
 * same key under another name is another.
 */
export function fingerprintOf({ name, type, publicKey }: Pick<NoteKey, 'name' | 'type' | 'publicKey'>): string {
  const digest = sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]))
  return Array.from({ length: GROUPS }, (_, i) => String(digest.readUInt16BE(2 * i)).padStart(GROUP_DIGITS, '0')).join(
    ' ',
  )
}
