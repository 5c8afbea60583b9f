import { useQuery } from '@tanstack/react-query'
import type { RequestView } from '../../../../src/wire/gate-desk.ts'
import { inboxQuery } from '../../api/gate.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Screen } from '../../ui/screen.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import '../queries/gate.css'
import { Notices } from '../queries/notices.tsx'

/** Requests that wait for my word, oldest first. */
export function ApprovalsScreen() {
  const { t } = useText()
  const inbox = useQuery(inboxQuery)
  return (
    <Screen title={t('approval.title')} lead={t('approval.lead')}>
      <Notices />
      <Answer query={inbox} rows={4}>
        {({ requests }) =>
          requests.length === 0 ? (
            <EmptyState title={t('approval.empty')} advice={t('approval.emptyAdvice')} />
          ) : (
            <Inbox requests={requests} />
          )
        }
      </Answer>
    </Screen>
  )
}

function Inbox({ requests }: { readonly requests: readonly RequestView[] }) {
  const { t, pick } = useText()
  return (
    <div className="card table-scroll my-4">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('approval.who')}</th>
            <th>{t('approval.what')}</th>
            <th>{t('approval.why')}</th>
            <th>{t('gate.expires')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {requests.map((request) => (
            <tr key={request.id}>
              <td className="whole">
                <b>{request.personName}</b>
                <br />
                <span className="text-soft">{`${request.unit}　${request.post}`}</span>
              </td>
              <td>
                {pick(request.queryTitle, request.queryTitleEn)}
                <br />
                <span className="text-soft">{request.caseNumber}</span>
              </td>
              <td className="whole">{request.justification}</td>
              <td data-label={t('gate.expires')}>
                <Time at={request.expiresAt} form="short" />
              </td>
              <td>
                <Link className="btn small primary" href={`/approvals/${request.id}`}>
                  {t('approval.open')}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
