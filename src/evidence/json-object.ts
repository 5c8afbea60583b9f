/** Deepest nesting of a JSON line that is parsed here. */
const MAX_DEPTH = 32

/** The members of one line of JSON, or undefined when it is no object or nested too deep. Its depth is seen before it is parsed. */
export function jsonMembers(text: string): ReadonlyMap<string, string> | undefined {
  if (depthOf(text) > MAX_DEPTH) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    // A map, since a member may be called __proto__.
    return new Map(Object.entries(value).map(([key, member]) => [key, textOf(member)]))
  } catch {
    return undefined
  }
}

const textOf = (member: unknown): string =>
  member === null || member === undefined ? '' : typeof member === 'string' ? member : JSON.stringify(member)

function depthOf(text: string): number {
  let [depth, deepest] = [0, 0]
  let isText = false
  for (let i = 0; i < text.length && deepest <= MAX_DEPTH; i++) {
    const sign = text[i]
    if (isText) {
      if (sign === '\\') i++
      else if (sign === '"') isText = false
    } else if (sign === '"') isText = true
    else if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth)
    else if (sign === '}' || sign === ']') depth--
  }
  return deepest
}
