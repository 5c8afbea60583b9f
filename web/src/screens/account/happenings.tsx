import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ownAccountQuery } from '../../api/gate.ts'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'

/** What happened to my account: keys that came and went, refused logins, and whose login of the provider it is. */
export function Happenings() {
  const { t } = useText()
  const own = useQuery(ownAccountQuery)
  const client = useQueryClient()
  const read = useMutation({
    mutationFn: () => sendJson('POST', '/api/me/account/read'),
    onSuccess: () => client.invalidateQueries(),
  })
  return (
    <Answer query={own} rows={2}>
      {({ provider, notices }) => (
        <>
          {(provider || notices.length > 0) && <h2>{t('account.happened')}</h2>}
          {provider && (
            <p className="text-soft m-0 mb-3 max-w-2xl break-all">
              {`${t('account.boundTo')}　${provider.subject}（${provider.issuer}）　`}
              <Time at={provider.boundAt} form="short" />
            </p>
          )}
          {notices.length > 0 && (
            <ul className="card list-none m-0 px-4 py-3 max-w-3xl">
              {notices.map(({ id, account, kind, at, place, isRead }) => (
                <li key={id} className="py-1">
                  <Time at={at} form="short" /> {isRead ? null : <b>{`${t('account.new')}　`}</b>}
                  {t(`account.happenings.${kind}`)}
                  <span className="text-soft">{`　${account}${place && `　${place}`}`}</span>
                </li>
              ))}
            </ul>
          )}
          {notices.some(({ isRead }) => !isRead) && (
            <Button size="small" isDisabled={read.isPending} onPress={() => read.mutate()}>
              {t('account.read')}
            </Button>
          )}
        </>
      )}
    </Answer>
  )
}
