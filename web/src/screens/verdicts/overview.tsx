import { lazy, Suspense } from 'react'
import type { VerdictFilter, VerdictSummary } from '../../../../src/wire/verdict.ts'
import { navigate } from '../../router/location.ts'
import { type VerdictAddress, verdictHref, withPart } from '../../router/verdict-address.ts'
import { useText } from '../../text/setup-text.ts'
import { EmptyState, Loading } from '../../ui/states.tsx'
import { withPeriod } from './period.ts'

const ExplainedShareChart = lazy(async () => ({
  default: (await import('../../charts/explained-share-chart.tsx')).ExplainedShareChart,
}))
const BreakdownBars = lazy(async () => ({
  default: (await import('../../charts/breakdown-bars.tsx')).BreakdownBars,
}))
const HourHeatMap = lazy(async () => ({
  default: (await import('../../charts/hour-heat-map.tsx')).HourHeatMap,
}))
const RuleBars = lazy(async () => ({
  default: (await import('../../charts/rule-bars.tsx')).RuleBars,
}))

/** The same filter as pictures; every mark leads back to its rows. */
export function Overview({
  address,
  summary,
}: {
  readonly address: VerdictAddress
  readonly summary: VerdictSummary | undefined
}) {
  const { t } = useText()
  if (!summary) return <Loading />
  if (summary.byDay.length === 0) return <EmptyState title={t('verdicts.none')} advice={t('verdicts.noneAdvice')} />
  const { filter } = address
  const toRows = (narrowed: VerdictFilter) =>
    navigate(verdictHref({ filter: narrowed, sort: address.sort, view: 'list' }))
  return (
    <Suspense fallback={<Loading />}>
      <div className="overview">
        <section className="card wide">
          <ExplainedShareChart
            data={summary.byDay}
            onSelectDay={(day) => toRows(withPeriod(filter, { from: day.slice(0, 10), to: day.slice(0, 10) }))}
          />
        </section>
        <section className="card">
          <BreakdownBars
            title={t('verdicts.bySystem')}
            data={summary.bySystem}
            onSelect={(key) => toRows(withPart(filter, 'system', key))}
          />
        </section>
        <section className="card">
          <BreakdownBars
            title={t('verdicts.byUnit')}
            data={summary.byUnit}
            onSelect={(key) => toRows(withPart(filter, 'unit', key))}
          />
        </section>
        <section className="card">
          <HourHeatMap data={summary.heat} onSelect={({ weekday, hour }) => toRows({ ...filter, weekday, hour })} />
        </section>
        <section className="card">
          <RuleBars data={summary.byRule} onSelect={(rule) => toRows(withPart(filter, 'rule', rule))} />
        </section>
      </div>
    </Suspense>
  )
}
