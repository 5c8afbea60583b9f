import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { AccessPage } from '../../../../src/wire/access.ts'
import { accessQuery } from '../../api/queries.ts'
import { shortened } from '../../format/figure.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { AccessHead } from './access-head.tsx'
import { DayLanes } from './day-lanes.tsx'
import { EvidencePath } from './evidence-path.tsx'
import { History } from './history.tsx'
import { backToList } from './leave-screen.ts'
import { RecordFacts } from './record-facts.tsx'
import { WhyHere } from './why-here.tsx'
import './access.css'

/** One access: its story in a sentence, the evidence path, the day, the reasons and the record. `id` is 32 hex digits. */
export function AccessScreen({ id }: { readonly id: string }) {
  const query = useQuery(accessQuery(id))
  const { t } = useText()
  const title = t('access.tab', { id: shortened(id) })
  const product = t('product.name')
  useEffect(() => {
    document.title = `${title} · ${product}`
  }, [title, product])
  useKeys({ Escape: backToList })
  return (
    <Answer query={query} rows={9}>
      {(page) => <Loaded page={page} />}
    </Answer>
  )
}

function Loaded({ page }: { readonly page: AccessPage }) {
  const { previous, next } = page.neighbours
  // A step replaces the one before: however far one walks, one step back leads to the list with its filter.
  const open = (id: string | null) => id !== null && navigate(`/accesses/${id}`, 'replace')
  useKeys({ j: () => open(next), k: () => open(previous) })
  return (
    <article className="access">
      <AccessHead page={page} onOpen={open} />
      <EvidencePath path={page.path} />
      <DayLanes page={page} onOpen={(id) => navigate(`/accesses/${id}`)} />
      <div className="access-columns">
        <div>
          <WhyHere hits={page.hits} />
          <History history={page.history} />
        </div>
        <RecordFacts page={page} />
      </div>
    </article>
  )
}
