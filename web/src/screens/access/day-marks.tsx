import { useTranslation } from 'react-i18next'
import type { VerdictName } from '../../../../src/wire/verdict.ts'
import { clockSpan } from './clock-time.ts'
import { BAR_PX, type DayMark, hasToneMark, type PlacedLane, POINT_PX, RING_PX, TONE_MARK_PX } from './layout-day.ts'

interface Props {
  readonly lane: PlacedLane
  readonly onOpen: (accessId: string) => void
}

/** Bars and points of one lane, with their words. */
export function DayMarks({ lane, onOpen }: Props) {
  return (
    <g>
      {lane.marks.map((mark, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: marks have no id and their order is that of time
        <Mark key={i} mark={mark} onOpen={onOpen} />
      ))}
    </g>
  )
}

function Mark({ mark, onOpen }: { readonly mark: DayMark; readonly onOpen: (accessId: string) => void }) {
  const { t } = useTranslation()
  const { item, isCurrent, count } = mark
  const verdict = item.verdict ? t(`verdict.${item.verdict}`) : ''
  const words = [clockSpan(item.starts, item.ends), verdict, item.label, count > 1 ? `×${count}` : '']
    .filter(Boolean)
    .join('　')
  const id = item.accessId
  const opens = id !== null && !isCurrent && count === 1
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a short cut for the mouse; the table beside it has the same links for all
    <g
      className={`day-mark ${mark.kind} ${item.tone} ${item.verdict ?? ''} ${isCurrent ? 'current' : ''} ${opens ? 'opens' : ''}`}
      onClick={opens ? () => onOpen(id) : undefined}
    >
      <title>{words}</title>
      {mark.kind === 'bar' ? <Bar mark={mark} /> : <Point mark={mark} />}
      <Label mark={mark} />
    </g>
  )
}

function Bar({ mark }: { readonly mark: DayMark }) {
  return (
    <>
      <rect x={mark.x} y={mark.y - BAR_PX / 2} width={mark.width} height={BAR_PX} rx="5" />
      {mark.isCutStart && <path className="cut" d={`M${mark.x + 5} ${mark.y - 4}l-4 4l4 4`} />}
      {mark.isCutEnd && <path className="cut" d={`M${mark.x + mark.width - 5} ${mark.y - 4}l4 4l-4 4`} />}
    </>
  )
}

function Point({ mark: { x, y, item, isCurrent, count } }: { readonly mark: DayMark }) {
  const middle = count > 1 ? y + 5 : y
  const scale = isCurrent ? 1.25 : POINT_PX / 14
  return (
    <>
      {isCurrent && <circle className="ring" cx={x} cy={y} r={RING_PX / 2 - 1} />}
      <g transform={`translate(${x},${middle}) scale(${scale})`}>{SHAPES[shapeOf(item)]}</g>
      {count > 1 && (
        <text className="count" x={x} y={y - 5} textAnchor="middle">
          {count}
        </text>
      )}
    </>
  )
}

function Label({ mark }: { readonly mark: DayMark }) {
  if (mark.labelWidth === 0) return null
  const marked = mark.kind === 'bar' && hasToneMark(mark.item)
  return (
    <>
      {marked && (
        <path
          className="tone-mark"
          transform={`translate(${mark.labelX},${mark.y - 5.5})`}
          d={
            mark.item.tone === 'contradicts'
              ? 'M1 1l9 9M10 1l-9 9'
              : 'M1.5 10L9.5 1M10 5.5a4.5 4.5 0 1 1-9 0a4.5 4.5 0 1 1 9 0'
          }
        />
      )}
      <text
        className={mark.isInside ? 'inside' : 'beside'}
        x={mark.labelX + (marked ? TONE_MARK_PX : 0)}
        y={mark.y + 4.6}
      >
        {mark.label}
      </text>
    </>
  )
}

const ring = <circle r="5" fill="var(--card)" stroke="currentColor" strokeWidth="2.2" />
type Shape = VerdictName | 'absent' | 'event'

function shapeOf({ verdict, tone }: DayMark['item']): Shape {
  if (verdict) return verdict
  if (tone === 'contradicts') return 'contradicted'
  return tone === 'absent' ? 'absent' : 'event'
}

/** The shapes of the verdicts around their middle, the same as beside their words; ∅ for what was looked for in vain. */
const SHAPES: Readonly<Record<Shape, React.ReactNode>> = {
  event: <path d="M0 -6L6 0L0 6L-6 0Z" fill="currentColor" />,
  absent: (
    <g fill="var(--card)" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round">
      <circle r="5.2" />
      <path d="M-5 5L5 -5" />
    </g>
  ),
  explained: <circle r="6" fill="currentColor" />,
  weak: (
    <>
      {ring}
      <path d="M0 -5a5 5 0 0 1 0 10z" fill="currentColor" />
    </>
  ),
  unexplained: ring,
  contradicted: <path d="M-5 -5l10 10M5 -5l-10 10" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />,
}
