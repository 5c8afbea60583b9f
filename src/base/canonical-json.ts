/** Any value JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Serialises a value the one way RFC 8785 (JCS) allows: keys sorted by UTF-16 code units, no white space,
 * ECMAScript number format. Throws on a number that JSON cannot hold (NaN, Infinity).
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('invariant broken: number is finite')
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`)
  return `{${members.join(',')}}`
}

// Array.isArray does not narrow readonly arrays out of a union; this does.
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
