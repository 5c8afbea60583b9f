export type Attributes = Readonly<Record<string, string>>

/** Namespaces that are read, each with the prefix it goes by here, whatever prefix the file gives it. '' is no prefix. */
export type Vocabulary = ReadonlyMap<string, string>

const MAX_KEPT_NAMES = 1000
const LETTER_X = 0x78

/** The namespaces in force at an element: names are told by what they stand for, never by the prefix a program chose. */
export interface Scope {
  /** the scope of an element with these attributes */
  within(attributes: Attributes): Scope
  element(name: string): string
  attributes(written: Attributes): Attributes
}

/** No namespace declared yet: plain names stand for themselves, since some small programs declare none at all. */
export const newScope = (vocabulary: Vocabulary): Scope => scopeOf(new Map(), vocabulary)

function scopeOf(uris: ReadonlyMap<string, string>, vocabulary: Vocabulary): Scope {
  const elements = new Map<string, string>()
  const names = new Map<string, string>()
  const spelt = (name: string, isElement: boolean): string => {
    const colon = name.indexOf(':')
    const prefix = colon === -1 ? '' : name.slice(0, colon)
    if (colon === -1 && !isElement) return name
    const uri = uris.get(prefix)
    if (uri === undefined) return prefix === '' ? name : `?:${name}`
    const known = uri === '' && prefix === '' ? '' : vocabulary.get(uri)
    const local = name.slice(colon + 1)
    return known === undefined ? `?:${local}` : known === '' ? local : `${known}:${local}`
  }
  const kept = (cache: Map<string, string>, name: string): string => {
    const found = cache.get(name)
    if (found !== undefined) return found
    if (cache.size >= MAX_KEPT_NAMES) cache.clear()
    const made = spelt(name, cache === elements)
    cache.set(name, made)
    return made
  }
  const respelt = (written: Attributes): Attributes =>
    Object.fromEntries(Object.entries(written).map(([name, value]) => [kept(names, name), value]))
  const scope: Scope = {
    element: (name) => kept(elements, name),
    attributes: (written) => {
      for (const name in written) if (name.includes(':') && kept(names, name) !== name) return respelt(written)
      return written
    },
    within: (attributes) => {
      let own: Map<string, string> | undefined
      for (const name in attributes) {
        if (name.charCodeAt(0) !== LETTER_X || !name.startsWith('xmlns')) continue
        own ??= new Map(uris)
        own.set(name === 'xmlns' ? '' : name.slice('xmlns:'.length), attributes[name] ?? '')
      }
      return own ? scopeOf(own, vocabulary) : scope
    },
  }
  return scope
}
