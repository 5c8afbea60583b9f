/** The only source of "now". Pure code takes a Date; edges take a Clock; tests inject a fixed one. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still until the caller moves it. For tests and for deterministic samples. */
export function fixedClock(start: Date): Clock & { advanceMs(ms: number): void } {
  let currentMs = start.getTime()
  return {
    now: () => new Date(currentMs),
    advanceMs: (ms) => {
      currentMs += ms
    },
  }
}
