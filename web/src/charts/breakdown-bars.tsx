import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { VerdictBreakdown } from '../../../src/wire/verdict.ts'
import { figure, share } from '../format/figure.ts'
import { barParts } from './bar-parts.ts'
import { BAR_ORDER, openOf, shareOf, totalOf } from './counts.ts'
import { Hatch, VerdictLegend } from './legend.tsx'
import './charts.css'

const SHOWN_AT_FIRST = 8
const BAR_PX = 180

interface Props {
  readonly title: string
  readonly data: VerdictBreakdown
  readonly onSelect?: (key: string) => void
}

/** Shares of the verdicts per system or unit, the highest share open first. The table is the picture: each row has its bar and its figures. */
export function BreakdownBars({ title, data, onSelect }: Props) {
  const { t } = useTranslation()
  const [isAll, setIsAll] = useState(false)
  const sorted = data.toSorted(
    (a, b) =>
      shareOf(openOf(b.counts), totalOf(b.counts)) - shareOf(openOf(a.counts), totalOf(a.counts)) ||
      totalOf(b.counts) - totalOf(a.counts),
  )
  const shown = isAll ? sorted : sorted.slice(0, SHOWN_AT_FIRST)
  if (data.length === 0) return <Empty title={title} />
  return (
    <figure className="picture" aria-label={title}>
      <div className="picture-head">
        <h2>{title}</h2>
      </div>
      <table className="bars">
        <caption className="sr-only">{`${title} ${t('charts.openNote')}`}</caption>
        <thead>
          <tr>
            <th scope="col">{t('charts.breakdown.key')}</th>
            <th scope="col" className="bar-cell">
              <span className="sr-only">{t('charts.breakdown.bar')}</span>
            </th>
            <th scope="col" className="number">
              {t('charts.open')}
            </th>
            <th scope="col" className="number">
              {t('charts.breakdown.openShare')}
            </th>
            <th scope="col" className="number">
              {t('charts.total')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <Row key={row.key} row={row} onSelect={onSelect} />
          ))}
        </tbody>
      </table>
      {sorted.length > shown.length && (
        <p className="quiet">
          {t('charts.breakdown.rest', { n: sorted.length - shown.length })}{' '}
          <button type="button" className="number-link no-print" onClick={() => setIsAll(true)}>
            {t('charts.breakdown.all')}
          </button>
        </p>
      )}
      <VerdictLegend verdicts={BAR_ORDER} />
    </figure>
  )
}

function Empty({ title }: { readonly title: string }) {
  const { t } = useTranslation()
  return (
    <figure className="picture" aria-label={title}>
      <h2>{title}</h2>
      <p className="quiet">{t('charts.none')}</p>
    </figure>
  )
}

function Row({ row, onSelect }: { readonly row: VerdictBreakdown[number]; readonly onSelect: Props['onSelect'] }) {
  const { t } = useTranslation()
  const [open, total] = [openOf(row.counts), totalOf(row.counts)]
  const words = t('charts.breakdown.one', {
    label: row.label,
    open: figure(open),
    total: figure(total),
  })
  return (
    <tr>
      <th scope="row" title={row.label}>
        {row.label}
      </th>
      <td className="bar-cell" aria-hidden="true">
        <svg viewBox={`0 0 ${BAR_PX} 14`} width="100%" height="14" preserveAspectRatio="none">
          <title>{words}</title>
          <Hatch />
          {barParts(row.counts, BAR_PX).map(({ verdict, x, width }) => (
            <rect key={verdict} className={`fill-${verdict}`} x={x} width={width} height="14" />
          ))}
        </svg>
      </td>
      <td className="number">
        {onSelect ? (
          <button type="button" className="number-link" aria-label={words} onClick={() => onSelect(row.key)}>
            {figure(open)}
          </button>
        ) : (
          figure(open)
        )}
      </td>
      <td className="number">{share(open, total)}</td>
      <td className="number">{figure(total)}</td>
    </tr>
  )
}
