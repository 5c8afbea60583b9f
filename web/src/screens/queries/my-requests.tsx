import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { RequestView } from '../../../../src/wire/gate-desk.ts'
import { myRequestsQuery } from '../../api/gate.ts'
import { proveWithPasskey } from '../../api/passkey.ts'
import { sendForFile, sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'
import type { Look } from './use-look.ts'

/** What I asked to be approved, what came of it, and the way to what was opened. */
export function MyRequests({ look }: { readonly look: Look }) {
  const { t, pick } = useText()
  const list = useQuery(myRequestsQuery)
  return (
    <>
      <h2>{t('gate.mine')}</h2>
      <Answer query={list} rows={3}>
        {({ requests }) =>
          requests.length === 0 ? (
            <EmptyState title={t('gate.mineEmpty')} advice={t('gate.mineEmptyAdvice')} />
          ) : (
            <div className="card table-scroll">
              <table className="sheet stack">
                <thead>
                  <tr>
                    <th>{t('approval.what')}</th>
                    <th>{t('gate.caseNumber')}</th>
                    <th>{t('gate.askedAt')}</th>
                    <th>{t('approval.verdict')}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {requests.map((request) => (
                    <tr key={request.id}>
                      <td className="whole">
                        <b>{pick(request.queryTitle, request.queryTitleEn)}</b>
                        <br />
                        <span className="text-soft">
                          {t(`gate.kind.${request.kind}`)}　{pick(request.purposeTitle, request.purposeTitleEn)}
                        </span>
                      </td>
                      <td data-label={t('gate.caseNumber')}>{request.caseNumber || '—'}</td>
                      <td data-label={t('gate.askedAt')}>
                        <Time at={request.askedAt} form="short" />
                      </td>
                      <td>
                        <State request={request} />
                      </td>
                      <td>
                        <Acts request={request} look={look} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
    </>
  )
}

function State({ request }: { readonly request: RequestView }) {
  const { t } = useText()
  const last = request.approvals.at(-1)
  return (
    <>
      <b>{t(`gate.state.${request.state}`)}</b>
      {last && <span className="text-soft">{`　${last.name}`}</span>}
      {last?.reason && <div className="text-soft">{last.reason}</div>}
      {request.state === 'approved' && request.usableUntil && (
        <div className="text-soft">
          {t('gate.until')} <Time at={request.usableUntil} form="short" />
        </div>
      )}
      {request.state === 'pending' && (
        <div className="text-soft">
          {t('gate.expires')} <Time at={request.expiresAt} form="short" />
        </div>
      )}
    </>
  )
}

function Acts({ request, look }: { readonly request: RequestView; readonly look: Look }) {
  const { t } = useText()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['gate'] })
  const withdraw = useMutation({
    mutationFn: () => sendJson('POST', `/api/gate/requests/${request.id}/withdrawal`),
    onSuccess: () => {
      showToast({ message: t('gate.withdrawn') })
      return refresh()
    },
  })
  const confirm = useMutation({
    mutationFn: async () => {
      const assertion = await proveWithPasskey(request.binding)
      return sendJson('POST', `/api/gate/requests/${request.id}/confirmation`, { assertion })
    },
    onSuccess: () => {
      showToast({ message: t('gate.confirmed') })
      return refresh()
    },
  })
  const format = request.act === 'print' ? 'pdf' : 'csv'
  const file = useMutation({
    mutationFn: () => sendForFile(`/api/gate/requests/${request.id}/file`, { format }),
    onSuccess: refresh,
  })
  const isFile = request.act === 'print' || request.act === 'export'
  return (
    <div className="flex flex-wrap gap-2 justify-end">
      {request.state === 'approved' && (
        <Button
          size="small"
          look="primary"
          isDisabled={look.open.isPending || file.isPending}
          onPress={() => (isFile ? file.mutate() : look.open.mutate(request))}
        >
          {t(isFile ? 'gate.takeFile' : 'gate.view')}
        </Button>
      )}
      {request.state === 'pending' && request.kind === 'emergency' && (
        <Button size="small" look="primary" isDisabled={confirm.isPending} onPress={() => confirm.mutate()}>
          {t('gate.confirm')}
        </Button>
      )}
      {request.state === 'pending' && (
        <Button size="small" isDisabled={withdraw.isPending} onPress={() => withdraw.mutate()}>
          {t('gate.withdraw')}
        </Button>
      )}
      {withdraw.isError && <ErrorState error={withdraw.error} />}
      {confirm.isError && <ErrorState error={confirm.error} />}
      {file.isError && <ErrorState error={file.error} />}
    </div>
  )
}
