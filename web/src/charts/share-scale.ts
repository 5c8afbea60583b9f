const FLOORS = [0.999, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5] as const

/** Where an axis of shares begins so that the least one still stands above it; it always ends at 1. */
export function shareFloor(least: number): number {
  return FLOORS.find((floor) => floor < least) ?? 0
}

/** Every how many of `count` positions a label of `labelPx` fits into `widthPx`. */
export function labelStep(count: number, widthPx: number, labelPx: number): number {
  return Math.max(1, Math.ceil((count * labelPx) / Math.max(1, widthPx)))
}

const BOUNDS = 3
/** The darkest shade is for the top seventh: one hour with one access, and that one open, must not make all others pale. */
const DARKEST_FROM = 0.85

/** Upper bounds of the lighter three of four shades for the shares (0–1) of a heat map; the darkest has none. */
export function shadeBounds(shares: readonly number[]): readonly [number, number, number] {
  const open = shares.filter((share) => share > 0).toSorted((a, b) => a - b)
  const nice = niceAbove((open[Math.floor(DARKEST_FROM * (open.length - 1))] ?? 0) / BOUNDS)
  return [nice, nice * 2, nice * 3]
}

/** Which shade, 0 for none open, 1–4 from light to dark. */
export function shadeOf(share: number, bounds: readonly number[]): 0 | 1 | 2 | 3 | 4 {
  if (share <= 0) return 0
  const above = bounds.filter((bound) => share > bound).length
  return (above + 1) as 1 | 2 | 3 | 4
}

/** The least of 1, 2, 2.5, 5 × a power of ten not below the value; 0.001 for nothing. */
function niceAbove(value: number): number {
  if (value <= 0.001) return 0.001
  const power = 10 ** Math.floor(Math.log10(value))
  const nice = [1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.9999) ?? 10
  return nice * power
}
