import { useQuery } from '@tanstack/react-query'
import type { ShadowReport } from '../../../../src/wire/authzen.ts'
import { catalogueQuery, shadowQuery } from '../../api/gate.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'

/** What systems that are only watched would have been refused in the last thirty days. */
export function ShadowTable() {
  const { t } = useText()
  const query = useQuery(shadowQuery)
  return (
    <section aria-labelledby="shadow" className="mt-8">
      <h2 id="shadow" className="mb-0!">
        {t('openings.shadow.title')}
      </h2>
      <Answer query={query} rows={3}>
        {({ rows, evaluations, wouldBeStopped }) => (
          <>
            <p className="text-soft text-[14px] m-0 mb-2">
              {rows.length === 0
                ? t('openings.shadow.none')
                : t('openings.shadow.lead', { count: evaluations, stopped: wouldBeStopped })}
            </p>
            {rows.length > 0 && <Rows rows={rows} />}
          </>
        )}
      </Answer>
    </section>
  )
}

function Rows({ rows }: { readonly rows: ShadowReport['rows'] }) {
  const { t, pick } = useText()
  const catalogue = useQuery(catalogueQuery).data
  const titleOf = (id: string) => {
    const query = catalogue?.queries.find((each) => each.id === id.split('@')[0])
    return query ? pick(query.title, query.titleEn) : id
  }
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('openings.shadow.column.system')}</th>
            <th>{t('openings.shadow.column.account')}</th>
            <th>{t('openings.shadow.column.query')}</th>
            <th>{t('openings.shadow.column.reason')}</th>
            <th className="number">{t('openings.shadow.column.count')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ system, account, query, reason, count }) => (
            <tr key={`${system} ${account} ${query} ${reason}`}>
              <td className="mono whole">{system}</td>
              <td className="mono" data-label={t('openings.shadow.column.account')}>
                {account}
              </td>
              <td data-label={t('openings.shadow.column.query')}>{titleOf(query)}</td>
              <td data-label={t('openings.shadow.column.reason')}>
                {t(`openings.reason.${reason}`, { defaultValue: reason })}
              </td>
              <td className="number" data-label={t('openings.shadow.column.count')}>
                {figure(count)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
