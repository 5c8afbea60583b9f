import { createHash } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { emptyRoot, HASH_BYTES } from './hash.ts'
import { parseNote, signaturesOf } from './note.ts'
import type { NoteKey, NoteSigner } from './note-key.ts'
import { isConsistent } from './verify-proof.ts'

const MAX_PROOF_HASHES = 63

/** `POST add-checkpoint`: the size the witness last saw, a proof from there, the checkpoint (C2SP tlog-witness). */
export interface AddCheckpoint {
  readonly oldSize: number
  readonly proof: readonly Buffer[]
  readonly note: string
}

/** Writes the body of an `add-checkpoint` request. */
export const formatAddCheckpoint = ({ oldSize, proof, note }: AddCheckpoint): string =>
  `old ${oldSize}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`

/** Reads the body of an `add-checkpoint` request; undefined when it is none. */
export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const match = /^old (0|[1-9]\d*)\n((?:[^\n]+\n)*?)\n([\s\S]+)$/.exec(body)
  if (!match?.[3]) return undefined
  const oldSize = Number(match[1])
  const hashes = (match[2] ?? '').split('\n').slice(0, -1).map(decodeBase64)
  const proof = hashes.filter((hash) => hash?.length === HASH_BYTES) as Buffer[]
  if (!Number.isSafeInteger(oldSize) || proof.length !== hashes.length || proof.length > MAX_PROOF_HASHES)
    return undefined
  return { oldSize, proof, note: match[3] }
}

/** What a witness remembers of a log: the last checkpoint it cosigned. */
export interface WitnessedLog {
  readonly key: NoteKey
  readonly last: Pick<Checkpoint, 'size' | 'root'> | undefined
}

export type WitnessAnswer =
  /** store `next` only if the last size is still `expectedSize`, durably, and only then send `body` */
  | {
      readonly status: 200
      readonly body: string
      readonly expectedSize: number
      readonly next: Checkpoint
      readonly note: string
    }
  | { readonly status: 409; readonly body: string }
  | { readonly status: 400 | 403 | 404 | 422; readonly body: string }

/** Origin of the checkpoint in a request, before anything is verified: which log it claims to be of. */
export function originOf(request: AddCheckpoint): string | undefined {
  return /^([^\n]+)\n/.exec(request.note)?.[1]
}

/** What a witness answers (C2SP tlog-witness, status table). Pure: the caller stores and sends. */
export function judgeAddCheckpoint(
  request: AddCheckpoint,
  log: WitnessedLog | undefined,
  signer: NoteSigner,
  now: Date,
): WitnessAnswer {
  if (!log) return { status: 404, body: 'unknown log\n' }
  const parsed = parseNote(request.note)
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : undefined
  if (!parsed.ok || !checkpoint) return { status: 400, body: 'malformed checkpoint\n' }
  const message = Buffer.from(parsed.value.text)
  const signatures = signaturesOf(parsed.value, log.key)
  if (signatures.length === 0 || !signatures.every(({ bytes }) => log.key.isSignedBy(message, bytes)))
    return { status: 403, body: 'invalid signature\n' }
  if (checkpoint.origin !== log.key.name) return { status: 404, body: 'unknown log\n' }
  const refusal = refuse(request, checkpoint, log.last)
  if (refusal) return refusal
  const body = cosign(parsed.value.text, signer, now)
  return { status: 200, body, expectedSize: request.oldSize, next: checkpoint, note: `${request.note}${body}` }
}

function refuse(
  { oldSize, proof }: AddCheckpoint,
  next: Checkpoint,
  last: WitnessedLog['last'],
): Exclude<WitnessAnswer, { status: 200 }> | undefined {
  if (oldSize > next.size) return { status: 400, body: 'old size is larger than the checkpoint\n' }
  const lastSize = last?.size ?? 0
  if (oldSize !== lastSize) return { status: 409, body: `${lastSize}\n` }
  const oldRoot = last?.root ?? emptyRoot()
  if (next.size === 0 && !next.root.equals(emptyRoot())) return { status: 422, body: 'not the empty tree\n' }
  if (oldSize === 0) return proof.length === 0 ? undefined : { status: 422, body: 'no proof leads from nothing\n' }
  const isProved = isConsistent({ oldSize, size: next.size, oldRoot, root: next.root, proof })
  return isProved ? undefined : { status: 422, body: 'the proof does not hold\n' }
}

/** Where a witness publishes the last checkpoint of a log: hex SHA-256 of its origin. */
export const monitoringPath = (origin: string): string =>
  `${createHash('sha256').update(origin).digest('hex')}/checkpoint`
