/** What text read as UTF-8 is made of, besides ASCII. */
export interface Utf8Share {
  /** characters of three and four bytes: all of Chinese */
  readonly long: number
  /** characters of two bytes: letters of the West */
  readonly short: number
  /** sequences that are none */
  readonly broken: number
}

/** Counts over the characters that are not ASCII; one that is cut by the end of `bytes` is left out. */
export function utf8Share(bytes: Uint8Array): Utf8Share {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
  let [long, short, marks] = [0, 0, 0]
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code === 0xfffd) marks++
    else if (code > 0x7ff) long++
    else if (code > 0x7f) short++
  }
  // A file may hold U+FFFD itself: somebody before us met broken characters.
  const written =
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').split('\u00ef\u00bf\u00bd')
      .length - 1
  return { long: long + written, short, broken: Math.max(marks - written, 0) }
}

/**
 * Text with some broken sequences is still UTF-8 when whole characters outnumber them: in other encodings bytes form long
 * sequences of UTF-8 hardly ever, so that broken ones outnumber them twenty times.
 */
export const isMostlyUtf8 = ({ long, short, broken }: Utf8Share): boolean => broken === 0 || long + short / 4 >= broken
