/** An expected outcome: a value, or a failure with a code from the slice's closed union. Bugs throw; failures return. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
export const fail = <const E>(error: E): Result<never, E> => ({ ok: false, error })
