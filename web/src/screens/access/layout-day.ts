import type { AccessPage, DayItem, DayLane } from '../../../../src/wire/access.ts'
import type { VerdictName } from '../../../../src/wire/verdict.ts'
import { shortenText, textWidth } from '../../charts/text-width.ts'
import { hourTicks, type Span, type Tick } from './day-window.ts'
import { type Gathered, gathered } from './gather-points.ts'

const LABEL_PX = 13
export const ROW_PX = 34
export const BAR_PX = 26
export const HEAD_PX = 44
/** a point's shape, square */
export const POINT_PX = 12
/** the ring round the access this page is about */
export const RING_PX = 28
/** width the mark of a contradicting or absent bar takes before its label */
export const TONE_MARK_PX = 17
const LANE_PADDING_PX = 4
const APART_PX = 8
const INSIDE_PX = 9
const BESIDE_PX = 6
const NARROWEST_BAR_PX = 5
/** Accesses in more rows than this are sorted by verdict, a row each: a heap of shapes says nothing. */
const MIXED_ROWS = 2
const VERDICT_ROWS: readonly VerdictName[] = ['contradicted', 'unexplained', 'weak', 'explained']
/** Rows of one lane and items of one lane; the rest stands in the table. */
export const MAX_ROWS = 8
export const MAX_ITEMS = 200
const BAND_PX = 14

export interface DayMark {
  readonly item: DayItem
  readonly kind: 'bar' | 'point'
  /** from the left of the plot; a point's `x` is its middle and `width` 0 */
  readonly x: number
  readonly width: number
  /** middle of its row, from the top of the picture */
  readonly y: number
  readonly label: string
  /** where the label's box begins */
  readonly labelX: number
  readonly labelWidth: number
  readonly isInside: boolean
  readonly isCurrent: boolean
  /** points of one verdict too close to tell apart, drawn as one */
  readonly count: number
  readonly isCutStart: boolean
  readonly isCutEnd: boolean
}
export interface PlacedLane {
  readonly lane: DayLane['lane']
  readonly title: string
  readonly y: number
  readonly height: number
  readonly marks: readonly DayMark[]
  /** items that found no room */
  readonly left: number
}
export interface DayLayout {
  readonly width: number
  readonly height: number
  readonly ticks: readonly Tick[]
  readonly viewFrom: number
  readonly lanes: readonly PlacedLane[]
  readonly band: { readonly x: number; readonly width: number; readonly middle: number } | null
}

interface Wanted {
  readonly row: AccessPage['row']
  readonly day: AccessPage['day']
}

/** What a mark takes of its row, label included. */
interface Extent {
  readonly mark: Omit<DayMark, 'y'>
  readonly from: number
  readonly to: number
}

/**
 * Places the lanes of a day over `span` in `width` px. Within a lane whatever would overlap, words included, goes to a
 * further row; a label stands in its bar when it fits, else beside it, else shortened. Of a picture wider than its frame
 * `viewWidth` px around the access are seen first. Deterministic.
 */
export function layoutDay({ row, day }: Wanted, span: Span, width: number, viewWidth: number = width): DayLayout {
  const lanes: PlacedLane[] = []
  const focus = scale(Date.parse(row.at), span, width)
  const viewFrom = Math.max(0, Math.min(focus - viewWidth / 2, width - viewWidth))
  let y = HEAD_PX
  for (const lane of day.lanes) {
    const placed = placeLane(lane, { span, width, viewFrom, accessId: row.accessId, top: y })
    lanes.push(placed)
    y += placed.height
  }
  const isShown = focus >= 0 && focus <= width
  return {
    width,
    height: y + 2,
    ticks: hourTicks(span, width),
    viewFrom,
    lanes,
    band: isShown ? { x: focus - BAND_PX / 2, width: BAND_PX, middle: focus } : null,
  }
}

interface Room {
  readonly span: Span
  readonly width: number
  /** where the part begins that is seen before anybody scrolls */
  readonly viewFrom: number
  readonly accessId: string
  readonly top: number
}

function placeLane(lane: DayLane, room: Room): PlacedLane {
  const { span, width, top } = room
  const shown = gathered(lane.items, room.accessId, (at) => scale(at, span, width)).filter(({ item }) =>
    isWithin(item, span),
  )
  const ordered = shown.toSorted((a, b) => startOf(a.item) - startOf(b.item) || endOf(b.item) - endOf(a.item))
  const extents = ordered.slice(0, MAX_ITEMS).map((each) => extentOf(each, room))
  const mixed = fillRows([extents])
  const { placed, rows } = lane.lane === 'access' && mixed.rows > MIXED_ROWS ? fillRows(byVerdict(extents)) : mixed
  const marks = placed.map(({ mark, index }) => ({
    ...mark,
    y: top + LANE_PADDING_PX + index * ROW_PX + ROW_PX / 2,
  }))
  const height = Math.max(1, rows) * ROW_PX + 2 * LANE_PADDING_PX
  return {
    lane: lane.lane,
    title: lane.title,
    y: top,
    height,
    marks,
    left: ordered.length - marks.length,
  }
}

