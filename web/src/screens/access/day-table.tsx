import { useTranslation } from 'react-i18next'
import type { AccessPage } from '../../../../src/wire/access.ts'
import { Link } from '../../router/link.tsx'
import { VerdictMark } from '../../ui/verdict-mark.tsx'
import { clockSpan } from './clock-time.ts'

/** The day as rows in the order of time within each lane. */
export function DayTable({
  page: { day, row },
  isShown,
}: {
  readonly page: Pick<AccessPage, 'day' | 'row'>
  readonly isShown: boolean
}) {
  const { t, i18n } = useTranslation()
  const rows = day.lanes.flatMap((lane) =>
    lane.items.toSorted((a, b) => Date.parse(a.starts) - Date.parse(b.starts)).map((item) => ({ lane, item })),
  )
  return (
    <table className="sheet">
      <caption className="sr-only">{t('access.day.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('access.day.lane')}</th>
          <th scope="col">{t('access.day.time')}</th>
          <th scope="col">{t('access.day.what')}</th>
          <th scope="col">{t('access.day.bearing')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ lane, item }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no id and their order is that of time
          <tr key={i} aria-current={item.accessId === row.accessId ? 'true' : undefined}>
            <td className="whitespace-nowrap">
              {i18n.language === 'en' ? t(`access.lanes.${lane.lane}`) : lane.title}
            </td>
            <td className="whitespace-nowrap">{clockSpan(item.starts, item.ends)}</td>
            <td>
              {item.accessId !== null && item.accessId !== row.accessId ? (
                <Link href={`/accesses/${item.accessId}`} tabIndex={isShown ? 0 : -1}>
                  {item.label || t('access.day.other')}
                </Link>
              ) : (
                item.label || (item.accessId ? t('access.day.here') : '—')
              )}
            </td>
            <td>{item.verdict ? <VerdictMark verdict={item.verdict} /> : t(`access.tone.${item.tone}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
