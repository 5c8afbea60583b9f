const NEWLINE = 0x0a
const RETURN = 0x0d

/**
 * Copies text into `target` from `at` on, with the line ends of every system as newlines. A return at the very end is
 * left out, as the next piece may begin with its newline: the caller puts it there. Returns where the copy ends.
 */
export function copyWithNewlines(text: Buffer, target: Buffer, at: number): number {
  let length = at
  let from = 0
  for (let found = text.indexOf(RETURN); found !== -1; found = text.indexOf(RETURN, from)) {
    length += text.copy(target, length, from, found)
    from = found + 1
    if (from < text.length && text[from] !== NEWLINE) target[length++] = NEWLINE
  }
  return length + text.copy(target, length, from)
}
