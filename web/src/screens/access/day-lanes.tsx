import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccessPage } from '../../../../src/wire/access.ts'
import { Picture } from '../../charts/picture.tsx'
import { useWidth } from '../../charts/use-width.ts'
import { clockTime } from './clock-time.ts'
import { DayMarks } from './day-marks.tsx'
import { DayTable } from './day-table.tsx'
import { busySpan, wholeDay } from './day-window.ts'
import { type DayLayout, HEAD_PX, layoutDay } from './layout-day.ts'
import './day.css'

const NAMES_PX = 112
const NARROW_NAMES_PX = 84
const NARROW_PX = 600
/** Below this hours lie too close to read; the plot then scrolls under the lanes' names. */
const LEAST_PLOT_PX = 720
const EDGE_PX = 20

interface Props {
  readonly page: Pick<AccessPage, 'day' | 'row'>
  readonly onOpen: (accessId: string) => void
}

/** The officer's day as lanes on one time axis, the access marked: what fits together and what cannot. */
export function DayLanes({ page, onOpen }: Props) {
  const { t } = useTranslation()
  const { ref, width } = useWidth<HTMLDivElement>(1080)
  const [isWhole, setIsWhole] = useState(false)
  const { row, day } = page
  const span = isWhole ? wholeDay(day) : busySpan(day, row.at)
  const namesPx = width < NARROW_PX ? NARROW_NAMES_PX : NAMES_PX
  const room = width - namesPx - EDGE_PX
  const layout = layoutDay(page, span, Math.max(room, LEAST_PLOT_PX), room)
  const zoom = (
    <span className="segmented no-print">
      {[false, true].map((whole) => (
        <button
          key={String(whole)}
          type="button"
          className="small"
          aria-current={whole === isWhole}
          onClick={() => setIsWhole(whole)}
        >
          {t(whole ? 'access.day.whole' : 'access.day.busy')}
        </button>
      ))}
    </span>
  )
  const left = layout.lanes.reduce((sum, lane) => sum + lane.left, 0)
  const picture = (
    <>
      {zoom}
      <Plot layout={layout} namesPx={namesPx} at={row.at} onOpen={onOpen} />
      {left > 0 && <p className="quiet">{t('access.restInTable', { n: left })}</p>}
    </>
  )
  return (
    <div className="card day-card">
      <div ref={ref} />
      <Picture
        title={t('access.day.title')}
        heading="h2"
        picture={picture}
        table={(isShown) => <DayTable page={page} isShown={isShown} />}
      />
    </div>
  )
}

interface PlotProps {
  readonly layout: DayLayout
  readonly namesPx: number
  readonly at: string
  readonly onOpen: (accessId: string) => void
}

function Plot({ layout, namesPx, at, onOpen }: PlotProps) {
  const { t, i18n } = useTranslation()
  const scroller = useRef<HTMLElement>(null)
  const middle = layout.band?.middle ?? 0
  useEffect(() => {
    const element = scroller.current
    if (element) element.scrollLeft = middle - (element.clientWidth - namesPx) / 2
  }, [middle, namesPx])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="day-scroll" ref={scroller} tabIndex={0} aria-label={t('access.day.title')}>
      <div className="day-names" style={{ width: namesPx, height: layout.height }} aria-hidden="true">
        {layout.lanes.map((lane) => (
          <span key={lane.lane} style={{ top: lane.y, height: lane.height }}>
            {i18n.language === 'en' ? t(`access.lanes.${lane.lane}`) : lane.title}
          </span>
        ))}
      </div>
      <svg
        className="day-svg"
        viewBox={`0 0 ${layout.width + EDGE_PX} ${layout.height}`}
        width={layout.width + EDGE_PX}
        height={layout.height}
        role="img"
        aria-label={t('access.day.label', { time: clockTime(at) })}
      >
        <Grid layout={layout} />
        {layout.lanes.map((lane) =>
          lane.marks.length === 0 ? (
            <text key={lane.lane} className="day-empty" x={layout.viewFrom + 6} y={lane.y + lane.height / 2 + 4.5}>
              {t('access.day.none')}
            </text>
          ) : (
            <DayMarks key={lane.lane} lane={lane} onOpen={onOpen} />
          ),
        )}
        {layout.band && (
          <BandHead x={layout.band.middle} words={t('access.day.this', { time: clockTime(at) })} width={layout.width} />
        )}
      </svg>
    </section>
  )
}

function Grid({ layout }: { readonly layout: DayLayout }) {
  const { band, height, width } = layout
  return (
    <g>
      {band && (
        <rect className="day-band" x={band.x} width={band.width} y={HEAD_PX - 22} height={height - HEAD_PX + 22} />
      )}
      {layout.ticks.map(({ x, label }) => (
        <g key={x} className="day-tick">
          <line x1={x} x2={x} y1={HEAD_PX} y2={height} />
          {label && (
            <text x={x} y={HEAD_PX - 6} textAnchor={x < 18 ? 'start' : 'middle'}>
              {label}
            </text>
          )}
        </g>
      ))}
      {layout.lanes.map((lane) => (
        <line
          key={lane.lane}
          className="day-rule"
          x1="0"
          x2={width}
          y1={lane.y + lane.height}
          y2={lane.y + lane.height}
        />
      ))}
      {band && <line className="day-now" x1={band.middle} x2={band.middle} y1={HEAD_PX - 24} y2={height} />}
    </g>
  )
}

/** The words over the band, turned to the side where there is room. */
function BandHead({ x, words, width }: { readonly x: number; readonly words: string; readonly width: number }) {
  const anchor = x < 70 ? 'start' : x > width - 50 ? 'end' : 'middle'
  return (
    <text className="day-now-words" x={x} y={HEAD_PX - 29} textAnchor={anchor}>
      {words}
    </text>
  )
}
