import { useTranslation } from 'react-i18next'
import { figure } from '../format/figure.ts'
import './charts.css'

const EDGE_PX = 3

interface Props {
  readonly values: readonly number[]
  readonly tone: 'good' | 'warn' | 'neutral'
  readonly width?: number
  readonly height?: number
}

/** The course of one figure in a word's room; the last value carries a dot. Nothing is drawn without values. */
export function Sparkline({ values, tone, width = 96, height = 24 }: Props) {
  const { t } = useTranslation()
  if (values.length === 0) return null
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const points = sparkPoints(values, { width, height })
  const last = points.at(-1) ?? { x: 0, y: 0 }
  const label = t('charts.spark', {
    first: figure(values[0] ?? 0),
    last: figure(values.at(-1) ?? 0),
    least: figure(least),
    most: figure(most),
  })
  return (
    <svg
      className={`spark ${tone}`}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <path d={points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')} />
      <circle cx={last.x} cy={last.y} r="2.4" />
    </svg>
  )
}

/** Where the values stand: first to last over the width, least at the bottom; a level course runs through the middle. */
export function sparkPoints(
  values: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
) {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const step = values.length > 1 ? (width - 2 * EDGE_PX) / (values.length - 1) : 0
  return values.map((value, i) => ({
    x: values.length > 1 ? EDGE_PX + i * step : width - EDGE_PX,
    y: most === least ? height / 2 : EDGE_PX + ((most - value) / (most - least)) * (height - 2 * EDGE_PX),
  }))
}
