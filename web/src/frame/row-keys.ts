const ROWS = 'main table.sheet tbody tr'
const FIRST = 'a[href], button:not(:disabled)'
/** These have keys of their own: a list that scrolls by itself, and a page with neighbours. */
const OWN_KEYS = /^\/(verdicts|accesses)/

/** Moves the focus to the next (1) or previous (−1) row's first link or button; Enter then does what it says. */
export function focusRow(path: string, step: 1 | -1): void {
  if (OWN_KEYS.test(path)) return
  const doors = [...document.querySelectorAll<HTMLElement>(ROWS)].flatMap((row) => {
    const door = row.closest('.sr-only') ? null : row.querySelector<HTMLElement>(FIRST)
    return door ? [{ row, door }] : []
  })
  const here = doors.findIndex(({ row }) => row.contains(document.activeElement))
  const next = here === -1 ? (step === 1 ? 0 : doors.length - 1) : here + step
  doors[next]?.door.focus()
}
