/**
 * Lets a Node process live on another day: loaded first (`node --import`) with SHOUMI_TEST_DAY=YYYY-MM-DD it moves what
 * `Date` calls now to that day, time of day kept. Only tests load it; the program itself knows no such setting. Clocks
 * that measure spans (`performance.now`, timers, the databases' own) run on as they are.
 */
const day = process.env['SHOUMI_TEST_DAY']
if (day !== undefined) moveToday(offsetTo(day))

/** Milliseconds from now to the same time of the other day, as dates are counted in Taipei. */
export function offsetTo(other: string): number {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  return Date.parse(other) - Date.parse(today)
}

/** Stands by itself: its text is also run in the pages of the browser tests. */
export function moveToday(offsetMs: number): void {
  const Real = globalThis.Date
  const now = () => Real.now() + offsetMs
  globalThis.Date = new Proxy(Real, {
    apply: () => new Real(now()).toString(),
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
}
