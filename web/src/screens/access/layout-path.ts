import type { PathLink, PathNode } from '../../../../src/wire/access.ts'
import { textWidth, wrapBalanced } from '../../charts/text-width.ts'
import { routeLink, type Waypoint } from './route-link.ts'
import { spread } from './spread.ts'

/** Past these the picture would be unreadable; the table beside it shows all. */
export const MAX_NODES = 24
export const MAX_LINKS = 48
const TITLE_PX = 15
const DETAIL_PX = 13
const LABEL_PX = 13
export const TITLE_LINE_PX = 21
export const DETAIL_LINE_PX = 19
export const LABEL_LINE_PX = 18
export const NODE_PADDING_PX = 14
/** room for the mark before a label's first line */
export const MARK_PX = 20
/** a link without words of its own shows its mark alone */
const MARK_ALONE_PX = 14
const OUTER_SHARE = 0.175
const INNER_SHARE = 0.215
const ROW_GAP_PX = 32
const CHIP_GAP_PX = 10
const CHIP_PADDING_PX = 8
/** what a curve needs on each side of its label to be seen as a curve */
const CURVE_PX = 40
const EDGE_PX = 2

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface PlacedNode extends Box {
  readonly node: PathNode
  readonly title: readonly string[]
  readonly detail: readonly string[]
}
export interface PlacedLink {
  readonly link: PathLink
  readonly curve: string
  /** where the arrow head stands, pointing right (1) or left (−1) */
  readonly tip: { readonly x: number; readonly y: number; readonly direction: 1 | -1 }
  readonly chip: Box & { readonly lines: readonly string[] }
}
export interface PathLayout {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly links: readonly PlacedLink[]
  /** nodes and links beyond the limits, shown in the table only */
  readonly left: number
}

type Size = { readonly width: number; readonly height: number; readonly lines: readonly string[] }
interface Row extends Size {
  readonly node: PathNode | null
  readonly linkIndex: number | null
}
interface Slot {
  readonly linkIndex: number
  readonly gap: 0 | 1
  readonly size: Size
  readonly wish: number
}

/**
 * Places officer, records and subject in three columns and runs each link through its own label, so that a line and its
 * words can be told apart however many there are. Labels between neighbouring columns stand in the gap between them; a link
 * over a column gets a row of its own there. Deterministic. `width` in px, at least about 700.
 */
export function layoutPath(
  path: { readonly nodes: readonly PathNode[]; readonly links: readonly PathLink[] },
  width: number,
): PathLayout {
  const nodes = path.nodes.slice(0, MAX_NODES)
  const column = new Map(nodes.map((node) => [node.id, node.column]))
  const links = path.links
    .filter(({ from, to }) => column.has(from) && column.has(to) && from !== to)
    .slice(0, MAX_LINKS)
  const frame = columnsOf(width)
  const rows = placeRows(nodes, links, column, frame)
  const slots = links.flatMap((link, i) => slotsOf(link, i, rows, frame))
  const chips = ([0, 1] as const).flatMap((gap) =>
    placeSlots(
      slots.filter((slot) => slot.gap === gap),
      frame,
    ),
  )
  const shift = EDGE_PX - Math.min(0, ...[...rows.values(), ...chips.map(({ box }) => box)].map(({ y }) => y))
  const placed = nodes.flatMap((node) => placeNode(node, rows.get(node.id), shift))
  const routed = links.map((link, i) => routeOne(link, i, { rows, chips, shift, links }))
  const boxes: readonly Box[] = [...placed, ...routed.map(({ chip }) => chip)]
  return {
    width,
    height: Math.max(0, ...boxes.map((box) => box.y + box.height)) + EDGE_PX,
    nodes: placed,
    links: routed,
    left: path.nodes.length - nodes.length + path.links.length - links.length,
  }
}

interface Frame {
  readonly gapWidth: number
  readonly nodeWidth: (column: number) => number
  readonly left: (column: number) => number
}

