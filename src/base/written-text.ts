/** One step of a rule that holds in the program and in the analytic store alike: an RE2 pattern and what replaces each match. */
export interface Rewrite {
  readonly pattern: string
  /** `$1` and `$2` are the groups */
  readonly to: string
}

/**
 * Signs that show nothing and still make two texts different: controls, formats (zero-width space, direction marks, byte
 * order marks, soft hyphens) and the fillers and selectors Unicode calls default-ignorable. White space is none of them.
 */
export const INVISIBLE = String.raw`[\x{00}-\x{08}\x{0E}-\x{1F}\x{7F}-\x{84}\x{86}-\x{9F}\x{AD}\x{034F}\x{061C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{3164}\x{FE00}-\x{FE0F}\x{FEFF}\x{FFA0}\x{FFF0}-\x{FFFB}\x{E0000}-\x{E0FFF}]`

/** White space that is left after NFKC has made spaces of the others. */
export const BLANK = String.raw`[\x{09}-\x{0D}\x{20}\x{85}\x{1680}\x{2028}\x{2029}]`

/** Punctuation and symbols that are left after NFKC, by their blocks: the classes of Unicode take either engine long to compile. */
export const SIGN = String.raw`[\x{21}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{60}\x{7B}-\x{7E}\x{A1}-\x{A9}\x{AB}-\x{B1}\x{B4}\x{B6}-\x{B8}\x{BB}\x{BF}\x{D7}\x{F7}\x{2010}-\x{2027}\x{2030}-\x{205E}\x{20A0}-\x{20CF}\x{2190}-\x{2BFF}\x{3001}-\x{3004}\x{3008}-\x{3020}\x{3030}-\x{303F}\x{30FB}\x{FE30}-\x{FE6F}\x{FFE0}-\x{FFEF}\x{1F000}-\x{1FAFF}]`

/** An identifier's hyphens and the dashes people and word processors put for them. */
export const DASH = String.raw`[\x{2D}\x{2010}-\x{2015}\x{2043}\x{2212}\x{2E3A}\x{2E3B}\x{301C}\x{3030}\x{FE58}]`

const PATTERNS = new Map<string, RegExp>()

/** The same pattern for this program: RE2 and ECMAScript agree on all that is used here but the writing of code points. */
function regExpOf(pattern: string): RegExp {
  const known = PATTERNS.get(pattern)
  if (known) return known
  const made = new RegExp(pattern.replaceAll('\\x{', '\\u{').replaceAll('\\p{Han}', '\\p{Script=Han}'), 'gu')
  PATTERNS.set(pattern, made)
  return made
}

/** The text after every step. */
export const rewrite = (text: string, steps: readonly Rewrite[]): string =>
  steps.reduce((at, { pattern, to }) => at.replace(regExpOf(pattern), to), text)

/** SQL text of the same: `text` is SQL text of a String. Patterns and replacements are this program's, never a file's. */
export const rewriteSql = (text: string, steps: readonly Rewrite[]): string =>
  steps.reduce((at, { pattern, to }) => `replaceRegexpAll(${at}, '${sqlText(pattern)}', '${replacement(to)}')`, text)

/** A text of this program as the inside of an SQL string. */
export const sqlText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")

const replacement = (to: string): string => to.replace(/\$(\d)/g, '\\\\$1')

/** Whether the pattern is found in the text; in SQL: `match`. */
export const isFound = (text: string, pattern: string): boolean => text.search(regExpOf(pattern)) !== -1

/** ASCII letters as capitals: the one change of case that both engines make alike. */
export const capitals = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
