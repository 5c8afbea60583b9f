import type { ReadTile } from './grow-tree.ts'
import { proveConsistency, rootAt } from './prove.ts'
import { openCheckpoint } from './tlog/checkpoint.ts'
import { cosignedAt } from './tlog/cosignature.ts'
import { parseNote } from './tlog/note.ts'
import type { NoteKey } from './tlog/note-key.ts'
import { judgeNote, type Policy, type PolicyWitness } from './tlog/policy.ts'
import { formatAddCheckpoint, monitoringPath } from './tlog/witness.ts'

const TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 64 * 1024
// One refusal for a stale size is the protocol; a second means somebody else submits for this log.
const MAX_ATTEMPTS = 2

/** What came of asking a policy's witnesses for their signatures. */
export interface Witnessed {
  /** the note with every right cosignature under it */
  readonly note: string
  readonly isSatisfied: boolean
  readonly seenBy: readonly string[]
  /**
   * Size of a checkpoint that a witness shows, signed with this log's own key, and that this tree does not continue: the
   * log was restored from a backup, or forked. A witness's word alone never counts: it could stop a log it dislikes.
   */
  readonly contradictedAt: number | undefined
}

/** Remembers, for each witness, the size it signed last: the next proof starts there. */
export type KnownSizes = Map<string, number>

/**
 * Asks every witness of the policy at once to cosign this checkpoint (C2SP tlog-witness). A witness that is down, slow
 * or wrong is passed over; what it answered is believed only if its signature verifies.
 */
export async function askWitnesses(
  policy: Policy,
  log: NoteKey,
  checkpoint: SignedSize,
  known: KnownSizes,
  readTile: ReadTile,
): Promise<Witnessed> {
  const answers = await Promise.all(
    policy.witnesses.map((witness) =>
      askWitness(witness, log, checkpoint, known, readTile).catch(() => ({ lines: '' })),
    ),
  )
  const lines = answers.map((answer) => answer.lines).join('')
  const note = `${checkpoint.note}${lines}`
  const parsed = parseNote(note)
  const shown = answers.flatMap((answer) => ('contradicts' in answer ? [answer.contradicts ?? 0] : []))
  const judged = parsed.ok ? judgeNote(policy, parsed.value) : { isSatisfied: false, seenBy: [] }
  return {
    note: parsed.ok ? note : checkpoint.note,
    ...judged,
    contradictedAt: shown.length > 0 ? Math.max(...shown) : undefined,
  }
}

interface SignedSize {
  readonly note: string
  readonly size: number
}

interface Answer {
  /** right signature lines, '' for none */
  readonly lines: string
  readonly contradicts?: number
}

async function askWitness(
  witness: PolicyWitness,
  log: NoteKey,
  checkpoint: SignedSize,
  known: KnownSizes,
  readTile: ReadTile,
): Promise<Answer> {
  if (witness.url === undefined) return { lines: '' }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const oldSize = known.get(witness.name) ?? 0
    const proof = await proveConsistency(readTile, oldSize, checkpoint.size)
    const { status, text } = await post(witness.url, formatAddCheckpoint({ oldSize, proof, note: checkpoint.note }))
    if (status === 200) {
      known.set(witness.name, checkpoint.size)
      return { lines: rightLines(witness, checkpoint.note, text) }
    }
    const size = status === 409 && /^(0|[1-9]\d*)\n$/.test(text) ? Number(text) : undefined
    if (status === 422 || (size !== undefined && size > checkpoint.size))
      return whatItShows(witness.url, log, checkpoint, readTile)
    if (size === undefined) return { lines: '' }
    known.set(witness.name, size)
  }
  return { lines: '' }
}

// What it publishes is believed only as far as our own key has signed it.
async function whatItShows(url: string, log: NoteKey, checkpoint: SignedSize, readTile: ReadTile): Promise<Answer> {
  const response = await fetch(`${url.replace(/\/$/, '')}/${monitoringPath(log.name)}`, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = response.ok ? await response.text() : ''
  const shown = text.length <= MAX_ANSWER_BYTES ? openCheckpoint(text, log) : undefined
  if (!shown?.ok) return { lines: '' }
  const { size, root } = shown.value.checkpoint
  const isOurs = size <= checkpoint.size && (await rootAt(readTile, size, checkpoint.size)).equals(root)
  return isOurs ? { lines: '' } : { lines: '', contradicts: size }
}

// Only lines by this witness that verify: nothing else a server sends gets into our checkpoint.
function rightLines(witness: PolicyWitness, note: string, text: string): string {
  return text
    .split('\n')
    .filter((line) => {
      const parsed = parseNote(`${note}${line}\n`)
      return line !== '' && parsed.ok && cosignedAt(parsed.value, witness.key) !== undefined
    })
    .map((line) => `${line}\n`)
    .join('')
}

async function post(url: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const length = Number(response.headers.get('content-length') ?? 0)
  if (length > MAX_ANSWER_BYTES) return { status: 0, text: '' }
  const text = await response.text()
  return text.length > MAX_ANSWER_BYTES ? { status: 0, text: '' } : { status: response.status, text }
}
