/** Reads standard padded base64 and nothing else; `Buffer.from` alone accepts junk, so the text must come out again. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/**
 * As `decodeBase64`, but the unused last bits may be anything, as in Go's decoder: a signature line others wrote so is
 * then a wrong signature, not a malformed note.
 */
export function decodeLooseBase64(text: string): Buffer | undefined {
  const isForm = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
  return isForm ? Buffer.from(text, 'base64') : undefined
}
