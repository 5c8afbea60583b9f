import { useQuery } from '@tanstack/react-query'
import { demoWalkQuery } from '../../api/queries.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { WalkProgress } from '../walk/walk-progress.tsx'
import '../walk/walk.css'

/** Where the walk through the five cases stands, on the first page people see. */
export function WalkCard() {
  const { t } = useText()
  const walk = useQuery({ ...demoWalkQuery, staleTime: 0 })
  if (!walk.data) return null
  return (
    <Link href="/walk" className="card walk-card">
      <span>
        <b>{t('walk.title')}</b>
        <small>{t('walk.lead')}</small>
      </span>
      <WalkProgress walk={walk.data} />
    </Link>
  )
}
