/** Where a curve passes level, from its left to its right edge. Unit: px. */
export interface Waypoint {
  readonly left: number
  readonly right: number
  readonly y: number
}
export interface End extends Waypoint {
  readonly column: number
}

/** what the arrow head takes before the node's edge */
const HEAD_PX = 3

/**
 * The curve from one node to another through its waypoints (given left to right), level wherever it meets one, as SVG path
 * data, and where its arrow head stands. Nodes of one column are joined by a bow beside them.
 */
export function routeLink(from: End, to: End, waypoints: readonly Waypoint[]) {
  if (from.column === to.column) return bow(from, to, waypoints[0])
  const direction = from.column < to.column ? 1 : -1
  const start = { x: direction === 1 ? from.right : from.left, y: from.y }
  const end = { x: direction === 1 ? to.left - HEAD_PX : to.right + HEAD_PX, y: to.y }
  const ordered = direction === 1 ? waypoints : waypoints.toReversed()
  let curve = `M${round(start.x)} ${round(start.y)}`
  let at = start
  for (const { left, right, y } of ordered) {
    const [near, far] = direction === 1 ? [left, right] : [right, left]
    curve += `${level(at, { x: near, y })}H${round(far)}`
    at = { x: far, y }
  }
  curve += level(at, end)
  return { curve, tip: { ...end, direction: direction as 1 | -1 } }
}

interface Point {
  readonly x: number
  readonly y: number
}

function level(from: Point, to: Point): string {
  const half = round((from.x + to.x) / 2)
  return `C${half} ${round(from.y)} ${half} ${round(to.y)} ${round(to.x)} ${round(to.y)}`
}

function bow(from: End, to: End, through: Waypoint | undefined) {
  const toLeft = from.column === 2
  const edge = (end: Waypoint): number => (toLeft ? end.left : end.right)
  const turn = through ? (toLeft ? through.right : through.left) : edge(from) + (toLeft ? -40 : 40)
  const y = through?.y ?? (from.y + to.y) / 2
  const tip = {
    x: edge(to) + (toLeft ? -HEAD_PX : HEAD_PX),
    y: to.y,
    direction: (toLeft ? 1 : -1) as 1 | -1,
  }
  const [start, x] = [round(edge(from)), round(turn)]
  const out = `M${start} ${round(from.y)}C${x} ${round(from.y)} ${x} ${round(from.y)} ${x} ${round(y)}`
  const back = `C${x} ${round(to.y)} ${x} ${round(to.y)} ${round(tip.x)} ${round(tip.y)}`
  const curve = out + back
  return { curve, tip }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
