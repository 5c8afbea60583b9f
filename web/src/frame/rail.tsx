import { useQuery } from '@tanstack/react-query'
import type { Today } from '../../../src/wire/guide.ts'
import type { Me } from '../../../src/wire/session.ts'
import { todayQuery } from '../api/queries.ts'
import { figure } from '../format/figure.ts'
import { Link } from '../router/link.tsx'
import { useLocation } from '../router/location.ts'
import { useText } from '../text/setup-text.ts'
import { RAIL, type RailEntry, railHrefOf } from './rail-entries.ts'

/** The way through the program. What this post may not use is not shown; what is not built is grey and says so. */
export function Rail({ me }: { readonly me: Me }) {
  const { t } = useText()
  const { path } = useLocation()
  const today = useQuery(todayQuery)
  return (
    <nav className="rail" aria-label={t('frame.navigation')}>
      <Link href="/" className="brand">
        <span className="seal" aria-hidden="true">
          守
        </span>
        <span>
          <b>{t('product.name')}</b>
          <small>{me.organisation}</small>
        </span>
      </Link>
      {RAIL.map(({ text, entries }) => {
        const shown = entries.filter(({ action }) => action === undefined || me.may.includes(action))
        if (shown.length === 0) return null
        return (
          <div key={text ?? 'first'} className="contents">
            {text && <div className="rail-head">{t(`rail.${text}`)}</div>}
            {shown.map((entry) => (
              <Item
                key={entry.text}
                entry={entry}
                isHere={entry.href === railHrefOf(path)}
                waiting={waitingAt(entry, today.data)}
              />
            ))}
          </div>
        )
      })}
    </nav>
  )
}

function Item({
  entry,
  isHere,
  waiting,
}: {
  readonly entry: RailEntry
  readonly isHere: boolean
  readonly waiting: number
}) {
  const { t } = useText()
  const title = t(`rail.${entry.text}`)
  if (!entry.href) {
    return (
      <span className="rail-item" aria-disabled="true" title={t('frame.notBuiltLong')}>
        {title}
        <small>{t('frame.notBuilt')}</small>
      </span>
    )
  }
  return (
    <Link href={entry.href} className="rail-item" {...(isHere && { 'aria-current': 'page' as const })}>
      {title}
      {waiting > 0 && <small title={t('frame.waiting')}>{figure(waiting)}</small>}
    </Link>
  )
}

function waitingAt({ href }: RailEntry, today: Today | undefined): number {
  const waiting = today?.waiting ?? []
  if (href === '/') return waiting.filter(({ count }) => count > 0).length
  return waiting.filter((item) => item.href.split('?')[0] === href).reduce((sum, { count }) => sum + count, 0)
}
