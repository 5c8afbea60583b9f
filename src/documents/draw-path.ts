import type { AccessPage, PathLink, PathNode } from '../wire/access.ts'
import { fitted } from './taipei-time.ts'

const WIDTH_MM = 174
const NODE_WIDTH_MM = 38
const NODE_HEIGHT_MM = 14
const NODE_GAP_MM = 10
const TITLE_POINTS = 9
const DETAIL_POINTS = 7.5
const LABEL_POINTS = 7.5
const DETOUR_MM = 7
const MAX_NODES_PER_COLUMN = 5
const COLUMNS = [0, 1, 2] as const

interface Box {
  readonly x: number
  readonly y: number
}

/** The evidence path in millimetres: boxes in three columns, lines between them, one label each. */
export function drawPath(path: AccessPage['path']) {
  const byColumn = COLUMNS.map((column) =>
    path.nodes.filter((node) => node.column === column).slice(0, MAX_NODES_PER_COLUMN),
  )
  const tallest = Math.max(1, ...byColumn.map((nodes) => nodes.length))
  const inner = tallest * NODE_HEIGHT_MM + (tallest - 1) * NODE_GAP_MM
  const boxes = new Map<string, Box>()
  byColumn.forEach((nodes, column) => {
    const height = nodes.length * NODE_HEIGHT_MM + (nodes.length - 1) * NODE_GAP_MM
    nodes.forEach((node, i) => {
      boxes.set(node.id, {
        x: column * ((WIDTH_MM - NODE_WIDTH_MM) / 2),
        y: (inner - height) / 2 + i * (NODE_HEIGHT_MM + NODE_GAP_MM),
      })
    })
  })
  const links = path.links.flatMap((link) => drawLink(link, boxes, inner))
  const bottom = Math.max(inner, ...links.flatMap((link) => link.points.map((point) => point[1])))
  return {
    width: WIDTH_MM,
    height: bottom + 3,
    nodeWidth: NODE_WIDTH_MM,
    nodeHeight: NODE_HEIGHT_MM,
    nodes: byColumn.flat().map((node) => drawNode(node, boxes)),
    links,
    left: Math.max(0, path.nodes.length - boxes.size),
    /** read aloud in place of the drawing */
    spoken: spokenPath(path),
  }
}

function drawNode(node: PathNode, boxes: ReadonlyMap<string, Box>) {
  const box = boxes.get(node.id)
  return {
    x: box?.x ?? 0,
    y: box?.y ?? 0,
    exists: node.exists,
    title: fitted(node.title, TITLE_POINTS, NODE_WIDTH_MM - 6),
    detail: fitted(node.detail, DETAIL_POINTS, (NODE_WIDTH_MM - 6) * 1.85),
  }
}

function drawLink(link: PathLink, boxes: ReadonlyMap<string, Box>, inner: number) {
  const [from, to] = [boxes.get(link.from), boxes.get(link.to)]
  if (!from || !to) return []
  const points = route(from, to, inner)
  const middle = labelPoint(points)
  const room = points.length > 2 ? WIDTH_MM - NODE_WIDTH_MM : (WIDTH_MM - 3 * NODE_WIDTH_MM) / 2 - 1
  const twoLines = points.length === 2 && from.x !== to.x
  return [
    {
      state: link.state,
      label: fitted(link.label, LABEL_POINTS, twoLines ? room * 1.9 : room),
      labelWidth: room,
      x: middle[0],
      y: middle[1],
      points,
    },
  ]
}

/** Side to side between neighbouring columns, straight down within one, around below when a column lies between. */
function route(from: Box, to: Box, inner: number): (readonly [number, number])[] {
  const step = (WIDTH_MM - NODE_WIDTH_MM) / 2
  const centre = NODE_WIDTH_MM / 2
  if (from.x === to.x) {
    const [upper, lower] = from.y < to.y ? [from, to] : [to, from]
    return [
      [upper.x + centre, upper.y + NODE_HEIGHT_MM],
      [lower.x + centre, lower.y],
    ]
  }
  const [left, right] = from.x < to.x ? [from, to] : [to, from]
  if (right.x - left.x <= step + 1)
    return [
      [left.x + NODE_WIDTH_MM, left.y + NODE_HEIGHT_MM / 2],
      [right.x, right.y + NODE_HEIGHT_MM / 2],
    ]
  const below = inner + DETOUR_MM
  return [
    [left.x + centre, left.y + NODE_HEIGHT_MM],
    [left.x + centre, below],
    [right.x + centre, below],
    [right.x + centre, right.y + NODE_HEIGHT_MM],
  ]
}

function labelPoint(points: readonly (readonly [number, number])[]): readonly [number, number] {
  const half = Math.floor(points.length / 2)
  const [a, b] = [points[half - 1] ?? [0, 0], points[half] ?? [0, 0]]
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
}

const STATE_WORDS: Readonly<Record<PathLink['state'], string>> = {
  holds: '相連',
  missing: '查無紀錄相連',
  contradicts: '相牴觸',
}

function spokenPath(path: AccessPage['path']): string {
  const titles = new Map(path.nodes.map((node) => [node.id, node.title]))
  const links = path.links.map(
    (link) => `${titles.get(link.from) ?? ''}與${titles.get(link.to) ?? ''}：${STATE_WORDS[link.state]}，${link.label}`,
  )
  return `佐證路徑。${links.join('；')}。`
}
