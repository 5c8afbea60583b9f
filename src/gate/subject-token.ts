import { createHmac } from 'node:crypto'

/** Pseudonyms of subjects: the first 16 bytes of HMAC-SHA-256 of `kind:value`, the same that imported logs carry. */
export interface SubjectTokens {
  bytesOf(kind: string, value: string): Buffer
  /** as hex, for decisions and events */
  hexOf(kind: string, value: string): string
}

export const TOKEN_BYTES = 16

/** Makes pseudonyms under the installation's key. The value is read as imports read it: upper case, no spaces or hyphens. */
export function subjectTokens(key: Buffer): SubjectTokens {
  const bytesOf = (kind: string, value: string) =>
    createHmac('sha256', key)
      .update(`${kind}:${value.toUpperCase().replace(/[\s-]/g, '')}`)
      .digest()
      .subarray(0, TOKEN_BYTES)
  return { bytesOf, hexOf: (kind, value) => bytesOf(kind, value).toString('hex') }
}
