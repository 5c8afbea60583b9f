/** Crashes on a bug. The message names the broken invariant and never holds protected data. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${invariant}`)
}

/** Proves at compile time that a union was switched exhaustively; crashes if a value slipped in anyway. */
export function assertNever(value: never, union: string): never {
  throw new Error(`invariant broken: unexpected ${union} ${typeof value}`)
}
