import { useQuery } from '@tanstack/react-query'
import type { Today } from '../../../../src/wire/guide.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { todayQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Screen } from '../../ui/screen.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { ChangeCard } from './change-card.tsx'
import { WalkCard } from './walk-card.tsx'

/** What waits for me, by due date; then the figures that changed most. */
export function TodayScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const query = useQuery(todayQuery)
  return (
    <Screen title={t('today.greeting', { name: me.name })} lead={t('today.lead')}>
      <Answer query={query}>{(today) => <TodayBody today={today} isDemo={me.isDemo} />}</Answer>
    </Screen>
  )
}

function TodayBody({ today, isDemo }: { readonly today: Today; readonly isDemo: boolean }) {
  const { t } = useText()
  const waiting = today.waiting.filter(({ count }) => count > 0)
  return (
    <>
      {isDemo && <WalkCard />}
      <h2>{t('today.waiting')}</h2>
      <div className="card">
        {waiting.length === 0 ? (
          <EmptyState title={t('today.nothing')} advice={t('today.nothingAdvice')}>
            <Link href="/guide" className="btn">
              {t('today.toGuide')}
            </Link>
          </EmptyState>
        ) : (
          <WaitingTable waiting={waiting} />
        )}
      </div>
      {today.changes.length > 0 && <h2>{t('today.changes')}</h2>}
      <div className="change-grid">
        {today.changes.map((change) => (
          <ChangeCard key={change.id} change={change} />
        ))}
      </div>
      {today.lastRun && (
        <p className="text-faint text-[13px] mt-6">
          {t('today.lastRun')}
          <Time at={today.lastRun.endedAt} />
          {today.lastRun.accesses !== null && t('today.lastRunCount', { count: figure(today.lastRun.accesses) })}
        </p>
      )}
    </>
  )
}

function WaitingTable({ waiting }: { readonly waiting: Today['waiting'] }) {
  const { t, pick } = useText()
  const byDue = [...waiting].sort((a, b) => (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9'))
  return (
    <table className="sheet">
      <thead>
        <tr>
          <th>{t('today.matter')}</th>
          <th className="number">{t('today.count')}</th>
          <th className="number">{t('today.due')}</th>
        </tr>
      </thead>
      <tbody>
        {byDue.map((item) => (
          <tr key={item.id}>
            <td>
              <Link href={item.href}>{pick(item.title, item.titleEn)}</Link>
            </td>
            <td className="number">
              <b>{figure(item.count)}</b>
            </td>
            <td className="number text-soft">{item.dueAt ? <Time at={item.dueAt} form="day" /> : '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