/** Officer and subject are short; what a record says needs the wider column. */
function columnsOf(width: number): Frame {
  const outer = Math.max(148, Math.min(204, Math.round(width * OUTER_SHARE)))
  const inner = Math.max(156, Math.min(250, Math.round(width * INNER_SHARE)))
  const gapWidth = Math.max(90, (width - 2 * EDGE_PX - 2 * outer - inner) / 2)
  const lefts = [EDGE_PX, EDGE_PX + outer + gapWidth, EDGE_PX + outer + inner + 2 * gapWidth]
  return {
    gapWidth,
    nodeWidth: (column) => (column === 1 ? inner : outer),
    left: (column) => lefts[column] ?? 0,
  }
}

function nodeLines(node: PathNode, nodeWidth: number) {
  const widthPx = nodeWidth - 2 * NODE_PADDING_PX
  const title = wrapBalanced(node.title, { widthPx, fontPx: TITLE_PX, maxLines: 3 })
  const detail = wrapBalanced(node.detail, { widthPx, fontPx: DETAIL_PX, maxLines: 4 })
  return {
    title,
    detail,
    height: 2 * 11 + title.length * TITLE_LINE_PX + detail.length * DETAIL_LINE_PX,
  }
}

function chipSize(label: string, roomPx: number): Size {
  const lines = wrapBalanced(label, {
    widthPx: roomPx - MARK_PX - 2 * CHIP_PADDING_PX,
    fontPx: LABEL_PX,
    maxLines: 5,
  })
  const widest = Math.max(0, ...lines.map((line) => textWidth(line, LABEL_PX)))
  const height = 2 * 4 + Math.max(1, lines.length) * LABEL_LINE_PX
  const words = lines.length > 0 ? MARK_PX + Math.ceil(widest) : MARK_ALONE_PX
  return { width: words + 2 * CHIP_PADDING_PX, height, lines }
}

/** Boxes of nodes by id, and of labels over the middle column by `link:<index>`. */
function placeRows(
  nodes: readonly PathNode[],
  links: readonly PathLink[],
  column: ReadonlyMap<string, number>,
  frame: Frame,
) {
  const boxes = new Map<string, Box & { lines: readonly string[]; column: number }>()
  const columns: Row[][] = [[], [], []]
  for (const node of nodes) {
    columns[node.column]?.push({
      node,
      linkIndex: null,
      width: frame.nodeWidth(node.column),
      height: nodeLines(node, frame.nodeWidth(node.column)).height,
      lines: [],
    })
  }
  links.forEach((link, linkIndex) => {
    if (Math.abs((column.get(link.from) ?? 0) - (column.get(link.to) ?? 0)) < 2) return
    columns[1]?.push({
      node: null,
      linkIndex,
      ...chipSize(link.label, frame.nodeWidth(1) + CURVE_PX),
    })
  })
  const tall = (rows: readonly Row[]) =>
    rows.reduce((sum, { height }) => sum + height, 0) + Math.max(0, rows.length - 1) * ROW_GAP_PX
  const inner = Math.max(...columns.map(tall))
  columns.forEach((rows, index) => {
    let y = (inner - tall(rows)) / 2
    for (const { node, linkIndex, width, height, lines } of rows) {
      const x = frame.left(index) + (frame.nodeWidth(index) - width) / 2
      boxes.set(node ? node.id : `link:${linkIndex}`, { x, y, width, height, lines, column: index })
      y += height + ROW_GAP_PX
    }
  })
  return boxes
}

type Rows = ReturnType<typeof placeRows>
const middle = (box: Box): number => box.y + box.height / 2
/** What holds a curve's place in a gap it only passes through. */
const PASSING: Size = { width: 0, height: 6, lines: [] }

function slotsOf(link: PathLink, linkIndex: number, rows: Rows, frame: Frame): readonly Slot[] {
  const [from, to, over] = [rows.get(link.from), rows.get(link.to), rows.get(`link:${linkIndex}`)]
  if (!from || !to) return []
  const [first, last] = from.column <= to.column ? [from, to] : [to, from]
  if (over) {
    return [
      { linkIndex, gap: 0, size: PASSING, wish: (middle(first) + middle(over)) / 2 },
      { linkIndex, gap: 1, size: PASSING, wish: (middle(over) + middle(last)) / 2 },
    ]
  }
  const gap = Math.min(1, first.column) as 0 | 1
  // A gap without words is told by its dashes; a mark would only break them.
  const isBare = link.label === '' && link.state === 'missing'
  const size = isBare ? PASSING : chipSize(link.label, frame.gapWidth - 2 * CURVE_PX)
  return [{ linkIndex, gap, size, wish: (middle(first) + middle(last)) / 2 }]
}

