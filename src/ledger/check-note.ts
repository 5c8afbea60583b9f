import { fingerprintOf } from './fingerprint.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from './tlog/checkpoint.ts'
import { cosignedAt } from './tlog/cosignature.ts'
import { parseNote } from './tlog/note.ts'
import { COSIGNER_KEY, formatNoteKey, LOG_KEY, type NoteKey } from './tlog/note-key.ts'
import { judgeNote, type Policy } from './tlog/policy.ts'

/**
 * Why a file is bad: `malformed` not in its one form; `content-differs` what it shows is not what was committed to;
 * `not-included` not at that place of the tree; `bad-signature`; `other-key` signed by none of the keys given;
 * `too-few-witnesses` fewer than asked for; `root-differs` the import has another root; `row-differs` another row;
 * `fork` two roots for one size.
 */
export const BAD_CODES = [
  'malformed',
  'content-differs',
  'not-included',
  'bad-signature',
  'other-key',
  'too-few-witnesses',
  'root-differs',
  'row-differs',
  'fork',
] as const
/**
 * Why it could not be checked: `unknown-kind` no file of ours; `unreadable`; `no-key` nobody said which key to trust;
 * `no-leaf` the proof does not say of what; `unknown-page` the page around the record is none of ours; `no-import` the
 * proof of a row came without that of its import; `no-checkpoint` cosignatures came without what they are over.
 */
export const OPEN_CODES = [
  'unknown-kind',
  'unreadable',
  'no-key',
  'no-leaf',
  'unknown-page',
  'no-import',
  'no-checkpoint',
] as const
export type CheckCode = (typeof BAD_CODES)[number] | (typeof OPEN_CODES)[number]

/** Whom the reader trusts: keys of logs and of witnesses who must have signed, and a policy. */
export interface Trust {
  readonly keys: readonly NoteKey[]
  readonly policy?: Policy
}

export interface NoteFindings {
  readonly codes: readonly CheckCode[]
  /** undefined: not to be read */
  readonly checkpoint?: Checkpoint
  /** the key that signed, and how it is read aloud */
  readonly vkey?: string
  readonly fingerprint?: string
  /** cosigners whose signature was verified, with the time each one states */
  readonly witnesses: readonly { readonly name: string; readonly at?: string }[]
  /** names on lines that were not checked */
  readonly unchecked: readonly string[]
}

/**
 * Checks a signed checkpoint against whom the reader trusts. `claimed` is the key that the file itself names: without a
 * trusted one the signature is checked with it, and that stays said.
 */
export function checkNote(source: string, trust: Trust, claimed?: NoteKey): NoteFindings {
  const note = parseNote(source)
  const checkpoint = note.ok ? parseCheckpoint(note.value.text) : undefined
  if (!note.ok || !checkpoint) return { codes: ['malformed'], witnesses: [], unchecked: [] }
  const logs = [
    ...trust.keys.filter(({ type }) => type === LOG_KEY),
    ...(trust.policy?.logs ?? []).map(({ key }) => key),
  ]
  const cosigners = trust.keys.filter(({ type }) => type === COSIGNER_KEY)
  const signed = signatureOf(source, logs, claimed)
  const asked = [...cosigners, ...(trust.policy?.witnesses ?? []).map(({ key }) => key)]
  const seen = asked.flatMap((key) => {
    const at = cosignedAt(note.value, key)
    return at ? [{ name: key.name, at: at.toISOString() }] : []
  })
  const judged = trust.policy ? judgeNote(trust.policy, note.value) : undefined
  const isSeen = cosigners.every(({ name }) => seen.some((each) => each.name === name)) && (judged?.isSatisfied ?? true)
  const known = new Set([...seen.map(({ name }) => name), ...(signed.key ? [signed.key.name] : [])])
  return {
    codes: [...signed.codes, ...(isSeen ? [] : (['too-few-witnesses'] as const))],
    checkpoint,
    ...(signed.key && { vkey: formatNoteKey(signed.key), fingerprint: fingerprintOf(signed.key) }),
    witnesses: seen.filter(({ name }, i) => seen.findIndex((other) => other.name === name) === i),
    unchecked: note.value.signatures.map(({ name }) => name).filter((name) => !known.has(name)),
  }
}

interface Signed {
  readonly codes: readonly CheckCode[]
  readonly key?: NoteKey
}

function signatureOf(source: string, logs: readonly NoteKey[], claimed: NoteKey | undefined): Signed {
  const isTrusted = (key: NoteKey) => logs.some((log) => formatNoteKey(log) === formatNoteKey(key))
  if (claimed) {
    const opened = openCheckpoint(source, claimed)
    if (!opened.ok) return { codes: [opened.error === 'malformed' ? 'malformed' : 'bad-signature'] }
    return { codes: logs.length === 0 ? ['no-key'] : isTrusted(claimed) ? [] : ['other-key'], key: claimed }
  }
  if (logs.length === 0) return { codes: ['no-key'] }
  const outcomes = logs.map((key) => ({ key, opened: openCheckpoint(source, key) }))
  const good = outcomes.find(({ opened }) => opened.ok)
  if (good) return { codes: [], key: good.key }
  return {
    codes: [
      outcomes.some(({ opened }) => !opened.ok && opened.error === 'bad-signature') ? 'bad-signature' : 'other-key',
    ],
  }
}

/** Whether a text is signature lines alone, as a witness answers them. */
export const isCosignature = (text: string): boolean => /^(?:— [^\n]+\n?)+$/.test(text)

/** Checks a witness's answer, signature lines alone, against the checkpoints at hand: it must be over one of them. */
export function checkCosignature(lines: string, trust: Trust, notes: readonly string[]): NoteFindings {
  const text = lines.endsWith('\n') ? lines : `${lines}\n`
  const bodies = notes.map((note) => note.slice(0, note.lastIndexOf('\n\n') + 1))
  const parsed = bodies.map((body) => parseNote(`${body}\n${text}`)).flatMap((note) => (note.ok ? [note.value] : []))
  const keys = [...trust.keys, ...(trust.policy?.witnesses ?? []).map(({ key }) => key)].filter(
    ({ type }) => type === COSIGNER_KEY,
  )
  const names = new Set([...text.matchAll(/^— (\S+) /gm)].map((match) => match[1] ?? ''))
  const known = keys.filter(({ name }) => names.has(name))
  const seen = known.flatMap((key) => {
    const times = parsed.flatMap((note) => cosignedAt(note, key) ?? [])
    return times[0] ? [{ name: key.name, at: times[0].toISOString() }] : []
  })
  const unchecked = [...names].filter((name) => !seen.some((each) => each.name === name))
  const over = parsed.find((note) => known.some((key) => cosignedAt(note, key)))
  const checkpoint = over && parseCheckpoint(over.text)
  const codes: CheckCode[] = []
  if (notes.length === 0) codes.push('no-checkpoint')
  else if (parsed.length === 0) codes.push('malformed')
  else if (known.length === 0) codes.push('no-key')
  else if (seen.length < known.length) codes.push('bad-signature')
  return { codes, ...(checkpoint && { checkpoint }), witnesses: seen, unchecked }
}
