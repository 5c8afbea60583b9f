import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { sha256 } from './hash.ts'

/** Types of C2SP signed-note keys that we sign with or verify. */
export const LOG_KEY = 0x01
export const COSIGNER_KEY = 0x04
export type NoteKeyType = typeof LOG_KEY | typeof COSIGNER_KEY
const KEY_ID_BYTES = 4
const PUBLIC_KEY_BYTES = 32

/** A public key as it stands in a `vkey` line, able to check raw Ed25519 signatures. */
export interface NoteKey {
  readonly name: string
  readonly type: NoteKeyType
  /** four bytes of SHA-256(name ‖ \n ‖ type ‖ public key), as hex: tells keys apart, proves nothing */
  readonly id: string
  readonly publicKey: Buffer
  /** Whether the 64-byte Ed25519 signature is over this message. */
  isSignedBy(message: Uint8Array, signature: Uint8Array): boolean
}

export interface NoteSigner {
  readonly key: NoteKey
  sign(message: Uint8Array): Buffer
}

// A name goes into a line of the note and into `name+id+key`: no space of any kind, no plus.
const isName = (name: string): boolean => name !== '' && !/[\s\p{Z}+]/u.test(name) && name.isWellFormed()

export function noteKey(name: string, type: NoteKeyType, publicKey: Buffer): NoteKey {
  const prefix = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey])
  const id = sha256(prefix).subarray(0, KEY_ID_BYTES).toString('hex')
  const imported = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
    format: 'jwk',
  })
  const isSignedBy = (message: Uint8Array, signature: Uint8Array) => verify(null, message, imported, signature)
  return { name, type, id, publicKey, isSignedBy }
}

/** Reads `name+id+base64(type ‖ public key)`. Undefined when it is none, its id is wrong, or its type is not ours. */
export function parseNoteKey(vkey: string): NoteKey | undefined {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey)
  if (!match?.[1] || !match[3] || !isName(match[1])) return undefined
  const bytes = decodeBase64(match[3])
  const type = bytes?.[0]
  if (!bytes || bytes.length !== 1 + PUBLIC_KEY_BYTES || (type !== LOG_KEY && type !== COSIGNER_KEY)) return undefined
  const key = noteKey(match[1], type, bytes.subarray(1))
  return key.id === match[2] ? key : undefined
}

/** The `vkey` line of a key: what others are given to verify with. */
export const formatNoteKey = (key: NoteKey): string =>
  `${key.name}+${key.id}+${Buffer.concat([Buffer.of(key.type), key.publicKey]).toString('base64')}`

/** Draws a new Ed25519 key; the seed is what has to be kept. */
export function drawSeed(): Buffer {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return Buffer.from(jwk.d ?? '', 'base64url')
}

// PKCS #8 of an Ed25519 seed is this prefix and the seed (RFC 8410 §7).
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A signer from its 32-byte seed. Throws when the name or the seed has not the form of one. */
export function noteSigner(name: string, type: NoteKeyType, seed: Buffer): NoteSigner {
  if (!isName(name) || seed.length !== PUBLIC_KEY_BYTES)
    throw new Error('a signer needs a plain name and a 32-byte seed')
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const key = noteKey(name, type, publicBytes(createPublicKey(privateKey)))
  return { key, sign: (message) => sign(null, message, privateKey) }
}

const publicBytes = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')

/** Reads Go's `PRIVATE+KEY+name+id+base64(0x01 ‖ seed)`; undefined when it is none. */
export function parsePrivateNoteKey(text: string): NoteSigner | undefined {
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text)
  const bytes = match?.[3] === undefined ? undefined : decodeBase64(match[3])
  if (!match?.[1] || bytes?.length !== 1 + PUBLIC_KEY_BYTES) return undefined
  const type = bytes[0]
  if ((type !== LOG_KEY && type !== COSIGNER_KEY) || !isName(match[1])) return undefined
  const signer = noteSigner(match[1], type, bytes.subarray(1))
  return signer.key.id === match[2] ? signer : undefined
}
