import { type AskFailure, askOutside } from './ask-outside.ts'
import type { ReadTile } from './grow-tree.ts'
import { proveConsistency } from './prove.ts'
import { type Checkpoint, openCheckpoint } from './tlog/checkpoint.ts'
import { cosignedAt } from './tlog/cosignature.ts'
import { parseNote } from './tlog/note.ts'
import type { NoteKey } from './tlog/note-key.ts'
import type { PolicyWitness } from './tlog/policy.ts'
import { formatAddCheckpoint, monitoringPath } from './tlog/witness.ts'

const TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 64 * 1024
// One refusal for a stale size is the protocol; a second means somebody else submits for this log.
const MAX_ATTEMPTS = 2

/**
 * How a witness behaved. `silent`: no usable answer in time. `refuses`: it says no, as somebody does who was not told of
 * this log, or who dislikes it. `wrong`: what it sent is no answer of a witness, or not true.
 */
export type WitnessFault =
  | { readonly kind: 'silent'; readonly why: 'unreachable' | 'slow' | 'failing' | 'busy' }
  | { readonly kind: 'refuses'; readonly why: 'unknown-log' | 'not-continued' | 'status' }
  | { readonly kind: 'wrong'; readonly why: 'too-large' | 'bad-signature' | 'claims-more' | 'malformed' }

/**
 * `contradicts`: it shows a checkpoint signed with this log's own key that this tree does not continue: the log was restored
 * from a backup, or forked. A witness's word alone never counts as that: it could stop a log it dislikes.
 */
export type WitnessReply =
  | { readonly kind: 'signed'; readonly lines: string }
  | { readonly kind: 'contradicts'; readonly shown: Checkpoint; readonly note: string }
  | WitnessFault

export interface SignedSize {
  /** the signed note */
  readonly note: string
  readonly size: number
}

export interface Questions {
  readonly log: NoteKey
  readonly readTile: ReadTile
  /** whether the tree as it stands now goes on from this checkpoint */
  readonly continues: (shown: Checkpoint) => Promise<boolean>
  /** the size each witness signed last, by name: the next proof starts there */
  readonly known: Map<string, number>
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Asks one witness to cosign this checkpoint (C2SP tlog-witness). What it answers is believed only if it verifies. */
export async function askWitness(
  witness: PolicyWitness & { readonly url: string },
  checkpoint: SignedSize,
  questions: Questions,
): Promise<WitnessReply> {
  const { known, readTile } = questions
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const oldSize = Math.min(known.get(witness.name) ?? 0, checkpoint.size)
    const proof = await proveConsistency(readTile, oldSize, checkpoint.size)
    const body = formatAddCheckpoint({ oldSize, proof, note: checkpoint.note })
    const answer = await send(`${bare(witness.url)}/add-checkpoint`, questions, body)
    if (!answer.ok) return answer.fault
    const { status, text } = answer
    if (status === 200) {
      const lines = rightLines(witness, checkpoint.note, text)
      if (lines === '') return { kind: 'wrong', why: 'bad-signature' }
      known.set(witness.name, checkpoint.size)
      return { kind: 'signed', lines }
    }
    const size = status === 409 ? sizeIn(text) : undefined
    if (status === 422 || (size !== undefined && size > checkpoint.size))
      return whatItShows(witness.url, questions, status === 422 ? 'not-continued' : 'claims-more')
    if (size === undefined) return faultOfStatus(status)
    known.set(witness.name, size)
  }
  return { kind: 'silent', why: 'busy' }
}

const bare = (url: string): string => url.replace(/\/$/, '')
const sizeIn = (text: string): number | undefined => (/^(0|[1-9]\d{0,15})\n$/.test(text) ? Number(text) : undefined)

function faultOfStatus(status: number): WitnessFault {
  if (status === 404 || status === 403) return { kind: 'refuses', why: 'unknown-log' }
  if (status === 409) return { kind: 'wrong', why: 'malformed' }
  return status >= 500 || status === 429 ? { kind: 'silent', why: 'failing' } : { kind: 'refuses', why: 'status' }
}

// What it publishes is believed only as far as our own key has signed it.
async function whatItShows(
  url: string,
  questions: Questions,
  said: 'not-continued' | 'claims-more',
): Promise<WitnessReply> {
  const { log, continues } = questions
  const answer = await send(`${bare(url)}/${monitoringPath(log.name)}`, questions)
  const shown = answer.ok && answer.status === 200 ? openCheckpoint(answer.text, log) : undefined
  if (answer.ok && shown?.ok && !(await continues(shown.value.checkpoint)))
    return { kind: 'contradicts', shown: shown.value.checkpoint, note: answer.text }
  return said === 'claims-more' ? { kind: 'wrong', why: said } : { kind: 'refuses', why: said }
}

// Only lines by this witness that verify: nothing else a server sends gets into our checkpoint.
function rightLines(witness: PolicyWitness, note: string, text: string): string {
  const right = text.split('\n').filter((line) => {
    const parsed = parseNote(`${note}${line}\n`)
    return line !== '' && parsed.ok && cosignedAt(parsed.value, witness.key) !== undefined
  })
  // One is all a checkpoint needs: a witness that repeats itself must not fill it.
  return right[0] === undefined ? '' : `${right[0]}\n`
}

type Sent =
  | { readonly ok: true; readonly status: number; readonly text: string }
  | { readonly ok: false; readonly fault: WitnessFault }

async function send(url: string, { timeoutMs = TIMEOUT_MS, signal }: Questions, body?: string): Promise<Sent> {
  const answer = await askOutside(url, {
    ...{ method: body === undefined ? 'GET' : 'POST', timeoutMs, maxBytes: MAX_ANSWER_BYTES, signal },
    ...(body !== undefined && { body }),
  })
  if (!answer.ok) return { ok: false, fault: faultOf(answer.error) }
  return { ok: true, status: answer.value.status, text: answer.value.bytes.toString() }
}

const faultOf = (failure: AskFailure): WitnessFault =>
  failure === 'too-large' ? { kind: 'wrong', why: failure } : { kind: 'silent', why: failure }
