import type { VerdictSummary } from '../../../src/wire/verdict.ts'
import { openOf, shareOf, totalOf } from './counts.ts'
import { labelStep, shareFloor } from './share-scale.ts'

export const PLOT_LEFT_PX = 52
export const PLOT_RIGHT_PX = 14
export const SHARE_TOP_PX = 12
export const SHARE_HEIGHT_PX = 120
export const OPEN_TOP_PX = 156
export const OPEN_HEIGHT_PX = 52
export const CHART_HEIGHT_PX = 236
const DAY_LABEL_PX = 50
const WIDEST_BAR_PX = 26

export interface ShareDay {
  readonly day: string
  readonly counts: VerdictSummary['byDay'][number]['counts']
  readonly total: number
  /** middle of its strip */
  readonly x: number
  /** height of the share's point; null on a day without accesses */
  readonly y: number | null
  readonly bar: {
    readonly x: number
    readonly width: number
    readonly contradictedPx: number
    readonly unexplainedPx: number
  }
  readonly hasLabel: boolean
}
export interface ShareLayout {
  readonly days: readonly ShareDay[]
  readonly stripPx: number
  readonly floor: number
  readonly mostOpen: number
  /** the line in pieces: days without accesses break it */
  readonly lines: readonly string[]
}

/** Places a strip per day: the share explained above, the open counts below. `width` in px. */
export function layoutShares(data: VerdictSummary['byDay'], width: number): ShareLayout {
  const shares = data.flatMap(({ counts }) => (totalOf(counts) > 0 ? [shareOf(counts.explained, totalOf(counts))] : []))
  const floor = shareFloor(Math.min(1, ...shares))
  const mostOpen = Math.max(1, ...data.map(({ counts }) => openOf(counts)))
  const plotPx = width - PLOT_LEFT_PX - PLOT_RIGHT_PX
  const stripPx = plotPx / Math.max(1, data.length)
  const step = labelStep(data.length, plotPx, DAY_LABEL_PX)
  const barPx = Math.max(1.5, Math.min(WIDEST_BAR_PX, stripPx * 0.7))
  const days = data.map(({ day, counts }, i): ShareDay => {
    const total = totalOf(counts)
    const x = PLOT_LEFT_PX + (i + 0.5) * stripPx
    const height = (n: number): number => (n === 0 ? 0 : Math.max(1.5, (n / mostOpen) * OPEN_HEIGHT_PX))
    return {
      day,
      counts,
      total,
      x,
      y: total === 0 ? null : SHARE_TOP_PX + ((1 - shareOf(counts.explained, total)) / (1 - floor)) * SHARE_HEIGHT_PX,
      bar: {
        x: x - barPx / 2,
        width: barPx,
        contradictedPx: height(counts.contradicted),
        unexplainedPx: height(counts.unexplained),
      },
      hasLabel: i % step === 0,
    }
  })
  return { days, stripPx, floor, mostOpen, lines: linesOf(days) }
}

function linesOf(days: readonly ShareDay[]): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const { x, y } of days) {
    if (y === null) {
      if (line) lines.push(line)
      line = ''
    } else line += `${line === '' ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
  }
  return line ? [...lines, line] : lines
}
