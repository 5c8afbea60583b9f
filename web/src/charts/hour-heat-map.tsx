import { useTranslation } from 'react-i18next'
import type { VerdictSummary } from '../../../src/wire/verdict.ts'
import { figure, share } from '../format/figure.ts'
import { shareOf } from './counts.ts'
import { useRoving } from './roving.ts'
import { shadeBounds, shadeOf } from './share-scale.ts'
import { useWidth } from './use-width.ts'
import './charts.css'

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const
/** 24 columns of at least 26 px and the weekdays' names; narrower, the hours run downwards. */
const LYING_PX = 690

type Cell = VerdictSummary['heat'][number]
interface Props {
  readonly data: VerdictSummary['heat']
  readonly onSelect?: (at: { readonly weekday: number; readonly hour: number }) => void
}

/** How many are open per weekday and hour, shaded by their share. A table whose cells are the picture, one tab stop, arrows inside. */
export function HourHeatMap({ data, onSelect }: Props) {
  const { t } = useTranslation()
  const { ref, width } = useWidth<HTMLDivElement>(500)
  const isLying = width >= LYING_PX
  const bounds = shadeBounds(data.map(({ open, total }) => shareOf(open, total)))
  return (
    <figure className="picture" aria-label={t('charts.heat.title')}>
      <div ref={ref} />
      <div className="picture-head">
        <h2>{t('charts.heat.title')}</h2>
      </div>
      <p className="picture-note">{t('charts.heat.note')}</p>
      {data.length === 0 ? (
        <p className="quiet">{t('charts.none')}</p>
      ) : (
        <Grid key={String(isLying)} data={data} bounds={bounds} isLying={isLying} onSelect={onSelect} />
      )}
      <Shades bounds={bounds} />
    </figure>
  )
}

interface GridProps {
  readonly data: VerdictSummary['heat']
  readonly bounds: readonly number[]
  readonly isLying: boolean
  readonly onSelect: Props['onSelect']
}

function Grid({ data, bounds, isLying, onSelect }: GridProps) {
  const { t } = useTranslation()
  const cells = new Map(data.map((cell) => [cell.weekday * 24 + cell.hour, cell]))
  const rows: readonly number[] = isLying ? WEEKDAYS : HOURS
  const columns: readonly number[] = isLying ? HOURS : WEEKDAYS
  const { cell } = useRoving({ columns: columns.length, rows: rows.length }, 0)
  const name = (isDay: boolean, value: number): string =>
    isDay ? t(`charts.heat.shortDays.${value}`) : String(value).padStart(2, '0')
  return (
    <table className={`heat ${isLying ? 'lying' : 'standing'}`}>
      <caption className="sr-only">{t('charts.heat.note')}</caption>
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column} scope="col">
              {name(!isLying, column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row}>
            <th scope="row">{name(isLying, row)}</th>
            {columns.map((column, j) => {
              const [weekday, hour] = isLying ? [row, column] : [column, row]
              const known = cells.get(weekday * 24 + hour) ?? { weekday, hour, total: 0, open: 0 }
              return (
                <HeatCell
                  key={column}
                  cell={known}
                  bounds={bounds}
                  onSelect={onSelect}
                  focus={cell(i * columns.length + j)}
                />
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface CellProps {
  readonly cell: Cell
  readonly bounds: readonly number[]
  readonly onSelect: Props['onSelect']
  readonly focus: ReturnType<ReturnType<typeof useRoving>['cell']>
}

function HeatCell({ cell, bounds, onSelect, focus }: CellProps) {
  const { t } = useTranslation()
  const { weekday, hour, total, open } = cell
  const words = t('charts.heat.one', {
    weekday: t(`charts.heat.days.${weekday}`),
    hour,
    open: figure(open),
    total: figure(total),
    share: share(open, total),
  })
  const shade = total === 0 ? 'none' : shadeOf(shareOf(open, total), bounds)
  return (
    <td>
      <button
        type="button"
        className={`shade-${shade}`}
        title={words}
        aria-label={words}
        aria-disabled={total === 0 || !onSelect}
        onClick={() => total > 0 && onSelect?.({ weekday, hour })}
        {...focus}
      >
        {total > 0 && (open > 999 ? `${Math.round(open / 1000)}k` : open > 0 ? open : '·')}
      </button>
    </td>
  )
}

function Shades({ bounds }: { readonly bounds: readonly number[] }) {
  const { t } = useTranslation()
  const last = bounds.at(-1) ?? 0
  const steps = [
    { shade: 'none', words: t('charts.heat.noAccess'), sign: '' },
    { shade: '0', words: t('charts.heat.zero'), sign: '·' },
    ...bounds.map((bound, i) => ({
      shade: String(i + 1),
      words: t('charts.heat.upTo', { share: share(bound, 1) }),
      sign: '',
    })),
    { shade: '4', words: t('charts.heat.above', { share: share(last, 1) }), sign: '' },
  ]
  return (
    <ul className="legend" aria-hidden="true">
      {steps.map(({ shade, words, sign }) => (
        <li key={shade}>
          <span className={`shade-swatch shade-${shade}`}>{sign}</span>
          {words}
        </li>
      ))}
    </ul>
  )
}
