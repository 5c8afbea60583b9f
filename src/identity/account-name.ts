// As personnel files, directories and the command line give them; the pattern of a change of role is the same.
const ACCOUNT = /^[a-z][a-z0-9._@-]{0,63}$/

/**
 * The account a typed or claimed name means, or undefined when it can be none. Only A–Z are folded: Unicode's own folding
 * makes a `k` of the Kelvin sign, and so one person of two.
 */
export function accountName(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined
  const folded = given.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return ACCOUNT.test(folded) ? folded : undefined
}
