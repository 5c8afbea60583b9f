import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { sessionsQuery } from '../../api/gate.ts'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'

/** Where I am signed in; one I do not know is somebody else. */
export function Sessions() {
  const { t } = useText()
  const list = useQuery(sessionsQuery)
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: (id: string) => sendJson('DELETE', `/api/me/sessions/${encodeURIComponent(id)}`),
    onSuccess: () => {
      showToast({ message: t('account.ended') })
      return client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    },
  })
  return (
    <>
      <h2>{t('account.sessions')}</h2>
      <p className="text-soft mt-0 mb-3">{t('account.sessionsNote')}</p>
      <Answer query={list} rows={2}>
        {({ sessions }) => (
          <div className="card table-scroll max-w-3xl">
            <table className="sheet stack">
              <thead>
                <tr>
                  <th>{t('account.startedAt')}</th>
                  <th>{t('account.lastSeen')}</th>
                  <th>{t('account.place')}</th>
                  <th>{t('account.means')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {sessions.map(({ id, startedAt, lastSeenAt, place, means, isThis }) => (
                  <tr key={id}>
                    <td data-label={t('account.startedAt')}>
                      <Time at={startedAt} form="short" />
                    </td>
                    <td data-label={t('account.lastSeen')}>
                      <Time at={lastSeenAt} form="short" />
                    </td>
                    <td className="mono">{place || '—'}</td>
                    <td>{t(`account.meansOf.${means}`)}</td>
                    <td className="number">
                      {isThis ? (
                        <span className="text-soft">{t('account.thisOne')}</span>
                      ) : (
                        <Button size="small" onPress={() => end.mutate(id)}>
                          {t('account.end')}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
      {end.isError && <ErrorState error={end.error} />}
    </>
  )
}
