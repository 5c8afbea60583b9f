import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { passkeysQuery } from '../../api/gate.ts'
import { stepUp } from '../../api/passkey.ts'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'
import { AddPasskey } from './add-passkey.tsx'

/** The passkeys of an account: register this device, remove another. */
export function Passkeys() {
  const { t } = useText()
  const list = useQuery(passkeysQuery)
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: passkeysQuery.queryKey })
  const remove = useMutation({
    mutationFn: async (id: string) => {
      await stepUp()
      await sendJson('DELETE', `/api/me/passkeys/${encodeURIComponent(id)}`)
    },
    onSuccess: () => {
      showToast({ message: t('account.removed') })
      return refresh()
    },
  })
  return (
    <>
      <h2>{t('account.passkeys')}</h2>
      <p className="text-soft mt-0 mb-3 max-w-2xl">{t('account.passkeysNote')}</p>
      <Answer query={list} rows={2}>
        {({ passkeys }) =>
          passkeys.length === 0 ? (
            <EmptyState title={t('account.noPasskey')} advice={t('account.noPasskeyAdvice')} />
          ) : (
            <div className="card table-scroll max-w-3xl">
              <table className="sheet stack">
                <thead>
                  <tr>
                    <th>{t('account.name')}</th>
                    <th>{t('account.createdAt')}</th>
                    <th>{t('account.lastUsed')}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
                    <tr key={id}>
                      <td className="whole">
                        <b>{name}</b>
                      </td>
                      <td data-label={t('account.createdAt')}>
                        <Time at={createdAt} form="short" />
                      </td>
                      <td data-label={t('account.lastUsed')}>
                        {lastUsedAt ? <Time at={lastUsedAt} form="short" /> : t('account.never')}
                      </td>
                      <td className="number">
                        <Button size="small" look="danger" onPress={() => remove.mutate(id)}>
                          {t('account.remove')}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
      {remove.isError && <ErrorState error={remove.error} />}
      {list.data && <AddPasskey isFirst={list.data.passkeys.length === 0} onAdded={refresh} />}
    </>
  )
}
