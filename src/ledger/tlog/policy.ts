import { fail, ok, type Result } from '../../base/result.ts'
import { cosignedAt } from './cosignature.ts'
import type { Note } from './note.ts'
import { COSIGNER_KEY, LOG_KEY, type NoteKey, parseNoteKey } from './note-key.ts'

const MAX_LINES = 1_000
const MAX_BYTES = 256_000

export interface PolicyWitness {
  readonly name: string
  readonly key: NoteKey
  readonly url?: string
}

interface Group {
  readonly threshold: number
  readonly members: readonly string[]
}

/** Whose signatures make a checkpoint trustworthy (C2SP tlog-policy). */
export interface Policy {
  readonly logs: readonly { readonly key: NoteKey; readonly url?: string }[]
  readonly witnesses: readonly PolicyWitness[]
  readonly groups: ReadonlyMap<string, Group>
  /** name of a witness or group; `none`: no witness is asked for */
  readonly quorum: string
}

export interface PolicyFailure {
  readonly line: number
  readonly reason: string
}

interface Draft {
  logs: { key: NoteKey; url?: string }[]
  witnesses: PolicyWitness[]
  groups: Map<string, Group>
  quorum: string | undefined
}

/** Reads a policy file. Refuses unknown words, names used before they are defined, keys given twice, a second quorum. */
export function parsePolicy(text: string): Result<Policy, PolicyFailure> {
  const lines = text.split('\n')
  if (lines.length > MAX_LINES || text.length > MAX_BYTES) return fail({ line: 0, reason: 'too long' })
  const draft: Draft = { logs: [], witnesses: [], groups: new Map(), quorum: undefined }
  for (const [i, line] of lines.entries()) {
    const words = line
      .replace(/#.*$/, '')
      .split(/[ \t]+/)
      .filter(Boolean)
    const reason = words.length === 0 ? undefined : readLine(draft, words)
    if (reason !== undefined) return fail({ line: i + 1, reason })
  }
  const { quorum } = draft
  return quorum === undefined ? fail({ line: lines.length, reason: 'no quorum' }) : ok({ ...draft, quorum })
}

function readLine(draft: Draft, [word, ...rest]: readonly string[]): string | undefined {
  switch (word) {
    case 'log':
      return readLog(draft, rest)
    case 'witness':
      return readWitness(draft, rest)
    case 'group':
      return readGroup(draft, rest)
    case 'quorum':
      return readQuorum(draft, rest)
    default:
      return `unknown word ${word}`
  }
}

function readLog(draft: Draft, [vkey = '', url, ...more]: readonly string[]): string | undefined {
  const key = parseNoteKey(vkey)
  if (key?.type !== LOG_KEY || more.length > 0 || !isUrl(url)) return 'a log line is: log VKEY [URL]'
  if (draft.logs.some((log) => log.key.publicKey.equals(key.publicKey))) return 'this key stands here twice'
  draft.logs.push({ key, ...(url !== undefined && { url }) })
  return undefined
}

function readWitness(draft: Draft, [name = '', vkey = '', url, ...more]: readonly string[]): string | undefined {
  const key = parseNoteKey(vkey)
  if (!key || more.length > 0 || !isUrl(url)) return 'a witness line is: witness NAME VKEY [URL]'
  if (isTaken(draft, name)) return `the name ${name} is taken`
  if (draft.witnesses.some((other) => other.key.publicKey.equals(key.publicKey))) return 'this key stands here twice'
  draft.witnesses.push({ name, key, ...(url !== undefined && { url }) })
  return undefined
}

function readGroup(draft: Draft, [name = '', rule = '', ...members]: readonly string[]): string | undefined {
  if (isTaken(draft, name)) return `the name ${name} is taken`
  if (members.length === 0 || new Set(members).size !== members.length) return 'a group names its members once each'
  const unknown = members.find((member) => !isDefined(draft, member))
  if (unknown !== undefined) return `${unknown} is not defined above`
  const threshold = thresholdOf(rule, members.length)
  if (threshold === undefined) return `not a rule for ${members.length} members: ${rule}`
  draft.groups.set(name, { threshold, members })
  return undefined
}

function thresholdOf(rule: string, members: number): number | undefined {
  if (rule === 'all') return members
  if (rule === 'any') return 1
  const count = /^[1-9]\d*$/.test(rule) ? Number(rule) : 0
  return count >= 1 && count <= members ? count : undefined
}

function readQuorum(draft: Draft, [name = '', ...more]: readonly string[]): string | undefined {
  if (more.length > 0 || draft.quorum !== undefined) return 'there is one quorum'
  if (name !== 'none' && !isDefined(draft, name)) return `${name} is not defined above`
  draft.quorum = name
  return undefined
}

const isDefined = (draft: Draft, name: string): boolean =>
  draft.groups.has(name) || draft.witnesses.some((witness) => witness.name === name)
const KEYWORDS = new Set(['', 'none', 'all', 'any'])
const isTaken = (draft: Draft, name: string): boolean => KEYWORDS.has(name) || isDefined(draft, name)
const isUrl = (url: string | undefined): boolean => url === undefined || /^https?:\/\//.test(url)

/** Whether enough witnesses of the policy have cosigned this note; with the witnesses that have. */
export function judgeNote(
  policy: Policy,
  note: Note,
): { readonly isSatisfied: boolean; readonly seenBy: readonly string[] } {
  const seenBy = policy.witnesses
    .filter(({ key }) => (key.type === COSIGNER_KEY ? cosignedAt(note, key) !== undefined : isPlainlySigned(note, key)))
    .map(({ name }) => name)
  const holds = (name: string): boolean => {
    const group = policy.groups.get(name)
    if (!group) return seenBy.includes(name)
    return group.members.filter(holds).length >= group.threshold
  }
  return { isSatisfied: policy.quorum === 'none' || holds(policy.quorum), seenBy }
}

const isPlainlySigned = (note: Note, key: NoteKey): boolean =>
  note.signatures.some(
    ({ name, keyId, bytes }) => name === key.name && keyId === key.id && key.isSignedBy(Buffer.from(note.text), bytes),
  )
