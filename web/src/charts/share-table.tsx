import { useTranslation } from 'react-i18next'
import type { VerdictSummary } from '../../../src/wire/verdict.ts'
import { figure, share } from '../format/figure.ts'
import { longDay } from '../format/moment.ts'
import { BAR_ORDER, totalOf } from './counts.ts'

interface Props {
  readonly data: VerdictSummary['byDay']
  readonly isShown: boolean
  readonly onSelectDay: ((day: string) => void) | undefined
}

/** The share explained as rows, latest day last as in the picture. */
export function ShareTable({ data, isShown, onSelectDay }: Props) {
  const { t, i18n } = useTranslation()
  const dayWords = (day: string) => longDay(`${day}T12:00:00+08:00`, i18n.language)
  return (
    <table className="sheet">
      <caption className="sr-only">{t('charts.share.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('charts.share.day')}</th>
          <th scope="col" className="number">
            {t('charts.share.explained')}
          </th>
          {BAR_ORDER.map((verdict) => (
            <th key={verdict} scope="col" className="number">
              {t(`verdict.${verdict}`)}
            </th>
          ))}
          <th scope="col" className="number">
            {t('charts.total')}
          </th>
        </tr>
      </thead>
      <tbody>
        {data.map(({ day, counts }) => (
          <tr key={day}>
            <th scope="row" className="whitespace-nowrap">
              {onSelectDay ? (
                <button
                  type="button"
                  className="number-link"
                  tabIndex={isShown ? 0 : -1}
                  onClick={() => onSelectDay(day)}
                >
                  {dayWords(day)}
                </button>
              ) : (
                dayWords(day)
              )}
            </th>
            <td className="number">{share(counts.explained, totalOf(counts))}</td>
            {BAR_ORDER.map((verdict) => (
              <td key={verdict} className="number">
                {figure(counts[verdict])}
              </td>
            ))}
            <td className="number">{figure(totalOf(counts))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