/** Each group in rows of its own, each mark in the first row where it touches nothing; marks beyond the last row are left. */
function fillRows(groups: readonly (readonly Extent[])[]) {
  const rowEnds: number[] = []
  const placed: { readonly mark: Extent['mark']; readonly index: number }[] = []
  for (const group of groups) {
    const first = rowEnds.length
    for (const { mark, from, to } of group) {
      const free = rowEnds.findIndex((end, row) => row >= first && end + APART_PX <= from)
      const index = free === -1 ? rowEnds.length : free
      if (index >= MAX_ROWS) continue
      rowEnds[index] = to
      placed.push({ mark, index })
    }
  }
  return { placed, rows: rowEnds.length }
}

function byVerdict(extents: readonly Extent[]): readonly (readonly Extent[])[] {
  return [null, ...VERDICT_ROWS].map((verdict) =>
    extents.filter(({ mark }) =>
      verdict === null
        ? mark.isCurrent || mark.item.verdict === null
        : !mark.isCurrent && mark.item.verdict === verdict,
    ),
  )
}

function extentOf(each: Gathered, room: Room): Extent {
  return each.item.ends === null ? pointExtent(each, room) : barExtent(each, room)
}

function pointExtent({ item, x, count }: Gathered, { width, accessId }: Room): Extent {
  const isCurrent = item.accessId === accessId
  const half = (isCurrent ? RING_PX : POINT_PX) / 2
  const [left, right] = [x - half, x + half]
  // Each of many accesses needs no words; the one this page is about has them.
  const label = item.accessId === null || isCurrent ? item.label : ''
  const beside = placeBeside({ label, left, right, width })
  return {
    mark: {
      item,
      kind: 'point',
      x,
      width: 0,
      ...beside.label,
      isInside: false,
      isCurrent,
      count,
      isCutStart: false,
      isCutEnd: false,
    },
    from: beside.from,
    to: beside.to,
  }
}

function barExtent({ item }: Gathered, { span, width, viewFrom, accessId }: Room): Extent {
  const [start, end] = [scale(startOf(item), span, width), scale(endOf(item), span, width)]
  const x = Math.max(0, Math.min(start, width - NARROWEST_BAR_PX))
  const right = Math.min(width, Math.max(end, x + NARROWEST_BAR_PX))
  const mark = hasToneMark(item) ? TONE_MARK_PX : 0
  const flags = {
    isCurrent: item.accessId === accessId,
    count: 1,
    isCutStart: start < 0,
    isCutEnd: end > width,
  }
  const needed = textWidth(item.label, LABEL_PX) + mark
  if (needed + 2 * INSIDE_PX <= right - x) {
    // A bar that began before what is seen at first has its words where they are seen, as far as it reaches.
    const labelX = Math.max(x, Math.min(viewFrom, right - needed - 2 * INSIDE_PX)) + INSIDE_PX
    const label = { label: item.label, labelX, labelWidth: needed }
    return {
      mark: { item, kind: 'bar', x, width: right - x, ...label, isInside: true, ...flags },
      from: x,
      to: right,
    }
  }
  const beside = placeBeside({ label: item.label, left: x, right, width, markPx: mark })
  return {
    mark: { item, kind: 'bar', x, width: right - x, ...beside.label, isInside: false, ...flags },
    from: beside.from,
    to: beside.to,
  }
}

/** Whether a bar shows ✕ or ∅ before its words: tone alone would be lost on a black-and-white print. */
export function hasToneMark(item: DayItem): boolean {
  return item.tone === 'contradicts' || item.tone === 'absent'
}

interface Beside {
  readonly label: string
  readonly left: number
  readonly right: number
  readonly width: number
  readonly markPx?: number
}

function placeBeside({ label, left, right, width, markPx = 0 }: Beside) {
  if (label === '' && markPx === 0) return { label: { label: '', labelX: right, labelWidth: 0 }, from: left, to: right }
  const needed = textWidth(label, LABEL_PX) + markPx
  const [roomLeft, roomRight] = [left - BESIDE_PX, width - right - BESIDE_PX]
  const toRight = needed <= roomRight || (needed > roomLeft && roomRight >= roomLeft)
  const words = shortenText(label, (toRight ? roomRight : roomLeft) - markPx, LABEL_PX)
  const labelWidth = words === '' ? 0 : textWidth(words, LABEL_PX) + markPx
  const labelX = toRight ? right + BESIDE_PX : left - BESIDE_PX - labelWidth
  return {
    label: { label: words, labelX, labelWidth },
    from: toRight ? left : Math.min(left, labelX),
    to: toRight ? Math.max(right, labelX + labelWidth) : right,
  }
}

const startOf = (item: DayItem): number => Date.parse(item.starts)
const endOf = (item: DayItem): number => Date.parse(item.ends ?? item.starts)

function isWithin(item: DayItem, span: Span): boolean {
  return endOf(item) >= span.start && startOf(item) <= span.end
}

function scale(at: number, span: Span, width: number): number {
  return ((at - span.start) / (span.end - span.start)) * width
}
