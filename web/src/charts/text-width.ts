/** No line may start with these; they stay with the character before. */
const NEVER_FIRST = /^[，。、；：！？）」』】〕》〉…‥·%％)\]},.;:!?]/u
/** No line may end with these; they stay with the character after. */
const NEVER_LAST = /[（「『【〔《〈([{]$/u
const ELLIPSIS = '…'

/**
 * Width of a text in the page's fonts, in px, erring on the wide side. Measured without a document, so that a layout is the
 * same in a test, on a phone and on paper.
 */
export function textWidth(text: string, fontPx: number): number {
  let em = 0
  for (const character of text) em += characterEm(character)
  return em * fontPx
}

/** The text in lines no wider than `widthPx`, at most `maxLines`; what does not fit ends in an ellipsis. */
export function wrapText(
  text: string,
  { widthPx, fontPx, maxLines }: { readonly widthPx: number; readonly fontPx: number; readonly maxLines: number },
): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of pieces(text, widthPx, fontPx)) {
    if (line !== '' && textWidth(line + piece.trimEnd(), fontPx) > widthPx) {
      lines.push(line.trim())
      line = piece.trimStart()
    } else line += piece
  }
  if (line.trim() !== '') lines.push(line.trim())
  if (lines.length <= maxLines) return lines
  const last = lines.slice(maxLines - 1).join('')
  return [...lines.slice(0, maxLines - 1), shortenText(last, widthPx, fontPx)]
}

/** As `wrapText`, with lines about equally long: no single character is left over on a last line. */
export function wrapBalanced(text: string, room: Parameters<typeof wrapText>[1]): readonly string[] {
  const lines = wrapText(text, room)
  if (lines.length < 2) return lines
  // Not narrower than its longest word: a date torn apart reads worse than an uneven line.
  const words = (text.match(/[!-~–]+/g) ?? []).map((word) => textWidth(word, room.fontPx))
  const even = textWidth(text, room.fontPx) / lines.length
  const least = Math.max(even, ...words.filter((width) => width <= room.widthPx))
  for (let widthPx = least; widthPx < room.widthPx; widthPx += room.fontPx / 2) {
    const balanced = wrapText(text, { ...room, widthPx, maxLines: lines.length + 1 })
    if (balanced.length <= lines.length) return balanced
  }
  return lines
}

/** The text cut to `widthPx` with an ellipsis, or whole when it fits; empty when not even one character does. */
export function shortenText(text: string, widthPx: number, fontPx: number): string {
  if (textWidth(text, fontPx) <= widthPx) return text
  let kept = ''
  for (const character of text) {
    if (textWidth(kept + character + ELLIPSIS, fontPx) > widthPx) break
    kept += character
  }
  return kept === '' ? '' : kept + ELLIPSIS
}

function characterEm(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x7f) return asciiEm(character)
  return /[–·\u00a0-\u00ff]/u.test(character) ? 0.62 : 1
}

function asciiEm(character: string): number {
  if (/[ijl.,:;'|!]/.test(character)) return 0.34
  if (/[A-Z@%&mw—+<>=]/.test(character)) return /[MW@%]/.test(character) ? 0.95 : 0.72
  return character === ' ' ? 0.3 : 0.6
}

/** Smallest pieces a line may break between: one ideograph, or a word with its blanks; punctuation clings to its neighbour. */
function pieces(text: string, widthPx: number, fontPx: number): readonly string[] {
  const found: string[] = []
  for (const piece of text.match(/[!-~–]+\s*|\s+|./gu) ?? []) {
    const before = found.at(-1)
    const clings = before !== undefined && (NEVER_FIRST.test(piece) || NEVER_LAST.test(before))
    const fits = before !== undefined && textWidth(before + piece, fontPx) <= widthPx
    if (clings && fits) found[found.length - 1] = before + piece
    else found.push(...(textWidth(piece, fontPx) <= widthPx ? [piece] : piece))
  }
  return found
}
