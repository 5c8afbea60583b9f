import type { AccessPage, DayItem, DayLane } from '../wire/access.ts'
import { fitted, taipeiTime, textWidthMm } from './taipei-time.ts'

const WIDTH_MM = 174
const AXIS_LEFT_MM = 24
const AXIS_TOP_MM = 6
const ROW_MM = 5.8
const LABEL_POINTS = 7.5
const MAX_TICKS = 9
const MAX_ITEMS_PER_LANE = 60
const MAX_ROWS_PER_LANE = 4
const MARK_MM = 3
const HOUR_MS = 3_600_000

interface Placed {
  readonly item: DayItem
  readonly x: number
  readonly width: number
  readonly row: number
  readonly label: string
  readonly labelX: number
}

/** The officer's day in millimetres: one lane under another on one axis of Taipei time, the access as a line through all. */
export function drawDay(page: AccessPage) {
  const [startMs, endMs] = [Date.parse(page.day.starts), Date.parse(page.day.ends)]
  const spanMs = Math.max(HOUR_MS, endMs - startMs)
  const xOf = (iso: string): number => {
    const share = (Date.parse(iso) - startMs) / spanMs
    return AXIS_LEFT_MM + Math.min(1, Math.max(0, share)) * (WIDTH_MM - AXIS_LEFT_MM)
  }
  let y = AXIS_TOP_MM
  const lanes = page.day.lanes.map((lane) => {
    const placed = placeItems(lane, xOf)
    const rows = Math.max(1, ...placed.map((each) => each.row + 1))
    const drawn = {
      title: lane.title,
      y,
      height: rows * ROW_MM,
      items: placed.map((each) => drawItem(each, page.row.accessId)),
    }
    y += drawn.height
    return drawn
  })
  return {
    width: WIDTH_MM,
    height: y + 1,
    axisTop: AXIS_TOP_MM,
    axisLeft: AXIS_LEFT_MM,
    rowHeight: ROW_MM,
    access: xOf(page.row.at),
    ticks: ticksOf(startMs, startMs + spanMs).map((ms) => ({
      x: xOf(new Date(ms).toISOString()),
      label: taipeiTime(new Date(ms)),
    })),
    lanes,
    spoken: spokenDay(page),
  }
}

function ticksOf(startMs: number, endMs: number): number[] {
  const hours = Math.ceil((endMs - startMs) / HOUR_MS)
  const step = [1, 2, 3, 4, 6, 12, 24].find((each) => hours / each <= MAX_TICKS) ?? Math.ceil(hours / MAX_TICKS)
  const stepMs = step * HOUR_MS
  // Taipei is a whole number of hours from UTC, so shifting by eight hours keeps ticks on Taipei's even hours.
  const first = Math.ceil((startMs + 8 * HOUR_MS) / stepMs) * stepMs - 8 * HOUR_MS
  const ticks: number[] = []
  for (let ms = first; ms <= endMs && ticks.length <= MAX_TICKS; ms += stepMs) ticks.push(ms)
  return ticks
}

/** Items of a lane on as many rows as their labels need; points of the access lane carry no label and share one row. */
function placeItems(lane: DayLane, xOf: (iso: string) => number): Placed[] {
  const ends: number[] = []
  const sorted = [...lane.items].sort((a, b) => a.starts.localeCompare(b.starts)).slice(0, MAX_ITEMS_PER_LANE)
  return sorted.map((item) => {
    const x = xOf(item.starts)
    const width = item.ends === null ? 0 : Math.max(1, xOf(item.ends) - x)
    if (lane.lane === 'access') return { item, x, width, row: 0, label: '', labelX: x }
    const label = fitted(item.label, LABEL_POINTS, 60)
    const labelWidth = textWidthMm(label, LABEL_POINTS) + 2
    const isInside = labelWidth <= width
    const labelX = isInside ? x + 1 : Math.min(x + width + MARK_MM / 2 + 0.5, WIDTH_MM - labelWidth)
    const right = Math.max(x + width, labelX + labelWidth)
    const left = Math.min(x - MARK_MM / 2, labelX)
    const free = ends.findIndex((end) => end <= left)
    const row = free === -1 ? Math.min(ends.length, MAX_ROWS_PER_LANE - 1) : free
    ends[row] = Math.max(ends[row] ?? 0, right)
    return { item, x, width, row, label, labelX }
  })
}

function drawItem(placed: Placed, accessId: string) {
  const { item, x, width, row, label, labelX } = placed
  return {
    x,
    width,
    row,
    label,
    labelX,
    isPoint: item.ends === null,
    tone: item.tone,
    verdict: item.verdict,
    isThis: item.accessId === accessId,
  }
}

function spokenDay(page: AccessPage): string {
  const lanes = page.day.lanes.map((lane) => {
    const items = lane.items.slice(0, MAX_ITEMS_PER_LANE).map((item) => {
      const until = item.ends === null ? '' : `至${taipeiTime(new Date(item.ends))}`
      return `${taipeiTime(new Date(item.starts))}${until} ${item.label}`
    })
    return `${lane.title}：${items.join('、') || '無'}`
  })
  return `查詢人當日時間軸，查詢發生於 ${taipeiTime(new Date(page.row.at))}。${lanes.join('。')}。`
}
