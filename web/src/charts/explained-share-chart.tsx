import { useTranslation } from 'react-i18next'
import type { VerdictSummary } from '../../../src/wire/verdict.ts'
import { figure, share } from '../format/figure.ts'
import { shareOf, totalOf } from './counts.ts'
import { Hatch, VerdictLegend } from './legend.tsx'
import { Picture } from './picture.tsx'
import { useRoving } from './roving.ts'
import {
  CHART_HEIGHT_PX,
  layoutShares,
  OPEN_HEIGHT_PX,
  OPEN_TOP_PX,
  PLOT_LEFT_PX,
  PLOT_RIGHT_PX,
  SHARE_HEIGHT_PX,
  SHARE_TOP_PX,
  type ShareDay,
  type ShareLayout,
} from './share-day.ts'
import { ShareTable } from './share-table.tsx'
import { useWidth } from './use-width.ts'

interface Props {
  readonly data: VerdictSummary['byDay']
  /** called with the day as given, `YYYY-MM-DD` */
  readonly onSelectDay?: (day: string) => void
}

/** The share explained day by day, and below it how many stay open. */
export function ExplainedShareChart({ data, onSelectDay }: Props) {
  const { t } = useTranslation()
  const { ref, width } = useWidth<HTMLDivElement>(900)
  const picture =
    data.length === 0 ? (
      <p className="quiet">{t('charts.none')}</p>
    ) : (
      <Drawing data={data} width={width} onSelectDay={onSelectDay} />
    )
  return (
    <div>
      <div ref={ref} />
      <Picture
        title={t('charts.share.title')}
        heading="h2"
        note={t('charts.share.note')}
        picture={picture}
        table={(isShown) => <ShareTable data={data} isShown={isShown} onSelectDay={onSelectDay} />}
      />
    </div>
  )
}

interface DrawingProps {
  readonly data: Props['data']
  readonly width: number
  readonly onSelectDay: Props['onSelectDay']
}

function Drawing({ data, width, onSelectDay }: DrawingProps) {
  const { t } = useTranslation()
  const layout = layoutShares(data, width)
  const { cell } = useRoving({ columns: layout.days.length, rows: 1 }, layout.days.length - 1)
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a picture */}
      <svg
        className="share-chart"
        viewBox={`0 0 ${width} ${CHART_HEIGHT_PX}`}
        width={width}
        height={CHART_HEIGHT_PX}
        role="group"
        aria-label={useLabel(data)}
      >
        <Hatch />
        <Axes layout={layout} width={width} />
        {layout.days.map((day, i) => (
          <Strip
            key={day.day}
            day={day}
            stripPx={layout.stripPx}
            onSelect={onSelectDay}
            cell={onSelectDay ? cell(i) : {}}
          />
        ))}
        {layout.lines.map((line) => (
          <path key={line} className="share-line" d={line} />
        ))}
        {layout.days.map(
          ({ day, x, y }) =>
            y !== null && <circle key={day} className="share-point" cx={x} cy={y} r={layout.stripPx < 7 ? 1.6 : 2.8} />,
        )}
      </svg>
      <VerdictLegend verdicts={['contradicted', 'unexplained']} />
      <p className="sr-only">{t('charts.openNote')}</p>
    </>
  )
}

function useLabel(data: Props['data']): string {
  const { t } = useTranslation()
  const shares = data.flatMap(({ counts }) => (totalOf(counts) > 0 ? [shareOf(counts.explained, totalOf(counts))] : []))
  const [least, most] = [Math.min(1, ...shares), Math.max(0, ...shares)]
  return t('charts.share.label', {
    from: data[0]?.day ?? '',
    to: data.at(-1)?.day ?? '',
    least: share(least, 1),
    most: share(most, 1),
  })
}

/** `9/3` of `2026-09-03`. */
function shortDay(day: string): string {
  return `${Number(day.slice(5, 7))}/${Number(day.slice(8, 10))}`
}

function Axes({ layout, width }: { readonly layout: ShareLayout; readonly width: number }) {
  const right = width - PLOT_RIGHT_PX
  const marks = [1, (1 + layout.floor) / 2, layout.floor]
  const bottom = OPEN_TOP_PX + OPEN_HEIGHT_PX
  return (
    <g className="axis">
      {marks.map((mark, i) => (
        <g key={mark} transform={`translate(0,${SHARE_TOP_PX + (i / 2) * SHARE_HEIGHT_PX})`}>
          <line x1={PLOT_LEFT_PX} x2={right} />
          <text x={PLOT_LEFT_PX - 8} y="4" textAnchor="end">
            {share(mark, 1)}
          </text>
        </g>
      ))}
      <line x1={PLOT_LEFT_PX} x2={right} y1={bottom} y2={bottom} />
      <text x={PLOT_LEFT_PX - 8} y={OPEN_TOP_PX + 9} textAnchor="end">
        {figure(layout.mostOpen)}
      </text>
      <text x={PLOT_LEFT_PX - 8} y={bottom} textAnchor="end">
        0
      </text>
      {layout.days.map(
        ({ day, x, hasLabel }) =>
          hasLabel && (
            <text key={day} x={x} y={CHART_HEIGHT_PX - 8} textAnchor="middle">
              {shortDay(day)}
            </text>
          ),
      )}
    </g>
  )
}

interface StripProps {
  readonly day: ShareDay
  readonly stripPx: number
  readonly onSelect: Props['onSelectDay']
  readonly cell: React.SVGProps<SVGGElement> & { readonly ref?: (element: Element | null) => void }
}

function Strip({ day, stripPx, onSelect, cell }: StripProps) {
  const { t } = useTranslation()
  const { counts, total, bar } = day
  const words = t('charts.share.one', {
    day: day.day,
    share: share(counts.explained, total),
    contradicted: figure(counts.contradicted),
    unexplained: figure(counts.unexplained),
    total: figure(total),
  })
  const bottom = OPEN_TOP_PX + OPEN_HEIGHT_PX
  const { onKeyDown, ...rest } = cell
  const acts = onSelect && {
    role: 'button',
    'aria-label': words,
    onClick: () => onSelect(day.day),
    onKeyDown: (event: React.KeyboardEvent<SVGGElement>) => {
      if (event.key === 'Enter' || event.key === ' ') onSelect(day.day)
      else onKeyDown?.(event)
    },
  }
  return (
    <g className={onSelect ? 'strip selectable' : 'strip'} {...rest} {...acts}>
      <title>{words}</title>
      <rect
        className="strip-ground"
        x={day.x - stripPx / 2}
        y={SHARE_TOP_PX - 6}
        width={stripPx}
        height={bottom - SHARE_TOP_PX + 6}
      />
      <rect
        className="fill-contradicted"
        x={bar.x}
        width={bar.width}
        y={bottom - bar.contradictedPx}
        height={bar.contradictedPx}
      />
      <rect
        className="fill-unexplained"
        x={bar.x}
        width={bar.width}
        y={bottom - bar.contradictedPx - bar.unexplainedPx}
        height={bar.unexplainedPx}
      />
    </g>
  )
}
