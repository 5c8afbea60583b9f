/** Runs one work after the other, in the order they were asked for; a failed one does not stop the next. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** A line of works within this process. Nobody in it holds a connection while he waits. */
export function newTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}
