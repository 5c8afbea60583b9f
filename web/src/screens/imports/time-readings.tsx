import type { TimeReadingView } from '../../../../src/wire/import.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'

/** How each column of times was read: in which calendar, how fine, and what was settled for the whole column. */
export function TimeReadings({ readings }: { readonly readings: readonly TimeReadingView[] }) {
  const { t } = useText()
  if (readings.length === 0) return null
  return (
    <details className="card px-5 py-3 mt-4">
      <summary>{t('imports.timesTitle')}</summary>
      <div className="table-scroll">
        <table className="sheet">
          <thead>
            <tr>
              <th>{t('imports.times.column')}</th>
              <th>{t('imports.times.forms')}</th>
              <th>{t('imports.times.settled')}</th>
            </tr>
          </thead>
          <tbody>
            {readings.map((each) => (
              <tr key={each.column}>
                <th scope="row" className="mono">
                  {each.column}
                </th>
                <td>
                  {each.forms.map(({ form, rows }) => (
                    <div key={form}>{t('imports.times.rows', { form: formWords(t, form), rows: figure(rows) })}</div>
                  ))}
                </td>
                <td>{settled(t, each)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

type Words = ReturnType<typeof useText>['t']

/** `roc day+time hhmmss` in words. */
const formWords = (t: Words, form: string): string =>
  form
    .split(' ')
    .filter(Boolean)
    .map((part) => t(`imports.times.part.${part}`, { defaultValue: part, nsSeparator: false }))
    .join(t('kit.comma'))

const settled = (t: Words, { years, clock, order }: TimeReadingView): string =>
  [years && t(`imports.times.years.${years}`), clock && t(`imports.times.clock.${clock}`), order.toUpperCase()]
    .filter(Boolean)
    .join(t('kit.comma')) || t('imports.times.nothing')
