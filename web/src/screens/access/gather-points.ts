import type { DayItem } from '../../../../src/wire/access.ts'

/** closer than this, two points leave no room for the number over them */
const TOGETHER_PX = 22

/** An item, or several points of one verdict drawn as one. `x` is where a point stands. */
export interface Gathered {
  readonly item: DayItem
  readonly x: number
  readonly count: number
}

/**
 * Draws accesses of one verdict that fall together as one shape, where the first of them stands, with their number: a busy
 * officer has hundreds a day. The access this page is about always stands alone. Bars and points that are no access stay as they are.
 */
export function gathered(
  items: readonly DayItem[],
  accessId: string,
  scale: (at: number) => number,
): readonly Gathered[] {
  const groups: { item: DayItem; from: number; count: number }[] = []
  const single: Gathered[] = []
  for (const item of items.toSorted((a, b) => Date.parse(a.starts) - Date.parse(b.starts))) {
    const x = scale(Date.parse(item.starts))
    if (item.ends !== null || item.accessId === null || item.accessId === accessId) {
      single.push({ item, x, count: 1 })
      continue
    }
    const near = groups.findLast(({ item: other }) => other.verdict === item.verdict)
    // Measured from the group's first point: a chain of close points must not swallow the whole day.
    if (near && x - near.from < TOGETHER_PX) {
      near.count += 1
    } else groups.push({ item, from: x, count: 1 })
  }
  return [...single, ...groups.map(({ item, from, count }) => ({ item, x: from, count }))]
}
