import { fail, ok, type Result } from '../../base/result.ts'
import { decodeBase64 } from './base64.ts'
import { HASH_BYTES } from './hash.ts'

const HEADER = 'c2sp.org/tlog-proof@v1\n'
// A tree of 2^63 leaves has proofs of 63 hashes.
const MAX_HASHES = 63

/** One record's place in a log, with the checkpoint it is proved against (C2SP tlog-proof). */
export interface LogProof {
  readonly index: number
  /** not covered by the proof: what a reader needs to open the leaf */
  readonly extra?: Buffer
  /** leaf's sibling first */
  readonly hashes: readonly Buffer[]
  /** the signed note, as published */
  readonly checkpoint: string
}

/** Writes a `.tlog-proof` file. */
export function formatProof({ index, extra, hashes, checkpoint }: LogProof): string {
  const opening = extra ? `extra ${extra.toString('base64')}\n` : ''
  const path = hashes.map((hash) => `${hash.toString('base64')}\n`).join('')
  return `${HEADER}${opening}index ${index}\n${path}\n${checkpoint}`
}

/** Reads a `.tlog-proof` file; nothing is verified. */
export function parseProof(text: string): Result<LogProof, 'malformed'> {
  const match = /^(?:extra (\S*)\n)?index (0|[1-9]\d*)\n((?:[^\n]+\n)*)\n([\s\S]+)$/.exec(
    text.startsWith(HEADER) ? text.slice(HEADER.length) : '',
  )
  if (!match || match[4] === undefined) return fail('malformed')
  const index = Number(match[2])
  const extra = match[1] === undefined ? undefined : decodeBase64(match[1])
  const hashes = (match[3] ?? '').split('\n').slice(0, -1).map(decodeBase64)
  const whole = hashes.filter((hash) => hash?.length === HASH_BYTES) as Buffer[]
  if (match[1] !== undefined && extra === undefined) return fail('malformed')
  if (!Number.isSafeInteger(index) || whole.length !== hashes.length || whole.length > MAX_HASHES)
    return fail('malformed')
  return ok({ index, ...(extra && { extra }), hashes: whole, checkpoint: match[4] })
}
