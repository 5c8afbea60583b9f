import type { Json } from '../base/canonical-json.ts'

/** Deeper than anything we write; what is nested deeper is not read, since reading it would fill the stack. */
const MAX_DEPTH = 64

/** JSON that somebody handed in; undefined when it is none, or nested too deeply. */
export function readJson(text: string): Json | undefined {
  if (depthOf(text) > MAX_DEPTH) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function depthOf(text: string): number {
  let [depth, deepest, isInString] = [0, 0, false]
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (isInString && sign === '\\') at++
    else if (sign === '"') isInString = !isInString
    else if (!isInString && (sign === '{' || sign === '[')) deepest = Math.max(deepest, ++depth)
    else if (!isInString && (sign === '}' || sign === ']')) depth--
  }
  return deepest
}
