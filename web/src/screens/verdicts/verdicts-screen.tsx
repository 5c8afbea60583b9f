import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Me } from '../../../../src/wire/session.ts'
import type { VerdictFilter } from '../../../../src/wire/verdict.ts'
import { summaryQuery, verdictPageQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { navigate, useLocation } from '../../router/location.ts'
import { filterSearch, readVerdictAddress, type VerdictAddress, verdictHref } from '../../router/verdict-address.ts'
import { useText } from '../../text/setup-text.ts'
import { Screen } from '../../ui/screen.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { CountTiles } from './count-tiles.tsx'
import { ExportMenu } from './export-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Overview } from './overview.tsx'
import { periodWords } from './period.ts'
import { VerdictList } from './verdict-list.tsx'

/** All accesses with their verdicts: figures that filter, a filter that lives in the address, and the rows worth a look first. */
export function VerdictsScreen({ me }: { readonly me: Me }) {
  const { t, language } = useText()
  const { search } = useLocation()
  const address = readVerdictAddress(search)
  const asked = filterSearch(address.filter)
  const summary = useQuery({
    ...summaryQuery(filterSearch(withoutVerdict(address.filter))),
    placeholderData: keepPreviousData,
  })
  const total = useQuery({
    ...verdictPageQuery(`${asked}&sort=${address.sort}`, 0),
    placeholderData: keepPreviousData,
  })
  const go = (change: Partial<VerdictAddress>) => navigate(verdictHref({ ...address, ...change }), 'replace')
  const setFilter = (filter: VerdictFilter) => go({ filter })
  const period = periodWords(address.filter, language) ?? t('verdicts.wholePeriod')
  const count = total.data ? figure(total.data.total) : total.isError ? '—' : '…'
  const actions = (
    <>
      <Views address={address} />
      {me.may.includes('verdict.export') && <ExportMenu search={asked} />}
    </>
  )
  return (
    <Screen title={t('verdicts.title')} lead={t(`verdicts.lead.${address.sort}`, { period, count })} actions={actions}>
      {summary.isError ? (
        <ErrorState error={summary.error} onRetry={() => void summary.refetch()} />
      ) : (
        <CountTiles counts={summary.data?.counts} filter={address.filter} onChange={setFilter} />
      )}
      <FilterBar address={address} summary={summary.data} onChange={setFilter} onSort={(sort) => go({ sort })} />
      {address.view === 'overview' ? (
        <Overview address={address} summary={summary.data} />
      ) : (
        <VerdictList key={`${asked} ${address.sort}`} search={asked} sort={address.sort} />
      )}
    </Screen>
  )
}

function Views({ address }: { readonly address: VerdictAddress }) {
  const { t } = useText()
  return (
    <nav className="segmented" aria-label={t('verdicts.views')}>
      {(['list', 'overview'] as const).map((view) => (
        <Link
          key={view}
          href={verdictHref({ ...address, view })}
          {...(view === address.view && { 'aria-current': 'true' as const })}
        >
          {t(`verdicts.view.${view}`)}
        </Link>
      ))}
    </nav>
  )
}

// The tiles are the choice of verdicts, so their figures must not shrink to what is chosen.
function withoutVerdict({ verdict: _chosen, ...rest }: VerdictFilter): VerdictFilter {
  return rest
}
