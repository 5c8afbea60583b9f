/**
 * Text that somebody typed: a purpose, a place, a file's name. It must never pass for the program's own words, whatever
 * signs stand in it. Everything that shows text (page, PDF, CSV, ODS, terminal) comes here for it.
 */

/** Longest piece of typed text inside a sentence, in signs; the whole stands elsewhere. */
export const MAX_TYPED_IN_SENTENCE = 120
/** First strong isolate and its end (UAX #9): they keep what is between from turning the text around them, and mark it as typed. */
const OPENS = '\u2068'
const CLOSES = '\u2069'

// Controls, formats (direction, zero width, soft hyphen, tags), line and paragraph separators, private use, lone halves of
// pairs, signs without a meaning; and Chinese fillers and blanks that look like nothing at all.
const UNSEEN =
  /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Co}|\p{Cs}|\p{Cn}|\p{Variation_Selector}|\u034f|[\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu
const LINE_SIGNS = new Set(['\n', '\t'])

/**
 * The text with every sign that would not be seen, or would move others, written as its number: 〔U+202E〕. `keepsLines`
 * leaves line ends and tabs, for places that show several lines.
 */
export function asTyped(text: string, { keepsLines = false } = {}): string {
  if (text.search(UNSEEN) === -1) return text
  return text
    .replaceAll('\r\n', '\n')
    .replace(UNSEEN, (sign) => (keepsLines && LINE_SIGNS.has(sign) ? sign : named(sign)))
}

const named = (sign: string): string =>
  `〔U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}〕`

/** Typed text as a part of a sentence: marked, cut, and without the brackets that sentences put around it. */
export function inSentence(text: string): string {
  const seen = asTyped(text).replaceAll('「', '﹁').replaceAll('」', '﹂').replaceAll('“', '"').replaceAll('”', '"')
  const signs = [...seen]
  const cut = signs.length > MAX_TYPED_IN_SENTENCE ? `${signs.slice(0, MAX_TYPED_IN_SENTENCE).join('')}…` : seen
  return `${OPENS}${cut}${CLOSES}`
}

export interface SentencePart {
  readonly text: string
  readonly isTyped: boolean
}

/** A sentence in parts: the program's own words, and what it quotes. */
export function partsOf(sentence: string): readonly SentencePart[] {
  return sentence.split(OPENS).flatMap((piece, i): readonly SentencePart[] => {
    if (i === 0) return own(piece)
    const end = piece.indexOf(CLOSES)
    return end === -1
      ? [{ text: piece, isTyped: true }]
      : [{ text: piece.slice(0, end), isTyped: true }, ...own(piece.slice(end + 1))]
  })
}

const own = (text: string): readonly SentencePart[] =>
  text === '' ? [] : [{ text: text.replaceAll(CLOSES, ''), isTyped: false }]

/** A sentence as plain text, for places that know no parts. */
export const plainSentence = (sentence: string): string => sentence.replaceAll(OPENS, '').replaceAll(CLOSES, '')

/**
 * A value with every text in it made seen, for answers as a whole: what a screen forgets to treat as typed can then not
 * hide anything either. Lines stay lines, and marks of sentences stay marks.
 */
export function seenValue(value: unknown): unknown {
  if (typeof value === 'string') return seenText(value)
  if (Array.isArray(value)) return value.map(seenValue)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [seenText(name), seenValue(each)]))
}

function seenText(text: string): string {
  if (text.search(UNSEEN) === -1) return text
  return text.replace(/[^\u2068\u2069]+/g, (piece) => asTyped(piece, { keepsLines: true }))
}

/** One value in a line of a terminal or a table of text: lines and tabs would make rows and columns of their own. */
export const inOneLine = (text: string): string => asTyped(plainSentence(text))

/** Long runs without a place to break get places: for pages that cannot break a word. */
export const breakable = (text: string): string =>
  text.replace(/[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]{24}/gu, (run) => `${run}\u200b`)
