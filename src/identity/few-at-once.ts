/**
 * Runs works of this process, at most `most` at the same time; the others wait in the order they came, and hold nothing
 * meanwhile. For what strangers set off by the hundred: a try at the door must not be lost because connections ran out.
 */
export function fewAtOnce(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= most) await new Promise<void>((begin) => waiting.push(begin))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // Who waits longest takes the place over.
      if (next) next()
      else running--
    }
  }
}

/** The writes of sign-ins: tries taken and refusals recorded. */
export const atTheDoor = fewAtOnce(4)
