import type { Services } from '../../src/http/services.ts'
import { type Parts, slicesOf } from '../../src/program/slices.ts'

/** Stands for a part that a test has no use for: any number of nothings. */
export const NOTHING: unknown = new Proxy(() => undefined, { get: () => NOTHING, apply: () => NOTHING })

/** The services of a server that is asked about some of its parts only, with all its slices; what is left out is nothing. */
export function servicesOf(parts: { readonly [Name in keyof Parts]?: unknown }): Services {
  const filled = new Proxy(parts, {
    get: (given, name) => (name in given ? given[name as keyof Parts] : NOTHING),
  }) as Parts
  return { ...(parts as Parts), slices: slicesOf(filled) }
}
