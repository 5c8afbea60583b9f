import { useQuery } from '@tanstack/react-query'
import type { PersonHistory } from '../../../../src/wire/people.ts'
import { personQuery } from '../../api/queries.ts'
import { longDay } from '../../format/moment.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Screen } from '../../ui/screen.tsx'
import { Time } from '../../ui/time.tsx'
import { usePortfolioWords } from './portfolio-words.ts'
import { RoleWord } from './role-word.tsx'
import './people.css'

/** Every post one person held, newest first. */
export function PersonScreen({ agency, person }: { readonly agency: string; readonly person: string }) {
  const { t } = useText()
  const history = useQuery(personQuery(agency, person))
  const back = (
    <Link href="/people" className="btn">
      {t('people.back')}
    </Link>
  )
  return (
    <Screen title={history.data?.name ?? t('people.history')} lead={t('people.historyLead')} actions={back}>
      <Answer query={history} rows={3}>
        {(data) => (
          <>
            <h2>
              {t('people.history')}{' '}
              <span className={data.isInOffice ? 'people-mark on' : 'people-mark'}>
                {t(data.isInOffice ? 'people.still' : 'people.left')}
              </span>
            </h2>
            <TermTable terms={data.terms} />
          </>
        )}
      </Answer>
    </Screen>
  )
}

const COLUMNS = ['since', 'until', 'post', 'role', 'deputy', 'portfolio', 'account', 'known'] as const

function TermTable({ terms }: { readonly terms: PersonHistory['terms'] }) {
  const { t } = useText()
  const words = usePortfolioWords()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column}>{t(`people.column.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {terms.map((each) => (
            <tr key={`${each.since} ${each.recordedAt}`}>
              <td data-label={t('people.column.since')}>
                <Time at={each.since} form="day" />
              </td>
              <td data-label={t('people.column.until')}>
                {each.until === null ? (
                  <span className="text-faint">{t('people.still')}</span>
                ) : (
                  <Time at={each.until} form="day" />
                )}
              </td>
              <td className="min-w-40 whole">
                {each.unit} {each.title}
              </td>
              <td>
                <RoleWord role={each.role} />
              </td>
              <td
                data-label={each.deputy === '' ? undefined : t('people.column.deputy')}
                className={each.deputy === '' ? 'people-none' : ''}
              >
                <DeputyDays {...each} />
              </td>
              <td
                data-label={each.portfolio.length === 0 ? undefined : t('people.column.portfolio')}
                className={each.portfolio.length === 0 ? 'people-none' : ''}
              >
                {each.portfolio.length === 0 ? <span className="text-faint">—</span> : words(each.portfolio)}
              </td>
              <td className="text-soft">{each.account}</td>
              <td className="text-soft whitespace-nowrap" data-label={t('people.column.known')}>
                {t(`people.sources.${each.source.split(':')[0] ?? ''}`, { defaultValue: each.source })}{' '}
                <Time at={each.recordedAt} form="short" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function DeputyDays({ deputy, deputyFrom, deputyUntil }: PersonHistory['terms'][number]) {
  const { t, language } = useText()
  if (deputy === '') return <span className="text-faint">—</span>
  const day = (iso: string) => longDay(`${iso}T04:00:00Z`, language)
  if (deputyFrom === '') return <>{deputy}</>
  const days =
    deputyUntil === ''
      ? t('people.periodOpen', { from: day(deputyFrom) })
      : t('people.period', { from: day(deputyFrom), until: day(deputyUntil) })
  return (
    <>
      {deputy} <span className="text-faint text-[13px]">{days}</span>
    </>
  )
}
