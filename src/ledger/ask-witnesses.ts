import type { ReadTile } from './grow-tree.ts'
import { proveConsistency } from './prove.ts'
import { cosignedAt } from './tlog/cosignature.ts'
import { parseNote } from './tlog/note.ts'
import { judgeNote, type Policy, type PolicyWitness } from './tlog/policy.ts'
import { formatAddCheckpoint } from './tlog/witness.ts'

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
  /** largest size a witness claims to have signed beyond ours: this log was restored from a backup, or forked */
  readonly aheadSize: number | undefined
}

/** Remembers, for each witness, the size it signed last: the next proof starts there. */
export type KnownSizes = Map<string, number>

/**
 * Asks every witness of the policy at once to cosign this checkpoint (C2SP tlog-witness). A witness that is down, slow
 * or wrong is passed over; what it answered is believed only if its signature verifies.
 */
export async function askWitnesses(
  policy: Policy,
  checkpoint: { readonly note: string; readonly size: number },
  known: KnownSizes,
  readTile: ReadTile,
): Promise<Witnessed> {
  const answers = await Promise.all(
    policy.witnesses.map((witness) => askWitness(witness, checkpoint, known, readTile).catch(() => ({ lines: '' }))),
  )
  const lines = answers.map((answer) => answer.lines).join('')
  const note = `${checkpoint.note}${lines}`
  const parsed = parseNote(note)
  const ahead = answers.flatMap((answer) => ('ahead' in answer && answer.ahead !== undefined ? [answer.ahead] : []))
  const judged = parsed.ok ? judgeNote(policy, parsed.value) : { isSatisfied: false, seenBy: [] }
  return {
    note: parsed.ok ? note : checkpoint.note,
    ...judged,
    aheadSize: ahead.length > 0 ? Math.max(...ahead) : undefined,
  }
}

interface Answer {
  /** right signature lines, '' for none */
  readonly lines: string
  readonly ahead?: number
}

async function askWitness(
  witness: PolicyWitness,
  checkpoint: { readonly note: string; readonly size: number },
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
    if (size === undefined) return { lines: '' }
    if (size > checkpoint.size) return { lines: '', ahead: size }
    known.set(witness.name, size)
  }
  return { lines: '' }
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