interface PlacedSlot {
  readonly slot: Slot
  readonly box: Box
}

function placeSlots(slots: readonly Slot[], frame: Frame): readonly PlacedSlot[] {
  const ordered = slots.toSorted((a, b) => a.wish - b.wish || a.linkIndex - b.linkIndex)
  const middles = spread(
    ordered.map(({ wish, size }) => ({ wish, height: size.height })),
    CHIP_GAP_PX,
  )
  return ordered.map((slot, i) => {
    const gapLeft = frame.left(slot.gap) + frame.nodeWidth(slot.gap)
    const x = gapLeft + (frame.gapWidth - slot.size.width) / 2
    return {
      slot,
      box: {
        x,
        y: (middles[i] ?? 0) - slot.size.height / 2,
        width: slot.size.width,
        height: slot.size.height,
      },
    }
  })
}

function placeNode(node: PathNode, box: Box | undefined, shift: number): readonly PlacedNode[] {
  if (!box) return []
  const { title, detail } = nodeLines(node, box.width)
  return [{ node, title, detail, x: box.x, y: box.y + shift, width: box.width, height: box.height }]
}

interface Placed {
  readonly rows: Rows
  readonly chips: readonly PlacedSlot[]
  readonly shift: number
  readonly links: readonly PathLink[]
}

function routeOne(link: PathLink, linkIndex: number, placed: Placed): PlacedLink {
  const { rows, chips, shift } = placed
  const own = chips.filter(({ slot }) => slot.linkIndex === linkIndex).toSorted((a, b) => a.slot.gap - b.slot.gap)
  const over = rows.get(`link:${linkIndex}`)
  const words = over
    ? { ...over, lines: over.lines }
    : { ...(own[0]?.box ?? EMPTY), lines: own[0]?.slot.size.lines ?? [] }
  const through = over && own[0] && own[1] ? [own[0].box, over, own[1].box] : own.map(({ box }) => box)
  const waypoints: readonly Waypoint[] = through.map((box) => ({
    left: box.x,
    right: box.x + box.width,
    y: middle(box) + shift,
  }))
  const ends = [link.from, link.to].map((id) => {
    const box = rows.get(id) ?? EMPTY_ROW
    return {
      left: box.x,
      right: box.x + box.width,
      y: portOf(id, linkIndex, placed) + shift,
      column: box.column,
    }
  })
  const { curve, tip } = routeLink(ends[0] ?? EMPTY_END, ends[1] ?? EMPTY_END, waypoints)
  const { x, y, width, height, lines } = words
  return { link, curve, tip, chip: { x, y: y + shift, width, height, lines } }
}

const EMPTY: Box = { x: 0, y: 0, width: 0, height: 0 }
const EMPTY_ROW = { ...EMPTY, column: 0 }
const EMPTY_END = { left: 0, right: 0, y: 0, column: 0 }

/** Links of one node leave it spread over its height, in the order of their labels, so that they do not cross at the start. */
function portOf(id: string, linkIndex: number, { rows, chips, links }: Placed): number {
  const box = rows.get(id) ?? EMPTY_ROW
  const sideOf = (index: number): number => {
    const other = links[index]?.from === id ? links[index]?.to : links[index]?.from
    return (rows.get(other ?? '')?.column ?? 0) < box.column || box.column === 2 ? -1 : 1
  }
  const yOf = (index: number): number => {
    const own = chips.filter(({ slot }) => slot.linkIndex === index)
    const near = sideOf(index) === -1 ? own.at(-1) : own[0]
    return near ? middle(near.box) : 0
  }
  const same = links.flatMap((link, index) =>
    (link.from === id || link.to === id) && sideOf(index) === sideOf(linkIndex) ? [index] : [],
  )
  const rank = same.toSorted((a, b) => yOf(a) - yOf(b) || a - b).indexOf(linkIndex)
  return box.y + (box.height * (rank + 1)) / (same.length + 1)
}
