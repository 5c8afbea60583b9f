import { type Note, signatureLine, signaturesOf } from './note.ts'
import { COSIGNER_KEY, type NoteKey, type NoteSigner } from './note-key.ts'

const TIME_BYTES = 8
const SIGNATURE_BYTES = 64

const signedMessage = (text: string, seconds: bigint): Buffer => Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)

/** A cosignature line over this note text at this time (C2SP tlog-cosignature v1, Ed25519). `at` in whole seconds. */
export function cosign(text: string, signer: NoteSigner, at: Date): string {
  const seconds = BigInt(Math.floor(at.getTime() / 1000))
  const time = Buffer.alloc(TIME_BYTES)
  time.writeBigUInt64BE(seconds)
  return signatureLine(signer.key, Buffer.concat([time, signer.sign(signedMessage(text, seconds))]))
}

/** When this cosigner saw the checkpoint: the latest of his right signatures. Undefined: he has not signed it. */
export function cosignedAt(note: Note, key: NoteKey): Date | undefined {
  if (key.type !== COSIGNER_KEY) return undefined
  const times = signaturesOf(note, key).flatMap(({ bytes }) => {
    if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return []
    const seconds = bytes.readBigUInt64BE()
    const isRight = key.isSignedBy(signedMessage(note.text, seconds), bytes.subarray(TIME_BYTES))
    return isRight ? [Number(seconds) * 1000] : []
  })
  return times.length === 0 ? undefined : new Date(Math.max(...times))
}
