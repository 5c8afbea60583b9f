import { fail, ok, type Result } from '../../base/result.ts'
import { decodeBase64 } from './base64.ts'
import { HASH_BYTES } from './hash.ts'
import { type NoteFailure, openNote } from './note.ts'
import type { NoteKey } from './note-key.ts'

/** The state of a log: so many entries, with this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** the log's name: a URL without scheme */
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** The text that is signed. Extension lines are never written: some witnesses refuse them. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`

/** Reads a checkpoint's text; extension lines are accepted and ignored, as the format asks of readers. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const match = /^([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n((?:[^\n]+\n)*)$/.exec(text)
  if (!match?.[1] || !match[2] || !match[3]) return undefined
  const size = Number(match[2])
  const root = decodeBase64(match[3])
  if (!Number.isSafeInteger(size) || root?.length !== HASH_BYTES) return undefined
  return { origin: match[1], size, root }
}

/** Opens a signed checkpoint of the log with this key; its origin is the key's name. */
export function openCheckpoint(
  source: string | Uint8Array,
  log: NoteKey,
): Result<{ readonly checkpoint: Checkpoint; readonly text: string }, NoteFailure | 'other-origin'> {
  const opened = openNote(source, [log])
  if (!opened.ok) return opened
  const checkpoint = parseCheckpoint(opened.value.text)
  if (!checkpoint) return fail('malformed')
  return checkpoint.origin === log.name ? ok({ checkpoint, text: opened.value.text }) : fail('other-origin')
}
