import { useQuery } from '@tanstack/react-query'
import type { ChangeLine } from '../../../../src/wire/change.ts'
import { changesQuery } from '../../api/changes.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Screen } from '../../ui/screen.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'

/** Changes that take two: what waits for somebody's word, and what was decided. */
export function ChangesScreen() {
  const { t } = useText()
  const list = useQuery(changesQuery)
  return (
    <Screen title={t('changes.title')} lead={t('changes.lead')}>
      <Answer query={list} rows={4}>
        {({ changes }) =>
          changes.length === 0 ? (
            <EmptyState title={t('changes.empty')} advice={t('changes.emptyAdvice')} />
          ) : (
            <ChangeTable changes={changes} />
          )
        }
      </Answer>
    </Screen>
  )
}

function ChangeTable({ changes }: { readonly changes: readonly ChangeLine[] }) {
  const { t } = useText()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('changes.state')}</th>
            <th>{t('changes.what')}</th>
            <th>{t('changes.reason')}</th>
            <th>{t('changes.proposedBy')}</th>
            <th>{t('changes.proposedAt')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((each) => (
            <tr key={each.changeId}>
              <td className="whole">{t(`changes.states.${each.state}`)}</td>
              <td>
                <Link href={`/changes/${each.changeId}`} className="text-act">
                  {`${t(`changes.kinds.${each.kind}`)}${each.kind === 'staff' ? '' : `　${each.target}`}`}
                </Link>
              </td>
              <td>{each.reason}</td>
              <td>{each.proposedBy}</td>
              <td>
                <Time at={each.proposedAt} form="short" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
