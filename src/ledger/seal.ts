import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { assert } from '../base/assert.ts'
import { classOf, type NewEvent } from './event.ts'
import {
  drawBytes,
  FACET_SALT_BYTES,
  FACETS,
  type FacetName,
  facetBytes,
  hashFacet,
  type OpenFacet,
  PERSONAL_FACETS,
} from './facets.ts'
import { combineKeys, type KeyStore } from './key-store.ts'
import { commit, decodeLeaf, encodeLeaf } from './leaf.ts'
import { expiryMonthOf } from './retention.ts'
import { HASH_BYTES } from './tlog/hash.ts'

const SALT_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
// Lengths tell what was written; in steps of this size they tell little.
const PADDING_BYTES = 128

/** An event as it is stored: what can be searched in the clear, the rest sealed, and the public leaf that commits to all. */
export interface SealedEvent {
  readonly eventId: string
  readonly expiresMonth: number
  readonly leaf: Buffer
  readonly personToken: Buffer | undefined
  readonly sealed: Buffer
  readonly sealedForPerson: Buffer | undefined
}

/** An event read back. A facet without `open` was erased or is withheld; its hash still takes its place. */
export interface OpenedEvent {
  readonly salt: Buffer
  readonly facets: readonly { readonly name: FacetName; readonly hash: Buffer; readonly open?: OpenFacet }[]
  /** whether the leaf commits to exactly this */
  readonly isTrue: boolean
}

/** Seals an event under the keys of its month and, where a citizen is concerned, his. Throws when the month's key is gone. */
export function sealEvent(keys: KeyStore, event: NewEvent): SealedEvent {
  const expiresMonth = expiryMonthOf(event.at)
  const month = keys.monthKey(expiresMonth)
  assert(month !== undefined, 'a month whose records were erased takes no new ones')
  const bytes = facetBytes(event)
  const facets = FACETS.map((name) => ({ name, salt: drawBytes(FACET_SALT_BYTES), bytes: bytes[name] }))
  const hashes = facets.map(hashFacet)
  const salt = drawBytes(SALT_BYTES)
  const leaf = encodeLeaf({ class: classOf(event.kind), expiresMonth, commitment: commit(salt, hashes) })
  const person = event.person === undefined ? undefined : keys.personKey(event.person)
  const isPersonal = (facet: OpenFacet) => person !== undefined && PERSONAL_FACETS.has(facet.name)
  const common = facets.map((facet, i) => (isPersonal(facet) ? encodeHash(hashes[i]) : encodeFacet(facet)))
  return {
    eventId: timedId(event.at),
    expiresMonth,
    leaf,
    personToken: person?.token,
    sealed: encrypt(month, leaf, Buffer.concat([salt, ...common])),
    sealedForPerson:
      person && encrypt(combineKeys(month, person), leaf, Buffer.concat(facets.filter(isPersonal).map(encodeFacet))),
  }
}

/** Opens a stored event with the keys that are left. Undefined when the month's key was destroyed. */
export function openEvent(
  keys: KeyStore,
  stored: Pick<SealedEvent, 'leaf' | 'personToken' | 'sealed' | 'sealedForPerson'>,
): OpenedEvent | undefined {
  const leaf = decodeLeaf(stored.leaf)
  const month = leaf && keys.monthKey(leaf.expiresMonth)
  if (!leaf || !month) return undefined
  const common = decrypt(month, stored.leaf, stored.sealed)
  const salt = common.subarray(0, SALT_BYTES)
  const parts = decodeParts(common.subarray(SALT_BYTES))
  const person = stored.personToken && keys.keyOfToken(stored.personToken)
  const personal =
    person && stored.sealedForPerson
      ? decodeParts(decrypt(combineKeys(month, person), stored.leaf, stored.sealedForPerson))
      : []
  const opened = new Map(personal.flatMap(({ open }) => (open ? [[open.name, open] as const] : [])))
  const facets = FACETS.map((name, i) => {
    const part = parts[i]
    const open = part?.open ?? opened.get(name)
    return { name, hash: open ? hashFacet(open) : (part?.hash ?? Buffer.alloc(HASH_BYTES)), ...(open && { open }) }
  })
  const isTrue = commit(
    salt,
    facets.map(({ hash }) => hash),
  ).equals(leaf.commitment)
  return { salt, facets, isTrue }
}

/** A UUID of version 7 (RFC 9562): its first 48 bits are the time, so that ids of one batch lie close together. */
function timedId(at: Date): string {
  const bytes = drawBytes(16)
  bytes.writeUIntBE(Math.max(0, at.getTime()), 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function encrypt(key: KeyObject, leaf: Buffer, plain: Buffer): Buffer {
  const iv = drawBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(leaf)
  const length = Math.ceil((plain.length + 4) / PADDING_BYTES) * PADDING_BYTES
  const padded = Buffer.alloc(length)
  padded.writeUInt32BE(plain.length)
  padded.set(plain, 4)
  // Counter mode: the text comes out whole from `update`, `final` only closes.
  const text = cipher.update(padded)
  cipher.final()
  return Buffer.concat([iv, text, cipher.getAuthTag()], IV_BYTES + length + TAG_BYTES)
}

// Throws when a bit of it is not as it was written: the record was changed, and is named by whoever asked for it.
function decrypt(key: KeyObject, leaf: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES))
  decipher.setAAD(leaf)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const padded = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
  return padded.subarray(4, 4 + padded.readUInt32BE())
}

const HASH_ONLY = 0
const OPEN = 1

const encodeHash = (hash: Buffer | undefined): Buffer =>
  Buffer.concat([Buffer.of(HASH_ONLY), hash ?? Buffer.alloc(HASH_BYTES)])

function encodeFacet({ name, salt, bytes }: OpenFacet): Buffer {
  const head = Buffer.alloc(6)
  head[0] = OPEN
  head[1] = FACETS.indexOf(name)
  head.writeUInt32BE(bytes.length, 2)
  return Buffer.concat([head, salt, bytes])
}

function decodeParts(bytes: Buffer): { readonly hash?: Buffer; readonly open?: OpenFacet }[] {
  const parts: { hash?: Buffer; open?: OpenFacet }[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === HASH_ONLY) {
      parts.push({ hash: bytes.subarray(at + 1, at + 1 + HASH_BYTES) })
      at += 1 + HASH_BYTES
      continue
    }
    const name = FACETS[bytes[at + 1] ?? FACETS.length]
    assert(name !== undefined, 'a sealed facet has a known name')
    const from = at + 6 + FACET_SALT_BYTES
    const to = from + bytes.readUInt32BE(at + 2)
    parts.push({ open: { name, salt: bytes.subarray(at + 6, from), bytes: bytes.subarray(from, to) } })
    at = to
  }
  return parts
}
