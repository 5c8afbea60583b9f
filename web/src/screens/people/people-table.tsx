import type { PeopleList } from '../../../../src/wire/people.ts'
import { longDay } from '../../format/moment.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Time } from '../../ui/time.tsx'
import { usePortfolioWords } from './portfolio-words.ts'
import { RoleWord } from './role-word.tsx'

type Person = PeopleList['people'][number]

/** People in office, one line each. */
export function PeopleTable({ people }: { readonly people: readonly Person[] }) {
  const { t } = useText()
  const words = usePortfolioWords()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            {(['person', 'post', 'role', 'deputy', 'portfolio', 'since'] as const).map((column) => (
              <th key={column} className={column === 'since' ? 'number' : ''}>
                {t(`people.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((each) => (
            <tr key={`${each.agency} ${each.person}`}>
              <td className="whole whitespace-nowrap">
                <Link href={`/people/${each.agency}/${encodeURIComponent(each.person)}`}>{each.name}</Link>{' '}
                <span className="text-faint text-[13px]">{each.account}</span>
              </td>
              <td className="min-w-40">
                {each.unit} {each.title}
              </td>
              <td>
                <RoleWord role={each.role} />
              </td>
              <td
                data-label={each.deputy ? t('people.column.deputy') : undefined}
                className={each.deputy ? '' : 'people-none'}
              >
                <Deputy deputy={each.deputy} />
              </td>
              <td
                data-label={each.portfolio.length > 0 ? t('people.column.portfolio') : undefined}
                className={each.portfolio.length > 0 ? '' : 'people-none'}
              >
                {each.portfolio.length === 0 ? <span className="text-faint">—</span> : words(each.portfolio)}
              </td>
              <td className="number text-soft" data-label={t('people.column.since')}>
                <Time at={each.since} form="day" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Deputy({ deputy }: { readonly deputy: Person['deputy'] }) {
  const { t, language } = useText()
  if (!deputy) return <span className="text-faint">—</span>
  const day = (iso: string) => longDay(`${iso}T04:00:00Z`, language)
  const days =
    deputy.from === ''
      ? ''
      : deputy.until === ''
        ? t('people.periodOpen', { from: day(deputy.from) })
        : t('people.period', { from: day(deputy.from), until: day(deputy.until) })
  return (
    <span title={days}>
      {deputy.name || deputy.person}{' '}
      {deputy.from !== '' && (
        <span className={deputy.isActing ? 'people-mark on' : 'people-mark'}>
          {t(deputy.isActing ? 'people.acting' : 'people.named')}
        </span>
      )}
    </span>
  )
}
