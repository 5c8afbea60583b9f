import { fail, ok, type Result } from '../../base/result.ts'
import { decodeLooseBase64 } from './base64.ts'
import { LOG_KEY, type NoteKey, type NoteSigner } from './note-key.ts'

/** Longest note read: a checkpoint with a hundred signatures is far below. */
const MAX_NOTE_BYTES = 1_000_000
const MAX_SIGNATURES = 100
const KEY_ID_BYTES = 4
const SIGNATURE_LINE = /^— ([^\s\p{Z}+]+) (\S+)$/u

/** One signature line: key id as hex and what follows it. */
export interface NoteSignature {
  readonly name: string
  readonly keyId: string
  readonly bytes: Buffer
  readonly line: string
}

/** A parsed note; nothing is verified yet. */
export interface Note {
  /** what is signed, with its final newline */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** `malformed`: not a note. `bad-signature`: a known key's signature is wrong. `unsigned`: no known key has signed. */
export type NoteFailure = 'malformed' | 'bad-signature' | 'unsigned'

/** Takes a note apart (C2SP signed-note). Verifies nothing. */
export function parseNote(source: string | Uint8Array): Result<Note, NoteFailure> {
  const note = decode(source)
  if (note === undefined || !note.endsWith('\n')) return fail('malformed')
  const split = note.lastIndexOf('\n\n')
  if (split < 0) return fail('malformed')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) return fail('malformed')
  const signatures = lines.map(parseSignature)
  const known = signatures.filter((each) => each !== undefined)
  return known.length === signatures.length
    ? ok({ text: note.slice(0, split + 1), signatures: known })
    : fail('malformed')
}

function decode(source: string | Uint8Array): string | undefined {
  if (source.length > MAX_NOTE_BYTES) return undefined
  const bytes = typeof source === 'string' ? Buffer.from(source) : source
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these
    return /[\u0000-\u0009\u000b-\u001f]/.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

function parseSignature(line: string): NoteSignature | undefined {
  const match = SIGNATURE_LINE.exec(line)
  const bytes = match?.[2] === undefined ? undefined : decodeLooseBase64(match[2])
  if (!match?.[1] || !bytes || bytes.length <= KEY_ID_BYTES) return undefined
  return {
    name: match[1],
    keyId: bytes.subarray(0, KEY_ID_BYTES).toString('hex'),
    bytes: bytes.subarray(KEY_ID_BYTES),
    line,
  }
}

/** The signatures of this key on the note: name and id both match. */
export const signaturesOf = (note: Note, key: NoteKey): readonly NoteSignature[] =>
  note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.id)

/**
 * Opens a note with keys one trusts: answers the keys that have signed. A wrong signature of a known key rejects the
 * whole note; unknown keys are passed over.
 */
export function openNote(
  source: string | Uint8Array,
  keys: readonly NoteKey[],
): Result<Note & { readonly signedBy: readonly NoteKey[] }, NoteFailure> {
  const parsed = parseNote(source)
  if (!parsed.ok) return parsed
  const message = Buffer.from(parsed.value.text)
  const signedBy: NoteKey[] = []
  for (const key of keys.filter(({ type }) => type === LOG_KEY)) {
    const [first] = signaturesOf(parsed.value, key)
    if (!first) continue
    if (!key.isSignedBy(message, first.bytes)) return fail('bad-signature')
    signedBy.push(key)
  }
  return signedBy.length > 0 ? ok({ ...parsed.value, signedBy }) : fail('unsigned')
}

/** Writes the text as a note with one signature of each signer. The text ends with a newline. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const message = Buffer.from(text)
  return `${text}\n${signers.map((signer) => signatureLine(signer.key, signer.sign(message))).join('')}`
}

/** A signature line with its newline: `— name base64(key id ‖ bytes)`. */
export const signatureLine = (key: NoteKey, bytes: Uint8Array): string =>
  `— ${key.name} ${Buffer.concat([Buffer.from(key.id, 'hex'), bytes]).toString('base64')}\n`
