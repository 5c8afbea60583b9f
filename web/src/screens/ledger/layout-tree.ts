/** A complete subtree as it stands: 2^level records from `first` on, at `x`, `width` wide and `height` tall. */
export interface PlacedSubtree {
  readonly level: number
  readonly first: number
  readonly count: number
  readonly x: number
  readonly width: number
  readonly height: number
}

const LEAST_WIDTH = 16
const GAP = 10
const GAP_SHARE = 0.38
const LEAST_HEIGHT = 12

/**
 * The complete subtrees a log of `size` records is made of, oldest and largest first. A level more doubles the records
 * and adds one measure of width and height: drawn to scale the newest would vanish beside a million.
 */
export function layoutTree(size: number, width: number, height: number): readonly PlacedSubtree[] {
  const levels: number[] = []
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) levels.unshift(level)
  const total = levels.reduce((sum, level) => sum + level + 1, 0)
  const share = width / Math.max(1, levels.length)
  const gap = Math.min(GAP, share * GAP_SHARE)
  const least = Math.min(LEAST_WIDTH, share - gap)
  const room = width - levels.length * least - (levels.length - 1) * gap
  const tallest = (levels[0] ?? 0) + 1
  let [x, first] = [0, 0]
  return levels.map((level) => {
    const part = (level + 1) / total
    const placed = {
      level,
      first,
      count: 2 ** level,
      x,
      width: least + Math.max(0, room) * part,
      height: LEAST_HEIGHT + (height - LEAST_HEIGHT) * ((level + 1) / tallest),
    }
    x += placed.width + gap
    first += placed.count
    return placed
  })
}
